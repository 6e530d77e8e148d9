package io.horde.registry.calls;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

import io.horde.cluster.membership.Membership;
import io.horde.process.engine.ProcessRuntime;
import io.horde.registry.names.RegistrationTable;
import io.horde.registry.names.RegistrySettings;
import io.horde.time.EventLoop;
import io.horde.wire.Payloads;

/**
 * The parts of a node that calls by name need.
 *
 * @param loop the event loop
 * @param membership the members
 * @param names where processes are
 * @param runtime the processes of this node
 * @param payloads encodes arguments and results
 * @param interceptors the interceptors of calls
 * @param settings the settings
 * @param executed counts the calls that ran here
 * @param random for delays, on the loop only
 */
record CallParts(EventLoop loop, Membership membership, RegistrationTable names, ProcessRuntime runtime,
		Payloads payloads, Interceptors interceptors, RegistrySettings settings, LongAdder executed,
		SplittableRandom random) {

	/**
	 * Return the name of this node.
	 */
	String node() {
		return this.membership.selfId().node();
	}

}
