package io.horde.hazelcast.attack;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.horde.hazelcast.HazelcastTransportSettings;
import io.horde.hazelcast.TestNode;
import io.horde.hazelcast.attack.TamperingRelay.How;
import io.horde.hazelcast.attack.TamperingRelay.Plan;
import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.RecordingHandler.Received;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Somebody on the path between two nodes that have a secret.
 */
@TestInstance(Lifecycle.PER_CLASS)
class PathAttackTests {

	private static final boolean ALL = Boolean.getBoolean("horde.attack.all");

	private static final int RECORDS_OF_A_HANDSHAKE = 6;

	/**
	 * What stalls a handshake ends after so long.
	 */
	private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);

	private TamperingRelay toA;

	private TamperingRelay toB;

	private TestNode a;

	private TestNode b;

	/**
	 * The number of the next frame.
	 */
	private int next;

	@BeforeAll
	void start() throws IOException {
		int portOfA = freePort();
		int portOfB = freePort();
		this.toA = new TamperingRelay(portOfA);
		this.toB = new TamperingRelay(portOfB);
		this.a = behind(this.toA, portOfA, "a");
		this.b = behind(this.toB, portOfB, "b");
	}

	private static TestNode behind(TamperingRelay relay, int port, String name) {
		return TestNode.start(name,
				(settings) -> HazelcastTransportSettings.defaults("127.0.0.1", port, Mode.CLUSTER, name)
					.withAdvertised("127.0.0.1", relay.port())
					.withSecurity(Mode.SECRET.security()));
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	@AfterAll
	void close() throws IOException {
		this.a.close();
		this.b.close();
		this.toA.close();
		this.toB.close();
	}

	@AfterEach
	void hangUp() {
		this.toB.plan(null);
		this.a.hangUp(this.b.address());
		this.b.hangUp(this.a.address());
		Awaitility.await()
			.until(() -> this.a.handler().link(this.b.address()) == null
					&& this.b.handler().link(this.a.address()) == null);
	}

	static Stream<Arguments> handshakes() {
		List<Arguments> plans = new ArrayList<>();
		for (How how : How.values()) {
			for (int record = 0; record < RECORDS_OF_A_HANDSHAKE; record++) {
				for (boolean forth : new boolean[] { true, false }) {
					boolean sample = (record + how.ordinal() + (forth ? 0 : 3)) % RECORDS_OF_A_HANDSHAKE == 0;
					if (ALL || (sample && how != How.DROP)) {
						plans.add(Arguments.of(new Plan(forth, record, how)));
					}
				}
			}
		}
		return plans.stream();
	}

	@ParameterizedTest
	@MethodSource("handshakes")
	void handshakeThatWasTamperedWithIsRepeated(Plan plan) {
		this.toB.plan(plan);
		this.a.dial(this.b.address());
		Awaitility.await().until(this.toB::isDone);
		long begin = System.nanoTime();
		Link link = this.a.linkTo(this.b.address());
		this.b.linkTo(this.a.address());
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).as("until there was a link after " + plan)
			.isLessThan(Victims.RECOVERY.plus(HANDSHAKE_TIMEOUT));
		assertThat(link.isUp()).isTrue();
		assertPasses();
	}

	@ParameterizedTest
	@EnumSource(How.class)
	void frameThatWasTamperedWithIsNeverSeen(How how) {
		this.a.dial(this.b.address());
		this.a.linkTo(this.b.address());
		this.b.linkTo(this.a.address());
		int before = this.b.handler().frames().size();
		int first = this.next;
		send(50);
		this.toB.plan(new Plan(true, 1, how));
		while (!this.toB.isDone()) {
			send(1);
		}
		send(50);
		assertPasses();
		List<Received> received = this.b.handler().frames();
		assertThat(received.subList(before, received.size()).stream().map(Received::frame).map(PathAttackTests::number))
			.isSorted()
			.doesNotHaveDuplicates()
			.allSatisfy((number) -> assertThat(number).isGreaterThanOrEqualTo(first));
	}

	private void send(int count) {
		for (int i = 0; i < count; i++) {
			Link link = this.a.handler().link(this.b.address());
			byte[] frame = new byte[2000];
			Arrays.fill(frame, (byte) this.next);
			if (link != null
					&& this.a.send(link, Channels.REPLICATION, ByteBuffer.wrap(frame).putInt(this.next).array())) {
				this.next++;
			}
		}
	}

	/**
	 * Return the number of a frame, all of whose bytes are as they were sent.
	 */
	private static int number(byte[] frame) {
		int number = ByteBuffer.wrap(frame).getInt();
		for (int i = Integer.BYTES; i < frame.length; i++) {
			assertThat(frame[i]).isEqualTo((byte) number);
		}
		return number;
	}

	/**
	 * Send frames until one of them arrives.
	 */
	private void assertPasses() {
		int first = this.next;
		Awaitility.await().atMost(Victims.RECOVERY).pollInterval(Duration.ofMillis(20)).until(() -> {
			send(1);
			List<Received> received = this.b.handler().frames();
			return !received.isEmpty() && number(received.get(received.size() - 1).frame()) >= first;
		});
	}

	@Test
	void replayedHandshakeIsWorthNothing() throws IOException {
		this.toB.record();
		this.toA.record();
		this.a.dial(this.b.address());
		this.a.linkTo(this.b.address());
		this.b.linkTo(this.a.address());
		int frames = this.b.handler().frames().size();
		int downs = this.a.handler().downs().size() + this.b.handler().downs().size();
		for (int i = 0; i < 20; i++) {
			RawAttacks.send(this.toB.port(), this.toB.recorded());
			RawAttacks.send(this.toA.port(), this.toA.recorded());
		}
		assertThat(this.a.handler().downs().size() + this.b.handler().downs().size()).isEqualTo(downs);
		assertThat(this.b.handler().frames()).hasSize(frames);
		assertPasses();
	}

}
