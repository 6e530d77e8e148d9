package io.horde.test;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;

import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.RecordingHandler;
import io.horde.transport.Transport;
import io.horde.transport.Transport.ProbeResult;
import io.horde.transport.TransportHandler.LinkDown;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the faults of {@link SimulatedNetwork}.
 */
class SimulatedNetworkTests {

	private Simulation simulation;

	private SimulatedNetwork network;

	private Node a;

	private Node b;

	@BeforeEach
	void create() {
		create(3);
	}

	private void create(long seed) {
		this.simulation = new Simulation(seed);
		this.network = this.simulation.network();
		this.a = new Node("a");
		this.b = new Node("b");
	}

	@Test
	void shortCutDelaysWhatIsSent() {
		connect();
		this.network.cut("a", "b");
		this.a.send(1);
		this.b.send(2);
		this.simulation.run(Duration.ofSeconds(5));
		assertThat(this.a.received()).containsExactly(2);
		assertThat(this.b.received()).isEmpty();
		this.network.heal("a", "b");
		this.simulation.run(Duration.ofSeconds(1));
		assertThat(this.b.received()).containsExactly(1);
		assertThat(this.a.handler.downs()).isEmpty();
	}

	@Test
	void orderSurvivesManyShortCuts() {
		connect();
		SplittableRandom random = this.simulation.random();
		this.network.faults(Faults.NONE.withDelay(Duration.ofMillis(1), Duration.ofMillis(50)));
		for (int i = 0; i < 500; i++) {
			this.a.send(i);
			this.simulation.run(Duration.ofMillis(random.nextInt(10)));
			if (random.nextBoolean()) {
				this.network.cut("a", "b");
			}
			else {
				this.network.heal("a", "b");
			}
		}
		this.network.heal();
		this.simulation.run(Duration.ofSeconds(5));
		assertThat(this.b.received()).hasSize(500).isSorted();
	}

	@Test
	void longCutTimesTheLinkOutOnBothSidesAndAHealedOneComesBack() {
		connect();
		this.network.partition(List.of("a"), List.of("b"));
		this.simulation.run(Duration.ofSeconds(19));
		assertThat(this.a.handler.downs()).isEmpty();
		this.simulation.run(Duration.ofSeconds(2));
		assertThat(this.a.handler.downs()).extracting(RecordingHandler.Down::evidence)
			.containsExactly(LinkDown.TIMED_OUT);
		assertThat(this.b.handler.downs()).extracting(RecordingHandler.Down::evidence)
			.containsExactly(LinkDown.TIMED_OUT);
		this.network.heal();
		this.simulation.run(Duration.ofSeconds(5));
		assertThat(this.a.handler.ups()).hasSize(2);
		assertThat(this.b.handler.ups()).hasSize(2);
		assertThat(this.a.handler.violations()).isEmpty();
	}

	@Test
	void killedProcessClosesItsLinksAndRefuses() {
		connect();
		this.b.loop.kill();
		this.simulation.run(Duration.ofSeconds(1));
		assertThat(this.a.handler.downs()).extracting(RecordingHandler.Down::evidence).containsExactly(LinkDown.CLOSED);
		assertThat(this.a.probe("b:7420")).isEqualTo(ProbeResult.REFUSED);
	}

	@Test
	void machineThatIsOffSaysNothing() {
		connect();
		this.network.dark("b", true);
		this.b.loop.kill();
		this.simulation.run(Duration.ofSeconds(5));
		assertThat(this.a.handler.downs()).isEmpty();
		assertThat(this.a.probe("b:7420")).isEqualTo(ProbeResult.SILENT);
		this.simulation.run(Duration.ofSeconds(20));
		assertThat(this.a.handler.downs()).extracting(RecordingHandler.Down::evidence)
			.containsExactly(LinkDown.TIMED_OUT);
	}

	@Test
	void pausedProcessStillAcceptsProbes() {
		connect();
		this.b.loop.pause();
		assertThat(this.a.probe("b:7420")).isEqualTo(ProbeResult.ACCEPTED);
		this.a.send(1);
		this.simulation.run(Duration.ofSeconds(5));
		assertThat(this.b.received()).isEmpty();
		this.b.loop.resume();
		this.simulation.run(Duration.ofSeconds(1));
		assertThat(this.b.received()).containsExactly(1);
	}

	@Test
	void suspendedMachineIsGoneFromTheNetwork() {
		connect();
		this.b.loop.suspend();
		assertThat(this.a.probe("b:7420")).isEqualTo(ProbeResult.SILENT);
		this.b.loop.resume();
		assertThat(this.a.probe("b:7420")).isEqualTo(ProbeResult.ACCEPTED);
	}

	@Test
	void resetIsSeenAsClosedOnBothSidesAndRedialled() {
		connect();
		this.network.reset("a", "b");
		this.simulation.run(Duration.ofSeconds(3));
		assertThat(this.a.handler.downs()).extracting(RecordingHandler.Down::evidence).containsExactly(LinkDown.CLOSED);
		assertThat(this.b.handler.downs()).extracting(RecordingHandler.Down::evidence).containsExactly(LinkDown.CLOSED);
		assertThat(this.a.handler.ups()).hasSize(2);
	}

