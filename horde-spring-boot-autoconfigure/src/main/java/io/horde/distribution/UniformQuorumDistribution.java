package io.horde.distribution;

/**
 * Spreads processes like {@link UniformDistribution} and lets them run only where a
 * majority of the voting seats accepted their claim: at most one owner, whatever the
 * network does.
 *
 * @see <a href="https://doi.org/10.1145/74851.74870">Gray, Cheriton: Leases: An Efficient
 * Fault-Tolerant Mechanism for Distributed File Cache Consistency (1989)</a>
 * @see <a href="https://lamport.azurewebsites.net/pubs/paxos-simple.pdf">Lamport: Paxos
 * Made Simple (2001)</a>
 */
public class UniformQuorumDistribution extends UniformDistribution {

	@Override
	public boolean requiresQuorum() {
		return true;
	}

}
