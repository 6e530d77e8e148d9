package io.horde.cluster.protocol;

/**
 * How well one member hears another over their own link. Frames carry the numbers.
 */
public enum Reachability {

	/**
	 * It was heard within the last heartbeats.
	 */
	HEARD,

	/**
	 * Some heartbeats are missing. No accusation yet, but no testimony for it either.
	 */
	LATE,

	/**
	 * It has been silent for the silence timeout.
	 */
	LOST,

	/**
	 * Its link was closed and nobody listens at its address.
	 */
	CLOSED

}
