package io.horde.cluster.membership;

import io.horde.time.EventLoop;
import io.horde.transport.Transport;

/**
 * What all parts of one node's membership share.
 *
 * @param loop the event loop
 * @param transport the links
 * @param settings the settings
 * @param members who is known
 * @param clock counts the time in which this node could have heard something
 */
public record MembershipContext(EventLoop loop, Transport transport, MembershipSettings settings, Members members,
		AwakeClock clock) {

}
