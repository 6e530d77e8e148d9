package io.horde.hazelcast;

import java.util.Map;
import java.util.function.Function;

import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.server.Server;
import com.hazelcast.internal.server.ServerContext;
import com.hazelcast.internal.server.tcp.LocalAddressRegistry;
import com.hazelcast.internal.server.tcp.ServerSocketRegistry;
import io.horde.hazelcast.gate.MessageFilter;
import io.horde.hazelcast.gate.ProvedConnection;
import io.horde.hazelcast.gate.Refusals;

/**
 * A member that listens nowhere: its connections are those that the gate hands to it.
 */
final class GatedNodeContext extends DefaultNodeContext {

	private final Refusals refusals;

	GatedNodeContext(Refusals refusals) {
		this.refusals = refusals;
	}

	@Override
	public Server createServer(Node node, ServerSocketRegistry registry, LocalAddressRegistry addresses) {
		registry.destroy();
		return super.createServer(node, new ServerSocketRegistry(Map.of(), false), addresses);
	}

	@Override
	public NodeExtension createNodeExtension(Node node) {
		return new DefaultNodeExtension(node) {

			@Override
			public Function<EndpointQualifier, ChannelInitializer> createChannelInitializerFn(ServerContext context) {
				Function<EndpointQualifier, ChannelInitializer> initializers = super.createChannelInitializerFn(
						context);
				return (endpoint) -> gated(initializers.apply(endpoint));
			}

		};
	}

	private ChannelInitializer gated(ChannelInitializer initializer) {
		return (channel) -> {
			ProvedConnection connection = connection(channel);
			channel.inboundPipeline()
				.addLast(new GatedInbound(connection.engine(), MessageFilter.ofRequests(Packet.MAX_SIZE),
						this.refusals));
			initializer.initChannel(channel);
			if (connection.engine() != null) {
				channel.outboundPipeline().addLast(new GatedOutbound(connection.engine()));
			}
		};
	}

	private static ProvedConnection connection(Channel channel) {
		if (channel.attributeMap().get(ProvedConnection.class) instanceof ProvedConnection connection) {
			return connection;
		}
		throw new IllegalStateException("Only the gate makes connections");
	}

}
