package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.horde.crdt.Dot;
import io.horde.crdt.DotState;
import io.horde.payload.PayloadTooLargeException;
import io.horde.test.Faults;
import io.horde.test.Simulation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link Replicator}, two or three at a time on a network without faults.
 */
class ReplicatorTests {

	private static final List<String> MEMBERS = List.of("a", "b", "c");

	private final Simulation simulation = new Simulation(1);

	private TestNode start(String name) {
		return new TestNode(this.simulation, name, 1, ReplicationSettings.defaults()).start(MEMBERS);
	}

	private List<TestNode> startAll() {
		List<TestNode> nodes = MEMBERS.stream().map(this::start).toList();
		assertThat(this.simulation.runUntil(() -> nodes.stream().allMatch(TestNode::isUp), Duration.ofSeconds(10)))
			.isTrue();
		this.simulation.run(Duration.ofSeconds(2));
		return nodes;
	}

	private void settle() {
		this.simulation.run(Duration.ofSeconds(3));
	}

	@Test
	void aLoneNodeBecomesSynchronizedOnceTheMembershipHasSettled() {
		TestNode node = start("a");
		this.simulation.run(Duration.ofMillis(900));
		assertThat(node.isUp()).isFalse();
		this.simulation.run(Duration.ofMillis(200));
		assertThat(node.isUp()).isTrue();
	}

	@Test
	void joinersWithoutAMemberThatIsUpMergeAndGoUpTogether() {
		TestNode a = start("a");
		TestNode b = start("b");
		a.put("x", "1");
		b.put("y", "2");
		settle();
		assertThat(a.isUp()).isTrue();
		assertThat(b.isUp()).isTrue();
		assertThat(a.alive()).isEqualTo(b.alive()).hasSize(2);
	}

	@Test
	void whatNoFrameCarriesIsRefusedWhereItIsWrittenAndUndone() {
		List<TestNode> nodes = startAll();
		TestNode node = nodes.get(0);
		String large = "v".repeat(1 << 20);
		assertThatExceptionOfType(PayloadTooLargeException.class).isThrownBy(() -> node.replicator.write((writes) -> {
			for (int i = 0; i < 6; i++) {
				writes.put(node.names, "large-" + i, large);
			}
			return true;
		})).withMessageContaining("horde.transport.max-payload-size");
		assertThat(node.names.get("large-0")).isNull();
		node.put("small", "1");
		settle();
		assertThat(nodes).allSatisfy((each) -> assertThat(each.names.get("small")).isNotNull());
	}

	@Test
	void writesOfLargeItemsTravelOneByOne() {
		List<TestNode> nodes = startAll();
		TestNode node = nodes.get(0);
		String large = "v".repeat(1 << 20);
		node.replicator.writeEach(List.of("a", "b", "c", "d", "e", "f"),
				(writes, key) -> writes.put(node.names, key, large));
		settle();
		assertThat(nodes).allSatisfy((each) -> assertThat(each.names.size()).isEqualTo(6));
	}

	@Test
	void writesOfManyItemsTravelInAsManyDeltasAsAreNeeded() {
		List<TestNode> nodes = startAll();
		TestNode node = nodes.get(0);
		List<String> keys = IntStream.range(0, 40_000).mapToObj((i) -> "k".repeat(200) + i).toList();
		node.replicator.writeEach(keys, (writes, key) -> writes.put(node.names, key, "1"));
		this.simulation.run(Duration.ofSeconds(10));
		assertThat(nodes).allSatisfy((each) -> assertThat(each.names.size()).isEqualTo(40_000));
		node.replicator.writeEach(keys, (writes, key) -> writes.removeOwn(node.names, key));
		this.simulation.run(Duration.ofSeconds(10));
		assertThat(nodes).allSatisfy((each) -> assertThat(each.names.size()).isZero());
	}

