package io.horde.replication;

/**
 * What a replicator has done so far and holds.
 *
 * @param entries keys with a value, over all maps
 * @param logBytes bytes of deltas in the log
 * @param origins incarnations in the version vector
 * @param singleDots writes that are known beyond the version vector
 * @param framesSent frames
 * @param bytesSent bytes of these frames
 * @param framesReceived frames
 * @param deltasMerged deltas of other members
 * @param pulls times that a difference was pulled
 * @param reconciliations times that the log did not reach and states were reconciled,
 * snapshots for a joiner included
 * @param vectors times that another member was asked what it has
 * @param maxLag how many writes of this node the slowest linked member has not yet
 * confirmed
 */
public record ReplicationStats(long entries, long logBytes, int origins, int singleDots, long framesSent,
		long bytesSent, long framesReceived, long deltasMerged, long pulls, long reconciliations, long vectors,
		long maxLag) {

}
