package io.horde.hazelcast.gate;

import io.horde.transport.Transport.ProbeResult;
import org.jspecify.annotations.Nullable;

/**
 * What came of an attempt to connect to a peer.
 *
 * @param reach whether anybody listens there at all
 * @param refusal why there is no connection although somebody does, {@code null} if there
 * is one
 * @param peer who answered, as far as it has said so
 * @param connection the connection, to be closed by whoever gets it; {@code null} if
 * there is none
 */
public record Knock(ProbeResult reach, @Nullable GateRefusal refusal, @Nullable Identity peer,
		@Nullable ProvedConnection connection) {

	/**
	 * Nobody has answered.
	 * @param reach what that tells
	 * @return the outcome
	 */
	public static Knock unreachable(ProbeResult reach) {
		return new Knock(reach, null, null, null);
	}

	static Knock refused(GateRefusal refusal, @Nullable Identity peer) {
		return new Knock(ProbeResult.ACCEPTED, refusal, peer, null);
	}

	static Knock proved(ProvedConnection connection) {
		return new Knock(ProbeResult.ACCEPTED, null, connection.peer(), connection);
	}

}
