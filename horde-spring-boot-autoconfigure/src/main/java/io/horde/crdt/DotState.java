package io.horde.crdt;

/**
 * What a replica knows of a write to a key.
 */
public enum DotState {

	/**
	 * The write has not arrived yet.
	 */
	UNKNOWN,

	/**
	 * The write has arrived and is neither replaced nor removed.
	 */
	ALIVE,

	/**
	 * The write was replaced or removed.
	 */
	GONE

}
