package io.horde.replication;

/**
 * The settings of a replicator.
 *
 * @param logSize bytes of recent deltas that are kept for members that missed some
 * @param snapshotChunk bytes of one piece of a snapshot
 * @param maxInFlight bytes of a snapshot or a replay that were sent to one member and not
 * yet confirmed by it
 * @param dropping whether what was seen of incarnations that are gone is dropped (R6);
 * not yet in production, see {@code Forgetting}
 */
public record ReplicationSettings(long logSize, int snapshotChunk, int maxInFlight, boolean dropping) {

	/**
	 * Creates settings.
	 */
	public ReplicationSettings {
		if (logSize < 0 || snapshotChunk < 1 || maxInFlight < snapshotChunk) {
			throw new IllegalArgumentException("log size " + logSize + ", snapshot chunk " + snapshotChunk
					+ " and in-flight limit " + maxInFlight + " of the replication contradict each other");
		}
	}

	/**
	 * Creates settings that drop nothing.
	 * @param logSize bytes of log
	 * @param snapshotChunk bytes of one piece of a snapshot
	 * @param maxInFlight bytes that are on their way to one member
	 */
	public ReplicationSettings(long logSize, int snapshotChunk, int maxInFlight) {
		this(logSize, snapshotChunk, maxInFlight, false);
	}

	/**
	 * Return these settings with the dropping of what was seen of gone incarnations.
	 * @return the settings
	 */
	public ReplicationSettings withDropping() {
		return new ReplicationSettings(this.logSize, this.snapshotChunk, this.maxInFlight, true);
	}

	/**
	 * Return the defaults.
	 * @return 16 MB of log, chunks of 256 kB, 1 MB in flight
	 */
	public static ReplicationSettings defaults() {
		return new ReplicationSettings(16 << 20, 256 << 10, 1 << 20);
	}

}
