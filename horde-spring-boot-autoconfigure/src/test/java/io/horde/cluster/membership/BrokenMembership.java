package io.horde.cluster.membership;

import io.horde.cluster.quorum.QuorumRule;
import io.horde.cluster.quorum.QuorumRules;
import io.horde.cluster.topology.TopologyBySize;
import io.horde.time.EventLoop;
import io.horde.transport.Transport;

/**
 * Makes memberships that do not keep one of their rules, to test the tests of other
 * packages.
 */
public final class BrokenMembership {

	private BrokenMembership() {
	}

	/**
	 * Make a membership.
	 * @param quorumRule the name of a {@link QuorumRule}; any other text breaks none
	 */
	public static Membership without(String quorumRule, EventLoop loop, Transport transport,
			MembershipSettings settings, long seed) {
		QuorumRule broken = null;
		for (QuorumRule rule : QuorumRule.values()) {
			broken = rule.name().equals(quorumRule) ? rule : broken;
		}
		return new Membership(loop, transport, settings, TopologyBySize::new, seed, QuorumRules.without(broken));
	}

}
