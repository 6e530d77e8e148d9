package io.horde.registry;

import io.horde.HordeException;

/**
 * A call was not answered before its deadline.
 */
public class CallTimeoutException extends HordeException {

	private final boolean mayHaveRun;

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 * @param mayHaveRun whether the method has begun, or may have
	 */
	public CallTimeoutException(String message, boolean mayHaveRun) {
		super(message);
		this.mayHaveRun = mayHaveRun;
	}

	/**
	 * Tell whether the method may have run, or may still run.
	 * @return {@code false} if it has not begun and never will, so that the call can be
	 * made again without running twice
	 */
	public boolean mayHaveRun() {
		return this.mayHaveRun;
	}

}