	@Test
	void aWriteIsVisibleAtOnceHereAndSoonEverywhere() {
		List<TestNode> nodes = startAll();
		Dot dot = nodes.get(0).put("room", "1");
		assertThat(nodes.get(0).names.get("room")).isNotNull();
		this.simulation.run(Duration.ofMillis(2));
		assertThat(nodes).allSatisfy((node) -> {
			assertThat(node.names.get("room").value()).isEqualTo("1");
			assertThat(node.names.get("room").dot()).isEqualTo(dot);
		});
	}

	@Test
	void aRemovalIsGoneEverywhereAndKnown() {
		List<TestNode> nodes = startAll();
		Dot dot = nodes.get(0).put("room", "1");
		settle();
		assertThat(nodes.get(1).names.state("room", dot)).isEqualTo(DotState.ALIVE);
		assertThat(nodes.get(2).remove("room")).isTrue();
		settle();
		assertThat(nodes).allSatisfy((node) -> {
			assertThat(node.names.get("room")).isNull();
			assertThat(node.names.state("room", dot)).isEqualTo(DotState.GONE);
			assertThat(node.names.size()).isZero();
		});
	}

	@Test
	void aBodyThatThrowsWritesNothing() {
		TestNode node = start("a");
		node.put("x", "0");
		assertThatThrownBy(() -> node.replicator.write((writes) -> {
			writes.put(node.names, "x", "1");
			writes.put(node.places, "y", "1");
			writes.removeSeen(node.names, "x");
			throw new IllegalStateException("no");
		})).hasMessage("no");
		assertThat(node.names.get("x").value()).isEqualTo("0");
		assertThat(node.places.get("y")).isNull();
		assertThat(node.put("z", "1").sequence()).isEqualTo(2);
	}

	@Test
	void aWriteWithinABodyIsRefused() {
		TestNode node = start("a");
		assertThatThrownBy(() -> node.replicator.write((writes) -> node.put("x", "1")))
			.isInstanceOf(IllegalStateException.class);
		assertThat(node.put("x", "1").sequence()).isEqualTo(1);
	}

	@Test
	void readsInABodySeeItsWrites() {
		TestNode node = start("a");
		String seen = node.replicator.write((writes) -> {
			writes.put(node.names, "x", "1");
			return node.names.get("x").value();
		});
		assertThat(seen).isEqualTo("1");
	}

	@Test
	void theWritesOfABodyAppearTogetherElsewhere() {
		List<TestNode> nodes = startAll();
		TestNode other = nodes.get(1);
		List<Boolean> together = new ArrayList<>();
		other.names.addListener((key, before, after) -> together.add(other.places.get(key) != null));
		for (int i = 0; i < 50; i++) {
			String key = "k" + i;
			nodes.get(0).replicator.write((writes) -> {
				writes.put(nodes.get(0).names, key, "n");
				return writes.put(nodes.get(0).places, key, "p");
			});
			this.simulation.run(Duration.ofMillis(1));
		}
		settle();
		assertThat(together).hasSize(50).containsOnly(true);
	}

	@Test
	void anOwnerRemovesOnlyWhatItWrote() {
		TestNode a = start("a");
		TestNode b = start("b");
		settle();
		this.simulation.network().partition(List.of("a"), List.of("b"));
		a.put("x", "a");
		b.put("x", "b");
		this.simulation.network().heal();
		settle();
		assertThat(a.names.siblings("x")).hasSize(2);
		assertThat(a.replicator.<Boolean>write((writes) -> writes.removeOwn(a.names, "x"))).isTrue();
		settle();
		assertThat(b.names.get("x").value()).isEqualTo("b");
		assertThat(a.names.siblings("x")).hasSize(1);
	}

