package io.horde.supervisor;

/**
 * How many children there are in the cluster, at one instant, as one node sees it.
 *
 * @param specs children that should run
 * @param active children that run
 * @param restarting children that are being started, moved, or wait for their next start
 * @param quarantined children that failed too often
 */
public record ChildCounts(long specs, long active, long restarting, long quarantined) {

}
