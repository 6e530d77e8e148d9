package io.horde.distribution;

/**
 * Spreads processes like {@link UniformDistribution} and lets them run only where a
 * majority of the voting seats accepted their claim: at most one owner, whatever the
 * network does.
 */
public class UniformQuorumDistribution extends UniformDistribution {

	@Override
	public boolean requiresQuorum() {
		return true;
	}

}
