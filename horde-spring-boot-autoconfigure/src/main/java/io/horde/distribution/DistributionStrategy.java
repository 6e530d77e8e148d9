package io.horde.distribution;

import java.util.Optional;

import io.horde.cluster.Member;

/**
 * Decides which member a process belongs to. Every node asks its own strategy, so an
 * answer must depend on nothing but its arguments: where the views agree, the answers
 * must.
 * <p>
 * A user's own strategy is a bean; it is called on the process executor, never on the
 * event loop, and its answers are kept for as long as the view stands. A strategy that
 * throws is reported and counts as "no node".
 */
@FunctionalInterface
public interface DistributionStrategy {

	/**
	 * Choose a node.
	 * @param request what is to be placed
	 * @param view the members
	 * @return the chosen one among {@link ClusterView#candidates(PlacementRequest)}, or
	 * empty if none will do
	 */
	Optional<Member> chooseNode(PlacementRequest request, ClusterView view);

	/**
	 * Tell whether processes may run on this side of a partition. It can only refuse: it
	 * never replaces the lease of a quorum process.
	 * @param view the members
	 * @return {@code true} if they may
	 */
	default boolean hasQuorum(ClusterView view) {
		return true;
	}

	/**
	 * Tell whether processes of this strategy are claimed from a majority of the voting
	 * seats and run under a lease.
	 * @return {@code true} for at most one owner whatever the network does
	 */
	default boolean requiresQuorum() {
		return false;
	}

}
