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
import java.util.logging.Level;
import java.util.logging.Logger;

import com.hazelcast.client.ClientListener;
import com.hazelcast.cluster.Address;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.server.ServerConnection;
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
					MemberConfiguration.create(settings, sink, listener, new InetSocketAddress(host, settings.port())));
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

}
