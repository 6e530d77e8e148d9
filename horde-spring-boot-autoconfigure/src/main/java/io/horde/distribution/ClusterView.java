package io.horde.distribution;

import java.util.List;

import io.horde.cluster.Member;

/**
 * The members at one instant, as one node sees them, with the hash rings built from them.
 * Immutable and shared by all questions that are asked of one view.
 */
public interface ClusterView {

	/**
	 * Return the number of this view, which grows with each change that this node sees.
	 * Nodes number their views independently.
	 * @return the number
	 */
	long version();

	/**
	 * Return the members, sorted by name.
	 * @return the members
	 */
	List<Member> members();

	/**
	 * Return the members that may run a process: {@code UP} or {@code UNREACHABLE}, of a
	 * weight above 0, able to run the type, with the labels required.
	 * @param request what is to be placed
	 * @return the candidates, sorted by name
	 */
	List<Member> candidates(PlacementRequest request);

	/**
	 * Return the ring of the candidates. It is built once per view and set of candidates.
	 * @param request what is to be placed
	 * @return the ring
	 */
	HashRing ring(PlacementRequest request);

}
