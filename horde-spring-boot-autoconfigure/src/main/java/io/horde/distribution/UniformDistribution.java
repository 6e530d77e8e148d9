package io.horde.distribution;

import java.util.Optional;

import io.horde.cluster.Member;

/**
 * Spreads processes evenly over the members by consistent hashing of the child id: a
 * member that joins or goes moves only its own share. The default.
 */
public class UniformDistribution implements DistributionStrategy {

	@Override
	public Optional<Member> chooseNode(PlacementRequest request, ClusterView view) {
		return view.ring(request).ownerOf(request.childId());
	}

}
