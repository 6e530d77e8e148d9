package io.horde.node;

import io.horde.cluster.membership.BrokenMembership;
import io.horde.time.EventLoop;
import io.horde.transport.Transport;

/**
 * Makes nodes that do not keep one rule of the quorum, to test the tests of other
 * packages.
 *
 * @param rule the name of a rule of the quorum; any other text breaks none
 */
public record BrokenNode(String rule) {

	/**
	 * Make a node.
	 */
	public HordeNode create(EventLoop loop, Transport transport, UserCode user, HordeSettings settings, long seed) {
		return new HordeNode(loop, BrokenMembership.without(this.rule, loop, transport, settings.membership(), seed),
				user, settings, seed);
	}

}
