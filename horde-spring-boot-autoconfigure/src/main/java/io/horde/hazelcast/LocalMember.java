package io.horde.hazelcast;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;

import com.hazelcast.client.ClientListener;
import com.hazelcast.cluster.Address;
import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.config.MemberAddressProviderConfig;
import com.hazelcast.config.SerializerConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.ManagedContext;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.spi.MemberAddressProvider;
import io.horde.transport.TransportException;
import io.horde.wire.TransportAddress;

/**
 * The Hazelcast member of this node. It can join nobody: peers reach it as clients.
 */
final class LocalMember {

	/*
	 * The name that Hazelcast's own handshake compares is the same in every cluster, and
	 * not made of cluster name, secret or node name. It travels in clear, so it protects
	 * nothing, and a hash of the secret in it could be guessed against at leisure; a
	 * dialler that has only an address can't know the node's name; while secrets are
	 * changed, two are valid and a member has one name. And a mismatch there is a closed
	 * connection without a reason, while the packets' own handshake tells both sides what
	 * differs. Who answers at a stale address is seen by the member's uuid, new at each
	 * start.
	 */
	static final String NAME = "horde";

	static final String EXECUTOR = "horde";

	private static final String[] ONE_THREAD_EACH = { "hazelcast.operation.thread.count",
			"hazelcast.operation.generic.thread.count", "hazelcast.operation.response.thread.count",
			"hazelcast.io.input.thread.count", "hazelcast.io.output.thread.count", "hazelcast.event.thread.count",
			"hazelcast.clientengine.thread.count", "hazelcast.clientengine.query.thread.count",
			"hazelcast.clientengine.blocking.thread.count", "hazelcast.partition.count" };

	private static final String[] OFF = { "hazelcast.phone.home.enabled", "hazelcast.shutdownhook.enabled",
			"hazelcast.slow.operation.detector.enabled", "hazelcast.socket.bind.any",
			"hazelcast.socket.server.bind.any" };

	static {
		Statics.initialize();
	}

	private final HazelcastInstance instance;

	private final int port;

	private LocalMember(HazelcastInstance instance, int port) {
		this.instance = instance;
		this.port = port;
	}

	/**
	 * Start a member.
	 * @param settings where to listen
	 * @param sink where arriving packets go
	 * @param listener told of clients that come and go
	 * @return the member
	 * @throws TransportException if it can't listen there
	 */
	static LocalMember start(HazelcastTransportSettings settings, Packet.Sink sink, ClientListener listener) {
		String address = TransportAddress.of(settings.host(), settings.port());
		InetAddress host;
		try {
			host = InetAddress.getByName(settings.host());
		}
		catch (UnknownHostException ex) {
			throw new TransportException(address, "The transport can't listen on " + address + ": the host '"
					+ settings.host() + "' is unknown. Set horde.transport.host to an address of this machine", ex);
		}
		try {
			HazelcastInstance instance = start(
					config(settings, sink, listener, new InetSocketAddress(host, settings.port())));
			Address bound = instance.getCluster().getLocalMember().getAddressMap().get(EndpointQualifier.CLIENT);
			return new LocalMember(instance, (bound != null) ? bound.getPort() : settings.port());
		}
		catch (RuntimeException ex) {
			throw new TransportException(address, "The transport can't listen on " + address + ": " + reason(ex)
					+ ". Stop what uses this address, or set horde.transport.port to another port, or to 0 for any free one"
					+ "; horde.transport.host has to be an address of this machine", ex);
		}
	}

	/**
	 * Hazelcast warns in each JVM that it could be faster with access to the JDK's
	 * internals. That logger is static, so the instance's own settings don't reach it.
	 */
	private static HazelcastInstance start(Config config) {
		Logger adviser = Logger.getLogger("com.hazelcast.instance.impl.HazelcastInstanceFactory");
		Level before = adviser.getLevel();
		adviser.setLevel(Level.SEVERE);
		try {
			QuietLogging.keepDefault();
			return Hazelcast.newHazelcastInstance(config);
		}
		finally {
			adviser.setLevel(before);
		}
	}

