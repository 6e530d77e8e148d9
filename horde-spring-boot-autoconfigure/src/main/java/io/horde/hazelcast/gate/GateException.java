package io.horde.hazelcast.gate;

/**
 * Ends a connection at the gate.
 */
public final class GateException extends Exception {

	private static final long serialVersionUID = 1L;

	private final GateRefusal refusal;

	/**
	 * Creates an exception, without a stack trace: strangers cause as many as they like.
	 * @param refusal why
	 * @param message a sentence for the log, without anything that came from outside
	 */
	public GateException(GateRefusal refusal, String message) {
		super(message, null, false, false);
		this.refusal = refusal;
	}

	public GateRefusal refusal() {
		return this.refusal;
	}

}
