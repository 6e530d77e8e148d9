package io.horde.cluster.protocol;

import io.horde.wire.MalformedFrameException;

/**
 * How well one member hears another over their own link.
 */
public enum Reachability {

	/**
	 * It was heard within the last heartbeats.
	 */
	HEARD(0),

	/**
	 * Some heartbeats are missing. No accusation yet, but no testimony for it either.
	 */
	LATE(1),

	/**
	 * It has been silent for the silence timeout.
	 */
	LOST(2),

	/**
	 * Its link was closed and nobody listens at its address.
	 */
	CLOSED(3);

	private final int code;

	Reachability(int code) {
		this.code = code;
	}

	int code() {
		return this.code;
	}

	static Reachability of(int code) {
		for (Reachability reachability : values()) {
			if (reachability.code == code) {
				return reachability;
			}
		}
		throw new MalformedFrameException("Found " + code + " where a reachability is expected");
	}

}
