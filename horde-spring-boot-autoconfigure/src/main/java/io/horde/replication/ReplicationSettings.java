package io.horde.replication;

/**
 * The settings of a replicator.
 *
 * @param logSize bytes of recent deltas that are kept for members that missed some
 * @param snapshotChunk bytes of one piece of a snapshot
 * @param maxInFlight bytes of a snapshot or a replay that were sent to one member and not
 * yet confirmed by it
 */
public record ReplicationSettings(long logSize, int snapshotChunk, int maxInFlight) {

	public ReplicationSettings {
		if (logSize < 0) {
			throw new IllegalArgumentException("logSize " + logSize + " of the replication is negative");
		}
		if (snapshotChunk < 1) {
			throw new IllegalArgumentException("snapshotChunk " + snapshotChunk + " of the replication isn't positive");
		}
		if (maxInFlight < snapshotChunk) {
			throw new IllegalArgumentException("maxInFlight " + maxInFlight
					+ " of the replication is less than the snapshotChunk " + snapshotChunk);
		}
	}

	/**
	 * Return the defaults.
	 * @return 16 MB of log, chunks of 256 kB, 1 MB in flight
	 */
	public static ReplicationSettings defaults() {
		return new ReplicationSettings(16 << 20, 256 << 10, 1 << 20);
	}

}
