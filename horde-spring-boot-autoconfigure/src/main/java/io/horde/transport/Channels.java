package io.horde.transport;

/**
 * The consumers of frames on a link, one number each. They are part of the protocol.
 */
public final class Channels {

	/**
	 * Heartbeats and what members ask each other.
	 */
	public static final int CLUSTER = 0;

	/**
	 * Deltas, acknowledgements, pulls and snapshots.
	 */
	public static final int REPLICATION = 1;

	/**
	 * Calls by name.
	 */
	public static final int REGISTRY = 2;

	/**
	 * Start commands, hand-overs.
	 */
	public static final int SUPERVISOR = 3;

	/**
	 * Frames of all the others that a member passes on to one to which the sender has no
	 * link.
	 */
	public static final int RELAY = 4;

	/**
	 * Claims, leases, and who votes on them.
	 */
	public static final int QUORUM = 5;

	/**
	 * What members know of schedules, and what they ask of them.
	 */
	public static final int SCHEDULES = 6;

	private Channels() {
	}

}
