package io.horde.hazelcast;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

import com.hazelcast.client.ClientListener;
import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.ClusterState;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeState;
import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.tcp.TcpServerConnection;
import com.hazelcast.internal.server.tcp.TcpServerConnectionManager;
import io.horde.hazelcast.gate.MessageFilter;
import io.horde.hazelcast.gate.ProvedConnection;
import io.horde.hazelcast.gate.Refusals;
import org.jspecify.annotations.Nullable;

/**
 * The Hazelcast member of this node. It can join nobody: peers reach it as clients.
 */
final class LocalMember {

	/*
	 * The name that Hazelcast's own handshake compares is the same in every cluster, and
	 * protects nothing: who is let in is the gate's business.
	 */
	static final String NAME = "horde";

	static final String EXECUTOR = MessageFilter.EXECUTOR;

	private static final MethodHandle NEW_CHANNEL = handle("newChannel", SocketChannel.class, boolean.class);

	private static final MethodHandle NEW_CONNECTION = handle("newConnection", Channel.class, Address.class,
			boolean.class);

	static {
		Statics.initialize();
	}

	private final HazelcastInstance instance;

	private final Node node;

	private final TcpServerConnectionManager connections;

	private LocalMember(HazelcastInstance instance, Node node, TcpServerConnectionManager connections) {
		this.instance = instance;
		this.node = node;
		this.connections = connections;
	}

	/**
	 * Start a member.
	 * @param settings time-outs and names
	 * @param sink where arriving packets go
	 * @param listener told of clients that come and go
	 * @param refusals counts connections that end because of what came
	 * @return the member
	 */
	static LocalMember start(HazelcastTransportSettings settings, Packet.Sink sink, ClientListener listener,
			Refusals refusals) {
		HazelcastInstance instance = start(MemberConfiguration.create(settings, sink, listener), refusals);
		if (instance instanceof HazelcastInstanceProxy proxy && proxy.getOriginal().node.getServer()
			.getConnectionManager(EndpointQualifier.CLIENT) instanceof TcpServerConnectionManager connections) {
			return new LocalMember(instance, proxy.getOriginal().node, connections);
		}
		instance.getLifecycleService().terminate();
		throw new IllegalStateException("This version of Hazelcast can't be used: it has no " + NEW_CONNECTION);
	}

	private static MethodHandle handle(String name, Class<?>... parameters) {
		try {
			Method method = TcpServerConnectionManager.class.getDeclaredMethod(name, parameters);
			method.setAccessible(true);
			return MethodHandles.lookup().unreflect(method);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(
					"This version of Hazelcast can't be used: TcpServerConnectionManager has no " + name, ex);
		}
	}

	/**
	 * Hazelcast warns in each JVM that it could be faster with access to the JDK's
	 * internals. That logger is static, so the instance's own settings don't reach it.
	 */
	private static HazelcastInstance start(Config config, Refusals refusals) {
		Logger adviser = Logger.getLogger("com.hazelcast.instance.impl.HazelcastInstanceFactory");
		Level before = adviser.getLevel();
		adviser.setLevel(Level.SEVERE);
		try {
			QuietLogging.keepDefault();
			return HazelcastInstanceFactory.newHazelcastInstance(config, config.getInstanceName(),
					new GatedNodeContext(refusals));
		}
		finally {
			adviser.setLevel(before);
		}
	}

	/**
	 * Return this member's uuid, new at each start.
	 * @return the uuid
	 */
	UUID uuid() {
		return this.instance.getCluster().getLocalMember().getUuid();
	}

	/**
	 * Return the address that Hazelcast takes for this member's. Nobody listens there, so
	 * by chance a peer may dial from it; Hazelcast would take him for this member.
	 */
	InetSocketAddress address() {
		try {
			return this.node.getThisAddress().getInetSocketAddress();
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Take over a connection of a peer that has dialled. Hazelcast has no public way for
	 * that.
	 * @param connection a connection that the gate has proved
	 */
	@SuppressWarnings("unchecked")
	void accept(ProvedConnection connection) {
		if (connection.isFrom(address())) {
			connection.close();
			return;
		}
		try {
			Channel channel = (Channel) NEW_CHANNEL.invoke(this.connections, connection.channel(), false);
			channel.attributeMap().put(ProvedConnection.class, connection);
			NEW_CONNECTION.invoke(this.connections, channel, null, true);
		}
		catch (Throwable ex) {
			connection.close();
			throw new IllegalStateException("Hazelcast did not take a connection over", ex);
		}
	}

	/**
	 * Return the connections from outside.
	 * @return all, also of those who have not said who they are
	 */
	Collection<ServerConnection> connections() {
		return this.connections.getConnections();
	}

	/**
	 * Find the proved connection that a client of Hazelcast has.
	 * @param client the client's uuid
	 * @return the connection, {@code null} if there is none
	 */
	@Nullable ProvedConnection connectionOf(UUID client) {
		for (ServerConnection connection : connections()) {
			if (client.equals(connection.getRemoteUuid()) && connection instanceof TcpServerConnection tcp
					&& tcp.getChannel().attributeMap().get(ProvedConnection.class) instanceof ProvedConnection proved) {
				return proved;
			}
		}
		return null;
	}

	/**
	 * Tell why this member is of no use any more.
	 * @return the reason, or {@code null} while it runs
	 */
	@Nullable String trouble() {
		try {
			if (!this.instance.getLifecycleService().isRunning()) {
				return "it was shut down, by somebody or for want of memory";
			}
			ClusterState state = this.instance.getCluster().getClusterState();
			return (state == ClusterState.PASSIVE) ? "it was made passive" : null;
		}
		catch (HazelcastInstanceNotActiveException ex) {
			return "it is being shut down, by somebody or for want of memory";
		}
	}

	/**
	 * End this member. Of one that has failed to end, for want of memory perhaps, only
	 * the connections end: told once more, Hazelcast would wait for itself for ever.
	 */
	void terminate() {
		if (this.node.isRunning() || this.node.getState() == NodeState.SHUT_DOWN) {
			this.instance.getLifecycleService().terminate();
		}
		else {
			this.node.getServer().shutdown();
			HazelcastInstanceFactory.remove(this.node.hazelcastInstance);
		}
	}

}
