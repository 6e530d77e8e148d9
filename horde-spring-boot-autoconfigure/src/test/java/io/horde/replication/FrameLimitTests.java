package io.horde.replication;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.Message;
import io.horde.replication.protocol.Messages;
import io.horde.test.Simulation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what is too much for one frame. A transport refuses larger ones than 1.5 MB.
 */
class FrameLimitTests {

	private static final List<String> MEMBERS = List.of("a", "b");

	private final Simulation simulation = new Simulation(1);

	private TestNode start(String name) {
		return new TestNode(this.simulation, name, 1, ReplicationSettings.defaults()).start(MEMBERS);
	}

	@Test
	void aJoinerGetsLargeValuesInSeveralPieces() {
		TestNode a = start("a");
		this.simulation.run(Duration.ofSeconds(3));
		for (int i = 0; i < 200; i++) {
			a.put("name-" + i, "x".repeat(100_000));
		}
		TestNode b = start("b");
		assertThat(this.simulation.runUntil(b::isUp, Duration.ofSeconds(20))).isTrue();
		this.simulation.run(Duration.ofSeconds(3));
		assertThat(b.alive()).isEqualTo(a.alive()).hasSize(200);
	}

	@Test
	void aJoinerGetsLargeValuesThatChangeMeanwhile() {
		TestNode a = start("a");
		this.simulation.run(Duration.ofSeconds(3));
		for (int i = 0; i < 200; i++) {
			a.put("name-" + i, "x".repeat(50_000));
		}
		this.simulation.network().slow("b", 5_000_000);
		TestNode b = start("b");
		for (int i = 0; i < 200 && !b.isUp(); i++) {
			a.put("name-" + i, "y".repeat(50_000));
			this.simulation.run(Duration.ofMillis(20));
		}
		assertThat(this.simulation.runUntil(b::isUp, Duration.ofSeconds(60))).isTrue();
		this.simulation.run(Duration.ofSeconds(10));
		assertThat(b.alive()).isEqualTo(a.alive()).hasSize(200);
	}

	@Test
	void anAnswerThatWouldBeTooLargeIsGivenInParts() {
		TestNode a = start("a");
		TestNode b = start("b");
		this.simulation.run(Duration.ofSeconds(3));
		for (int i = 0; i < 100; i++) {
			a.put("name-" + i, "x".repeat(50_000));
		}
		this.simulation.run(Duration.ofSeconds(3));
		List<Message.MapKey> keys = LongStream.range(0, 100)
			.mapToObj((i) -> new Message.MapKey(a.names.table().id(), "name-" + i))
			.toList();
		long before = a.peers.bytes;
		a.loop.execute(() -> {
			a.replicator.exchange().frame(b.id, new Messages(b.id, 0).write(new Message.Reconcile(7, a.context())));
			a.replicator.exchange().frame(b.id, new Messages(b.id, 0).write(new Message.EntriesRequest(7, 0, keys)));
		});
		this.simulation.run(Duration.ofMillis(400));
		assertThat(a.peers.bytes - before).isBetween(256L << 10, 1L << 20);
	}

	@Test
	void aContextWithTooManySingleDotsIsCutShort() {
		ReplicaId origin = new ReplicaId("somebody", 1L << 50);
		CausalContext context = CausalContext.of(new TreeMap<>(),
				LongStream.range(0, 200_000).mapToObj((i) -> new Dot(origin, 5_000_000 + 3 * i)).toList());
		CausalContext bounded = context.bounded(1000);
		assertThat(bounded.singles()).hasSize(1000);
		assertThat(context.contains(bounded)).isTrue();
		byte[] frame = new Messages(origin, 0)
			.write(new Message.Vector(1, context.bounded(ReconcileSender.MAX_SINGLES), 2, false));
		assertThat(frame).hasSizeLessThan(200_000);
		Message.Vector read = (Message.Vector) Messages.read(frame, origin);
		assertThat(read.seen().singles()).isEqualTo(context.singles().subList(0, ReconcileSender.MAX_SINGLES));
	}

	@Test
	void aReplicaWithVeryManySingleDotsIsHealed() {
		TestNode a = start("a");
		TestNode b = start("b");
		this.simulation.run(Duration.ofSeconds(3));
		this.simulation.network().linkTimeout(Duration.ofSeconds(1));
		this.simulation.network().partition(List.of("a"), List.of("b"));
		this.simulation.run(Duration.ofSeconds(3));
		a.put("first", "x");
		for (int i = 0; i < 100_000; i++) {
			String key = "name-" + i;
			Written<Dot> written = a.replicator.writeAndExport((writes) -> writes.put(a.names, key, "x"));
			b.loop.execute(() -> b.replicator.merge(written.delta()));
		}
		this.simulation.run(Duration.ofSeconds(1));
		assertThat(b.context().singles()).hasSize(100_000);
		a.dropLog();
		this.simulation.network().heal();
		this.simulation.run(Duration.ofSeconds(15));
		assertThat(b.context().singles()).isEmpty();
		assertThat(b.names.get("first")).isNotNull();
		assertThat(b.alive()).isEqualTo(a.alive());
	}

}
