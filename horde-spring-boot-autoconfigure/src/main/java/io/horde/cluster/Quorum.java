package io.horde.cluster;

/**
 * Whether this node can reach a majority.
 *
 * @param present whether a majority is reached
 * @param reachable how many voters are reached, this node included if it votes
 * @param required how many are needed
 * @param seats how many voting seats there are; 0 if {@code horde.cluster.expected-size}
 * is not known, and then no quorum process starts
 */
public record Quorum(boolean present, int reachable, int required, int seats) {

}