	private static Config config(HazelcastTransportSettings settings, Packet.Sink sink, ClientListener listener,
			InetSocketAddress bind) {
		Config config = new Config();
		config.setInstanceName("horde-" + settings.nodeName() + "-" + UUID.randomUUID());
		config.setClusterName(NAME);
		config.setClassLoader(LocalMember.class.getClassLoader());
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
			.setDataAccessEnabled(false);
		config.getUserContext().put(Packet.SINK, sink);
		// The default filter lets Hazelcast's own and the JDK's classes through; without
		// one all do.
		config.getSerializationConfig()
			.setJavaSerializationFilterConfig(new JavaSerializationFilterConfig())
			.addSerializerConfig(
					new SerializerConfig().setTypeClass(Packet.class).setImplementation(new Packet.Serializer()));
		config.setManagedContext(new PacketsOnly());
		config.addExecutorConfig(new ExecutorConfig("default", 1).setQueueCapacity(1).setStatisticsEnabled(false));
		config.addExecutorConfig(new ExecutorConfig(EXECUTOR, 1).setStatisticsEnabled(false));
		config.addListenerConfig(new ListenerConfig(listener));
		AdvancedNetworkConfig network = config.getAdvancedNetworkConfig();
		network.setEnabled(true);
		network.getJoin().getAutoDetectionConfig().setEnabled(false);
		network.getJoin().getMulticastConfig().setEnabled(false);
		network.getJoin().getTcpIpConfig().setEnabled(false);
		network.setMemberEndpointConfig(new ServerSocketEndpointConfig().setPort(0).setPortAutoIncrement(false));
		// On Windows "reuse" would let two processes listen on one port.
		boolean reuse = !System.getProperty("os.name", "").startsWith("Windows");
		network.setClientEndpointConfig(new ServerSocketEndpointConfig().setPort(bind.getPort())
			.setPortAutoIncrement(false)
			.setReuseAddress(reuse));
		network.setMemberAddressProviderConfig(
				new MemberAddressProviderConfig().setEnabled(true).setImplementation(new Addresses(bind)));
		return config;
	}

	private static String reason(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		String message = root.getMessage();
		return (message != null) ? message : root.getClass().getSimpleName();
	}

	/**
	 * Return this member's uuid, new at each start.
	 * @return the uuid
	 */
	UUID uuid() {
		return this.instance.getCluster().getLocalMember().getUuid();
	}

	/**
	 * Return the address for peers.
	 * @param settings what is configured
	 * @return {@code host:port}
	 */
	String address(HazelcastTransportSettings settings) {
		String advertised = settings.advertisedHost();
		int port = (settings.advertisedPort() > 0) ? settings.advertisedPort() : this.port;
		if (advertised != null && !advertised.isBlank()) {
			return TransportAddress.of(advertised, port);
		}
		return TransportAddress.of(isAny(settings.host()) ? firstAddress() : settings.host(), port);
	}

	/**
	 * Return the connections to the reachable port. Hazelcast has no public way to them.
	 * @return all, also of those who have not said who they are
	 */
	Collection<ServerConnection> connections() {
		return (this.instance instanceof HazelcastInstanceProxy proxy)
				? proxy.getOriginal().node.getServer().getConnectionManager(EndpointQualifier.CLIENT).getConnections()
				: List.of();
	}

	void terminate() {
		this.instance.getLifecycleService().terminate();
	}

	private static boolean isAny(String host) {
		return host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
	}

	private static String firstAddress() {
		try {
			for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
				if (network.isUp() && !network.isLoopback()) {
					for (InetAddress address : Collections.list(network.getInetAddresses())) {
						if (address instanceof Inet4Address) {
							return address.getHostAddress();
						}
					}
				}
			}
		}
		catch (SocketException ex) {
			// Without a list of interfaces, loopback is all that is certain.
		}
		return "127.0.0.1";
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
	 * Binds the mandatory but unused member endpoint to loopback: before any check it
	 * would allocate what a stranger's first bytes ask for.
	 */
	private static final class Addresses implements MemberAddressProvider {

		private final InetSocketAddress client;

		private final InetSocketAddress member = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

		Addresses(InetSocketAddress client) {
			this.client = client;
		}

		@Override
		public InetSocketAddress getBindAddress() {
			return this.member;
		}

		@Override
		public InetSocketAddress getBindAddress(EndpointQualifier endpoint) {
			return endpoint.equals(EndpointQualifier.CLIENT) ? this.client : this.member;
		}

		@Override
		public InetSocketAddress getPublicAddress() {
			return this.member;
		}

		@Override
		public InetSocketAddress getPublicAddress(EndpointQualifier endpoint) {
			if (!endpoint.equals(EndpointQualifier.CLIENT)) {
				return this.member;
			}
			return this.client.getAddress().isAnyLocalAddress()
					? new InetSocketAddress(InetAddress.getLoopbackAddress(), this.client.getPort()) : this.client;
		}

	}

}
