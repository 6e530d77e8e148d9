package io.horde.hazelcast;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.client.impl.clientside.CandidateClusterContext;
import com.hazelcast.client.impl.clientside.ClientConnectionManagerFactory;
import com.hazelcast.client.impl.clientside.HazelcastClientInstanceImpl;
import com.hazelcast.client.impl.clientside.HazelcastClientProxy;
import com.hazelcast.client.impl.connection.ClientConnectionManager;
import com.hazelcast.client.impl.connection.tcp.TcpClientConnection;
import com.hazelcast.client.impl.connection.tcp.TcpClientConnectionManager;
import com.hazelcast.cluster.Address;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.ChannelInitializer;
import io.horde.hazelcast.gate.MessageFilter;
import io.horde.hazelcast.gate.ProvedConnection;
import io.horde.hazelcast.gate.Refusals;

/**
 * Makes clients of Hazelcast that have one connection, which the gate has proved, and
 * never make another.
 */
final class GatedClient implements ClientConnectionManagerFactory {

	private final ProvedConnection connection;

	private final Refusals refusals;

	private GatedClient(ProvedConnection connection, Refusals refusals) {
		this.connection = connection;
		this.refusals = refusals;
	}

	/**
	 * Create and start a client.
	 * @param config how it is set up
	 * @param connection its connection
	 * @param refusals counts connections that end because of what came
	 * @return the client
	 */
	static HazelcastInstance start(ClientConfig config, ProvedConnection connection, Refusals refusals) {
		HazelcastClientInstanceImpl client = new HazelcastClientInstanceImpl(config.getInstanceName(), config, null,
				new GatedClient(connection, refusals), null);
		try {
			client.start();
			return new HazelcastClientProxy(client);
		}
		catch (RuntimeException ex) {
			client.getLifecycleService().terminate();
			throw ex;
		}
	}

	@Override
	public ClientConnectionManager createConnectionManager(HazelcastClientInstanceImpl client) {
		return new OneConnection(client, this.connection, this.refusals);
	}

	/**
	 * Has nothing to connect to but what is connected.
	 */
	private static final class OneConnection extends TcpClientConnectionManager {

		private final HazelcastClientInstanceImpl client;

		private final ProvedConnection connection;

		private final Refusals refusals;

		private final AtomicBoolean used = new AtomicBoolean();

		OneConnection(HazelcastClientInstanceImpl client, ProvedConnection connection, Refusals refusals) {
			super(client);
			this.client = client;
			this.connection = connection;
			this.refusals = refusals;
		}

		@Override
		@SuppressWarnings("unchecked")
		protected TcpClientConnection createSocketConnection(Address target) {
			if (!this.used.compareAndSet(false, true)) {
				throw new HazelcastException("The only connection to " + target + " has ended");
			}
			CandidateClusterContext cluster = this.client.getClusterDiscoveryService().current();
			Channel channel = register(cluster.getChannelInitializer());
			channel.attributeMap().put(Address.class, target);
			TcpClientConnection created = new TcpClientConnection(this.client, 1, channel);
			created.attributeMap().put(CandidateClusterContext.class, cluster);
			channel.start();
			return created;
		}

		private Channel register(ChannelInitializer initializer) {
			try {
				return getNetworking().register((created) -> {
					created.inboundPipeline()
						.addLast(
								new GatedInbound(this.connection.engine(), MessageFilter.ofResponses(), this.refusals));
					initializer.initChannel(created);
					if (this.connection.engine() != null) {
						created.outboundPipeline().addLast(new GatedOutbound(this.connection.engine()));
					}
				}, this.connection.channel(), true);
			}
			catch (IOException ex) {
				throw new HazelcastException(ex);
			}
		}

	}

}
