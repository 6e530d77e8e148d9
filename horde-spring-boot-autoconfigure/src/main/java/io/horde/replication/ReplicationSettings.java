package io.horde.replication;

import io.horde.wire.SettingsCheck;

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
		SettingsCheck check = new SettingsCheck(ReplicationSettings.class);
		check.require(logSize >= 0, "logSize", "must not be negative");
		check.positive(snapshotChunk, "snapshotChunk");
		check.require(maxInFlight >= snapshotChunk, "maxInFlight", "must not be less than {snapshotChunk}");
	}

	/**
	 * Return the defaults.
	 * @return 16 MB of log, chunks of 256 kB, 1 MB in flight
	 */
	public static ReplicationSettings defaults() {
		return new ReplicationSettings(16 << 20, 256 << 10, 1 << 20);
	}

}