	@Test
	void lossDuplicationAndReorderingHappenAsOftenAsAskedFor() {
		connect();
		this.network.faults(Faults.NONE.withLoss(0.1).withDuplication(0.2).withReordering(0.3));
		for (int i = 0; i < 2000; i++) {
			this.a.send(i);
			this.simulation.run(Duration.ofNanos(100_000));
		}
		this.simulation.run(Duration.ofSeconds(2));
		List<Integer> received = this.b.received();
		assertThat(new HashSet<>(received)).hasSizeBetween(1700, 1900);
		assertThat(received).hasSizeBetween(2000, 2350);
		long overtaken = 0;
		for (int i = 1; i < received.size(); i++) {
			overtaken += (received.get(i) < received.get(i - 1)) ? 1 : 0;
		}
		assertThat(overtaken).isGreaterThan(200);
		assertThat(this.a.link().inFlightBytes()).isZero();
	}

	@Test
	void slowReceiverFillsTheWindowButNotTheControlChannel() {
		this.network.limits(10_000, 100_000);
		connect();
		this.network.slow("b", 1000);
		int sent = 0;
		while (this.a.link().send(Channels.REPLICATION, new byte[1000])) {
			sent++;
		}
		assertThat(sent).isEqualTo(10);
		assertThat(this.a.link().send(Channels.CLUSTER, new byte[] { 0, 0, 0, 9 })).isTrue();
		this.simulation.run(Duration.ofMillis(5500));
		assertThat(this.b.handler.frames(Channels.CLUSTER)).hasSize(1);
		assertThat(this.b.handler.frames(Channels.REPLICATION)).hasSize(5);
		assertThat(this.a.handler.writables()).hasSize(1);
	}

	@Test
	void framesSentBeforeAnOrderlyStopArrive() {
		connect();
		this.a.send(1);
		this.a.loop.execute(this.a.transport::stop);
		this.simulation.run(Duration.ofSeconds(1));
		assertThat(this.b.received()).containsExactly(1);
		assertThat(this.b.handler.downs()).hasSize(1);
	}

	@Test
	void restartedPeerReplacesALinkWhoseEndWasNeverHeardOf() {
		connect();
		this.network.partition(List.of("a"), List.of("b"));
		this.b.loop.kill();
		this.simulation.run(Duration.ofSeconds(5));
		Node next = new Node("b");
		next.loop.execute(() -> next.transport.dial("a:7420"));
		this.network.heal();
		this.simulation.run(Duration.ofSeconds(5));
		assertThat(this.a.handler.downs()).hasSize(1);
		assertThat(this.a.handler.ups()).hasSize(2);
		assertThat(next.handler.ups()).hasSize(1);
		assertThat(this.a.handler.violations()).isEmpty();
	}

	@Test
	void sameSeedTakesTheSameCourse() {
		assertThat(course(7)).isEqualTo(course(7));
		assertThat(course(7)).isNotEqualTo(course(8));
	}

	private long course(long seed) {
		create(seed);
		connect();
		this.network.faults(Faults.NONE.withLoss(0.1).withDuplication(0.1).withReordering(0.1).withStraggling(0.1));
		for (int i = 0; i < 300; i++) {
			this.a.send(i);
			this.b.send(i);
			this.simulation.run(Duration.ofMillis(1));
		}
		return this.simulation.traceHash();
	}

	private void connect() {
		this.a.loop.execute(() -> this.a.transport.dial("b:7420"));
		this.simulation.run(Duration.ofSeconds(1));
		assertThat(this.b.handler.ups()).hasSize(1);
	}

	private final class Node {

		private final SimulatedEventLoop loop;

		private final Transport transport;

		private final RecordingHandler handler;

		private Node(String machine) {
			this.loop = SimulatedNetworkTests.this.simulation.eventLoop(machine);
			this.transport = SimulatedNetworkTests.this.network.transport(this.loop);
			this.handler = new RecordingHandler(this.loop, machine);
			this.loop.execute(() -> this.transport.start(this.handler));
		}

		private Link link() {
			return this.handler.ups().get(this.handler.ups().size() - 1);
		}

		private void send(int number) {
			assertThat(link().send(Channels.REPLICATION, ByteBuffer.allocate(4).putInt(number).array())).isTrue();
		}

		private List<Integer> received() {
			return this.handler.frames().stream().map((frame) -> ByteBuffer.wrap(frame.frame()).getInt()).toList();
		}

		private ProbeResult probe(String address) {
			ProbeResult[] result = new ProbeResult[1];
			this.loop.execute(() -> this.transport.probe(address, (answer) -> result[0] = answer));
			SimulatedNetworkTests.this.simulation.run(Duration.ofSeconds(2));
			return result[0];
		}

	}

}
