package io.horde.distribution;

import java.util.Optional;

import io.horde.cluster.Member;

/**
 * Draws a node for each process, weighted. All nodes draw the same one, since the draw
 * depends on the child id and the members' names only.
 *
 * @see <a href="https://www.eecs.umich.edu/techreports/cse/96/CSE-TR-316-96.pdf">Thaler,
 * Ravishankar: A Name-Based Mapping Scheme for Rendezvous (1996)</a>
 */
public class RandomDistribution implements DistributionStrategy {

	private static final double UNIT = 0x1.0p-53;

	@Override
	public Optional<Member> chooseNode(PlacementRequest request, ClusterView view) {
		Member chosen = null;
		double best = 0;
		for (Member member : view.candidates(request)) {
			double score = score(request.childId(), member);
			if (chosen == null || score > best) {
				chosen = member;
				best = score;
			}
		}
		return Optional.ofNullable(chosen);
	}

	private static double score(String key, Member member) {
		double uniform = ((Hash.of(key, Hash.of(member.name(), 0)) >>> 11) + 0.5) * UNIT;
		return -member.weight() / StrictMath.log(uniform);
	}

}
