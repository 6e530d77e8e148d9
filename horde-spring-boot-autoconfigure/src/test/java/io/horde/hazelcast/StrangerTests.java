package io.horde.hazelcast;

import java.io.OutputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.cluster.Member;
import com.hazelcast.config.SerializerConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IExecutorService;
import io.horde.hazelcast.gate.Gate;
import io.horde.hazelcast.gate.GateRefusal;
import io.horde.hazelcast.gate.Identity;
import io.horde.hazelcast.gate.Knock;
import io.horde.hazelcast.gate.LinkSecurity;
import io.horde.hazelcast.gate.ProvedConnection;
import io.horde.hazelcast.gate.Refusals;
import io.horde.transport.Channels;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What somebody can do who reaches the port and is no node of the cluster.
 */
class StrangerTests {

	private TestNode a;

	private TestNode b;

	@BeforeEach
	void link() {
		this.a = TestNode.start("a");
		this.b = TestNode.start("b");
		this.a.dial(this.b.address());
		this.a.linkTo(this.b.address());
		this.b.linkTo(this.a.address());
	}

	@AfterEach
	void close() {
		this.a.close();
		this.b.close();
	}

	@Test
	void garbageBytesHarmNobody() throws Exception {
		Random random = new Random(1);
		for (int i = 0; i < 50; i++) {
			byte[] garbage = new byte[1 + random.nextInt(5000)];
			random.nextBytes(garbage);
			send(garbage);
		}
		send("GET / HTTP/1.1\r\n\r\n".getBytes());
		send("HZCxxxxxxxxxxxxxxxxxxxxxxxxxxxx".getBytes());
		send(ByteBuffer.allocate(40).put("CP2".getBytes()).putInt(Integer.MAX_VALUE).array());
		assertLinkWorks();
	}

