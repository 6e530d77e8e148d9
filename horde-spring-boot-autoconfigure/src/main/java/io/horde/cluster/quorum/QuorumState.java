package io.horde.cluster.quorum;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.crdt.ReplicaId;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * A node's part in a quorum at one moment, for operators.
 *
 * @param configuration who holds which seat
 * @param present whether a majority has answered this node within the duration of a lease
 * @param leaseEnd when this node's own lease ends, or {@code null} if it has none
 * @param reachable how many voters have answered within the duration of a lease
 * @param silence why this node does not vote, or an empty string if it does
 * @param promises what this node has promised as a voter: owners, each with the
 * nanoseconds that are left
 * @param held how many children this node holds or claims
 * @param lastRefusal the last lease claim that was refused, and why, or {@code null}
 */
public record QuorumState(SeatConfiguration configuration, boolean present, @Nullable Moment leaseEnd, int reachable,
		String silence, SortedMap<ReplicaId, Long> promises, int held, @Nullable String lastRefusal) {

	/**
	 * Creates a state.
	 */
	public QuorumState {
		promises = Collections.unmodifiableSortedMap(new TreeMap<>(promises));
	}

	static QuorumState none(int seats) {
		return new QuorumState(SeatConfiguration.NONE, false, null, 0,
				(seats > 0) ? "it has not started" : "the number of voting seats is not known",
				Collections.emptySortedMap(), 0, null);
	}

}
