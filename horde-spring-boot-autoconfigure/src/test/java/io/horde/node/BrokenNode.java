package io.horde.node;

import java.util.function.Function;

import io.horde.cluster.membership.BrokenMembership;
import io.horde.distribution.DistributionStrategy;
import io.horde.payload.PayloadCodec;
import io.horde.process.engine.ProcessExecutor;
import io.horde.process.engine.ProcessFactory;
import io.horde.process.engine.ProcessRuntime;
import io.horde.registry.ConflictResolver;
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
	public HordeNode create(EventLoop loop, Transport transport, ProcessFactory factory, ProcessExecutor executor,
			PayloadCodec codec, Function<String, DistributionStrategy> strategies, ConflictResolver resolver,
			HordeSettings settings, long seed) {
		return new HordeNode(loop, BrokenMembership.without(this.rule, loop, transport, settings.membership(), seed),
				new ProcessRuntime(loop, executor, factory, codec, settings.membership().nodeName(),
						settings.process()),
				codec, strategies, resolver, settings, seed);
	}

}