	@Test
	void anExportedDeltaCanBeMergedBeforeItsPredecessors() {
		List<TestNode> nodes = startAll();
		TestNode a = nodes.get(0);
		TestNode b = nodes.get(1);
		this.simulation.network().partition(List.of("a"), List.of("b", "c"));
		Dot first = a.put("x", "1");
		a.put("y", "1");
		Written<Dot> written = a.replicator.writeAndExport((writes) -> writes.put(a.names, "x", "2"));
		b.loop.execute(() -> {
			b.replicator.merge(written.delta());
			b.replicator.merge(written.delta());
		});
		this.simulation.run(Duration.ofMillis(1));
		assertThat(b.names.get("x").value()).isEqualTo("2");
		assertThat(b.names.knows(written.result())).isTrue();
		assertThat(b.names.state("x", first)).isEqualTo(DotState.GONE);
		assertThat(b.names.get("y")).isNull();
		this.simulation.network().heal();
		settle();
		assertThat(nodes).allSatisfy((node) -> assertThat(node.alive()).isEqualTo(a.alive()).hasSize(2));
		assertThat(nodes).allSatisfy((node) -> assertThat(node.context().singles()).isEmpty());
	}

	@Test
	void aWriteIsHeldWhenAnotherMemberThatIsUpHasIt() {
		List<TestNode> nodes = startAll();
		CompletableFuture<Void> held = nodes.get(0).replicator.held(nodes.get(0).put("x", "1"));
		assertThat(held).isNotDone();
		this.simulation.runUntil(held::isDone, Duration.ofSeconds(1));
		assertThat(held).isCompleted();
		assertThat(nodes.get(1).names.get("x") != null || nodes.get(2).names.get("x") != null).isTrue();
	}

	@Test
	void aWriteOfALoneNodeIsHeldAtOnce() {
		TestNode node = start("a");
		settle();
		CompletableFuture<Void> held = node.replicator.held(node.put("x", "1"));
		this.simulation.run(Duration.ofMillis(1));
		assertThat(held).isCompleted();
	}

	@Test
	void aWriteIsNotHeldByAJoiner() {
		TestNode a = start("a");
		settle();
		TestNode b = start("b");
		this.simulation.runUntil(() -> a.peers.isLinked(b.id), Duration.ofSeconds(2));
		assertThat(b.isUp()).isFalse();
		CompletableFuture<Void> held = a.replicator.held(a.put("x", "1"));
		this.simulation.run(Duration.ofNanos(1));
		assertThat(held).isCompleted();
	}

	@Test
	void waitingForAHolderEndsWhenAllOthersAreGone() {
		TestNode a = start("a");
		TestNode b = start("b");
		settle();
		this.simulation.network().partition(List.of("a"), List.of("b"));
		CompletableFuture<Void> held = a.replicator.held(a.put("x", "1"));
		this.simulation.run(Duration.ofSeconds(1));
		assertThat(held).isNotDone();
		b.loop.kill();
		this.simulation.network().heal();
		this.simulation.run(Duration.ofSeconds(30));
		assertThat(held).isCompleted();
	}

	@Test
	void aJoinerGetsAllByASnapshotInPieces() {
		TestNode a = start("a");
		settle();
		for (int i = 0; i < 20_000; i++) {
			a.put("name-" + i, "value-" + i);
		}
		TestNode b = start("b");
		this.simulation.runUntil(b::isUp, Duration.ofSeconds(5));
		assertThat(b.names.size()).isEqualTo(20_000);
		settle();
		assertThat(b.alive()).isEqualTo(a.alive());
	}

	@Test
	void convergedNodesExchangeNothingButHeartbeats() {
		List<TestNode> nodes = startAll();
		for (int i = 0; i < 100; i++) {
			nodes.get(i % 3).put("name-" + i, "x");
		}
		settle();
		long frames = nodes.stream().mapToLong((node) -> node.peers.frames).sum();
		long heartbeatBytes = nodes.stream().mapToLong((node) -> node.peers.heartbeatBytes).sum();
		this.simulation.run(Duration.ofSeconds(60));
		assertThat(nodes.stream().mapToLong((node) -> node.peers.frames).sum()).isEqualTo(frames);
		long perHeartbeat = (nodes.stream().mapToLong((node) -> node.peers.heartbeatBytes).sum() - heartbeatBytes)
				/ (60 * 2 * 6);
		assertThat(perHeartbeat).isLessThanOrEqualTo(20);
	}

