package io.horde.hazelcast;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.concurrent.Callable;

import com.hazelcast.client.ClientListener;
import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.config.MemberAddressProviderConfig;
import com.hazelcast.config.SerializerConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.core.ManagedContext;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.spi.MemberAddressProvider;

/**
 * How Hazelcast's member is set up: it joins nobody, runs nothing but packets, and has as
 * few threads as it can have.
 */
final class MemberConfiguration {

	private static final String[] ONE_THREAD_EACH = { "hazelcast.operation.thread.count",
			"hazelcast.operation.generic.thread.count", "hazelcast.operation.response.thread.count",
			"hazelcast.io.input.thread.count", "hazelcast.io.output.thread.count", "hazelcast.event.thread.count",
			"hazelcast.clientengine.thread.count", "hazelcast.clientengine.query.thread.count",
			"hazelcast.clientengine.blocking.thread.count", "hazelcast.partition.count" };

	private static final String[] OFF = { "hazelcast.phone.home.enabled", "hazelcast.shutdownhook.enabled",
			"hazelcast.slow.operation.detector.enabled", "hazelcast.socket.bind.any",
			"hazelcast.socket.server.bind.any" };

	/** No interface has this address. */
	private static final String NOBODY = "255.255.255.255";

	private static final String NO_CLASS = "io.horde.hazelcast.NoClass";

	private static final int LINGER = 5;

	private MemberConfiguration() {
	}

	/**
	 * Create the configuration of a member.
	 * @param settings what is configured
	 * @param sink where arriving packets go
	 * @param listener told of clients that come and go
	 * @return a configuration
	 */
	static Config create(HazelcastTransportSettings settings, Packet.Sink sink, ClientListener listener) {
		Config config = new Config();
		config.setInstanceName("horde-" + settings.nodeName() + "-" + UUID.randomUUID());
		config.setClusterName(LocalMember.NAME);
		config.setClassLoader(MemberConfiguration.class.getClassLoader());
		config.setLiteMember(true);
		for (String property : ONE_THREAD_EACH) {
			config.setProperty(property, "1");
		}
		for (String property : OFF) {
			config.setProperty(property, "false");
		}
		config.setProperty("hazelcast.io.balancer.interval.seconds", "0");
		config.setProperty("hazelcast.client.max.no.heartbeat.seconds",
				Long.toString(settings.silenceTimeout().toSeconds() + 10));
		config.setProperty("hazelcast.health.monitoring.level", "OFF");
		config.setProperty(QuietLogging.PROPERTY, QuietLogging.NONE);
		config.getMetricsConfig().setEnabled(false);
		config.getJetConfig().setEnabled(false);
		config.getManagementCenterConfig()
			.setConsoleEnabled(false)
			.setScriptingEnabled(false)
			.setDataAccessEnabled(false)
			.addTrustedInterface(NOBODY);
		config.getUserContext().put(Packet.SINK, sink);
		JavaSerializationFilterConfig nothing = new JavaSerializationFilterConfig().setDefaultsDisabled(true);
		nothing.getWhitelist().addClasses(NO_CLASS);
		config.getSerializationConfig()
			.setJavaSerializationFilterConfig(nothing)
			.addSerializerConfig(
					new SerializerConfig().setTypeClass(Packet.class).setImplementation(new Packet.Serializer()));
		config.setManagedContext(new PacketsOnly());
		config.addExecutorConfig(new ExecutorConfig("default", 1).setQueueCapacity(1).setStatisticsEnabled(false));
		// One that can't take its few tasks would leave a member that is neither up nor
		// down.
		config.addExecutorConfig(new ExecutorConfig("hz:graceful-shutdown", 1).setStatisticsEnabled(false));
		config.addExecutorConfig(new ExecutorConfig(LocalMember.EXECUTOR, 1).setStatisticsEnabled(false));
		config.addListenerConfig(new ListenerConfig(listener));
		AdvancedNetworkConfig network = config.getAdvancedNetworkConfig();
		network.setEnabled(true);
		network.getJoin().getAutoDetectionConfig().setEnabled(false);
		network.getJoin().getMulticastConfig().setEnabled(false);
		network.getJoin().getTcpIpConfig().setEnabled(false);
		network.setMemberEndpointConfig(new ServerSocketEndpointConfig().setPort(0).setPortAutoIncrement(false));
		ServerSocketEndpointConfig clients = new ServerSocketEndpointConfig().setPort(0).setPortAutoIncrement(false);
		// So that a peer sees the end of a connection at once.
		clients.setSocketLingerSeconds(LINGER);
		network.setClientEndpointConfig(clients);
		network.setMemberAddressProviderConfig(
				new MemberAddressProviderConfig().setEnabled(true).setImplementation(new Loopback()));
		return config;
	}

	/**
	 * Lets no task run but packets, whatever a stranger finds on the class path.
	 */
	private static final class PacketsOnly implements ManagedContext {

		@Override
		public Object initialize(Object object) {
			if ((object instanceof Callable || object instanceof Runnable) && !(object instanceof Packet)) {
				throw new IllegalArgumentException("This member runs no tasks");
			}
			return object;
		}

	}

	/**
	 * Addresses that Hazelcast insists on. What it binds is closed at once, before
	 * anybody could be accepted.
	 */
	private static final class Loopback implements MemberAddressProvider {

		private final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

		@Override
		public InetSocketAddress getBindAddress() {
			return this.address;
		}

		@Override
		public InetSocketAddress getBindAddress(EndpointQualifier endpoint) {
			return this.address;
		}

		@Override
		public InetSocketAddress getPublicAddress() {
			return this.address;
		}

		@Override
		public InetSocketAddress getPublicAddress(EndpointQualifier endpoint) {
			return this.address;
		}

	}

}