	@Test
	void whatAnswersIsNotHazelcast() throws Exception {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.a.port())) {
			socket.setSoTimeout(5000);
			socket.getOutputStream().write("CP2".getBytes());
			socket.getOutputStream().flush();
			assertThat(socket.getInputStream().readNBytes(4)).as("the mark of the gate")
				.isEqualTo(TestNode.bytes("HORD"));
			assertThat(socket.getInputStream().readAllBytes()).as("no more than a refusal").hasSize(5);
		}
	}

	@Test
	void strangerWhoKnowsTheNameCanStoreNothing() {
		withStranger((client) -> {
			assertThatThrownBy(() -> client.getMap("map").put("key", "value")).isInstanceOf(Exception.class);
			assertThatThrownBy(() -> client.getQueue("queue").offer("value")).isInstanceOf(Exception.class);
			assertThatThrownBy(() -> client.getRingbuffer("ring").add("value")).isInstanceOf(Exception.class);
			assertThatThrownBy(() -> client.getTopic("topic").publish("value")).isInstanceOf(Exception.class);
		});
		assertLinkWorks();
	}

	@Test
	void strangersTaskOfAnotherClassIsNotRun() {
		withStranger((client) -> assertThatThrownBy(() -> submit(client, new Foreign()))
			.isInstanceOf(ExecutionException.class));
		assertThat(Foreign.ran).isFalse();
		assertLinkWorks();
	}

	@Test
	void malformedPacketsAreDroppedAndCounted() {
		long before = this.a.transport().counters().dropped().sum();
		Random random = new Random(2);
		withStranger((client) -> {
			for (int i = 0; i < 200; i++) {
				byte[] packet = new byte[2 + random.nextInt(300)];
				random.nextBytes(packet);
				packet[0] = PacketType.VERSION;
				packet[1] = (byte) (2 + random.nextInt(8));
				submit(client, new Packet(packet));
			}
			submit(client, new Packet(PacketType.HELLO.packet(0, new byte[100_000])));
		});
		Awaitility.await().until(() -> this.a.transport().counters().dropped().sum() - before == 201);
		assertLinkWorks();
	}

	@Test
	void helloInTheNameOfALinkedPeerDoesNotHarmTheLink() {
		Introduction forged = new Introduction(42, nodeUuid(), nodeUuid(), this.b.address(), 1, 1);
		withStranger((client) -> submit(client, new Packet(PacketType.HELLO.packet(0, forged.toBytes()))));
		assertLinkWorks();
		assertThat(this.a.handler().downs()).isEmpty();
	}

	@Test
	void whoBeginsHandshakesWithoutEndIsTurnedOut() {
		LongAdder refused = this.a.transport().counters().refusals().count(GateRefusal.FORBIDDEN_MESSAGE);
		Introduction forged = new Introduction(1, nodeUuid(), nodeUuid(), "127.0.0.1:1", 1, 1);
		assertThatThrownBy(() -> withStranger((client) -> {
			for (int i = 0; i < 1000; i++) {
				submit(client, new Packet(PacketType.HELLO.packet(0, forged.toBytes())));
			}
		})).hasRootCauseInstanceOf(Exception.class);
		assertThat(refused.sum()).isEqualTo(1);
		assertLinkWorks();
	}

	private static UUID nodeUuid() {
		return new UUID(1, 2);
	}

	private void assertLinkWorks() {
		int before = this.b.handler().frames().size();
		this.a.send(this.a.linkTo(this.b.address()), Channels.REPLICATION, new byte[] { 1 });
		Awaitility.await().until(() -> this.b.handler().frames().size() == before + 1);
		assertThat(this.a.handler().downs()).isEmpty();
	}

	private void send(byte[] bytes) throws Exception {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.a.port())) {
			OutputStream out = socket.getOutputStream();
			out.write(bytes);
			out.flush();
		}
	}

	/**
	 * Somebody who gets past the gate, since links are open.
	 */
	private void withStranger(Attack attack) {
		Refusals refusals = new Refusals();
		try (Gate gate = Gate.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "stranger", refusals)) {
			gate.open(new Identity(nodeUuid(), "127.0.0.1:1", "test"), LinkSecurity.OPEN, ProvedConnection::close);
			CompletableFuture<Knock> knock = new CompletableFuture<>();
			gate.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.a.port()), Duration.ofSeconds(5),
					knock::complete);
			ProvedConnection connection = knock.get(10, TimeUnit.SECONDS).connection();
			HazelcastInstance client = GatedClient.start(stranger(LocalMember.NAME), connection, refusals);
			try {
				attack.run(client);
			}
			finally {
				client.getLifecycleService().terminate();
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void submit(HazelcastInstance client, Callable<?> task) throws Exception {
		IExecutorService executor = client.getExecutorService(LocalMember.EXECUTOR);
		Member member = client.getCluster().getMembers().iterator().next();
		executor.submitToMember(task, member).get(10, TimeUnit.SECONDS);
	}

	@SuppressWarnings("deprecation")
	private ClientConfig stranger(String name) {
		ClientConfig config = new ClientConfig();
		config.setInstanceName("stranger-" + UUID.randomUUID());
		config.setClusterName(name);
		config.getMetricsConfig().setEnabled(false);
		config.setProperty("hazelcast.client.statistics.enabled", "false");
		config.setProperty(QuietLogging.PROPERTY, QuietLogging.NONE);
		config.setProperty("hazelcast.client.invocation.timeout.seconds", "3");
		config.getNetworkConfig().setSmartRouting(false).addAddress(this.a.address());
		config.getConnectionStrategyConfig()
			.getConnectionRetryConfig()
			.setClusterConnectTimeoutMillis(Duration.ofSeconds(2).toMillis());
		config.getSerializationConfig()
			.addSerializerConfig(
					new SerializerConfig().setTypeClass(Packet.class).setImplementation(new Packet.Serializer()));
		return config;
	}

	/**
	 * Something that a stranger does.
	 */
	private interface Attack {

		void run(HazelcastInstance client) throws Exception;

	}

	/**
	 * A class that happens to be on the class path of the node.
	 */
	static final class Foreign implements Callable<String>, Serializable {

		private static volatile boolean ran;

		@Override
		public String call() {
			ran = true;
			return "ran";
		}

	}

}