	@Test
	void aNewNameCostsFewBytes() {
		List<TestNode> nodes = startAll();
		long before = nodes.stream().mapToLong((node) -> node.peers.bytes).sum();
		int count = 10_000;
		for (int i = 0; i < count; i++) {
			nodes.get(0).put(String.format("name-%015d", i), String.format("value-%014d", i));
		}
		this.simulation.run(Duration.ofSeconds(10));
		assertThat(nodes.get(2).names.size()).isEqualTo(count);
		long bytes = nodes.stream().mapToLong((node) -> node.peers.bytes).sum() - before;
		assertThat(bytes / (double) count).isLessThanOrEqualTo(1.25 * (20 + 20 + 12) * 2);
	}

	@Test
	void listenersHearOfLocalAndRemoteChangesInOrder() {
		List<TestNode> nodes = startAll();
		List<String> heard = new ArrayList<>();
		nodes.get(1).names.addListener((key, before, after) -> heard
			.add(key + ":" + ((before != null) ? before.value() : "") + ">" + ((after != null) ? after.value() : "")));
		nodes.get(0).put("x", "1");
		settle();
		nodes.get(1).put("x", "2");
		settle();
		nodes.get(2).remove("x");
		settle();
		assertThat(heard).containsExactly("x:>1", "x:1>2", "x:2>");
	}

	@Test
	void aReconciliationCostsAsMuchAsTheDifferenceHoweverLargeTheMap() {
		TestNode a = start("a");
		TestNode b = start("b");
		settle();
		for (int i = 0; i < 50_000; i++) {
			a.put(String.format("name-%015d", i), "value-12345678901234");
		}
		settle();
		this.simulation.network().linkTimeout(Duration.ofSeconds(1));
		this.simulation.network().partition(List.of("a"), List.of("b"));
		settle();
		for (int i = 0; i < 500; i++) {
			a.put(String.format("name-%015d", i * 50), "walue-12345678901234");
			a.remove(String.format("name-%015d", i * 50 + 1));
		}
		a.dropLog();
		long before = a.peers.bytes + b.peers.bytes;
		this.simulation.network().heal();
		this.simulation.runUntil(() -> a.replicator.store().digest() == b.replicator.store().digest(),
				Duration.ofSeconds(5));
		assertThat(b.names.size()).isEqualTo(49_500);
		assertThat(b.names.get("name-000000000000000").value()).isEqualTo("walue-12345678901234");
		assertThat(b.replicator.stats().pulls()).isEqualTo(1);
		assertThat(a.peers.bytes + b.peers.bytes - before).isLessThanOrEqualTo(3 * 1000 * 40);
	}

	@Test
	void aDifferenceThatCanNotBeOnItsWayIsPulledWithoutASecondHeartbeat() {
		TestNode a = start("a");
		TestNode b = start("b");
		settle();
		this.simulation.network().faults(Faults.NONE.withLoss(1));
		a.put("lost", "1");
		settle();
		assertThat(b.names.get("lost")).isNull();
		this.simulation.network().faults(Faults.NONE);
		this.simulation.run(TestPeers.HEARTBEAT.plusMillis(250));
		assertThat(b.names.get("lost")).isNotNull();
		assertThat(b.replicator.stats().pulls()).isEqualTo(1);
	}

	@Test
	void aSlowPeerCostsNoMemoryAndCatchesUp() {
		TestNode a = start("a");
		TestNode b = start("b");
		settle();
		this.simulation.network().slow("b", 200_000);
		long most = 0;
		for (int i = 0; i < 30_000; i++) {
			a.put("name-" + i, "value-12345678901234");
			if (i % 100 == 0) {
				this.simulation.run(Duration.ofMillis(1));
				most = Math.max(most, a.peers.inFlight());
			}
		}
		assertThat(most).isBetween(100_000L, (1L << 20) + (64 << 10));
		assertThat(a.replicator.stats().logBytes()).isLessThanOrEqualTo(16 << 20);
		this.simulation.runUntil(() -> b.names.size() == 30_000, Duration.ofSeconds(60));
		assertThat(b.names.size()).isEqualTo(30_000);
	}

}
