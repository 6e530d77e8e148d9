package io.horde.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.horde.crdt.Dot;
import io.horde.replication.ReplicationSettings;
import io.horde.test.ScaleCluster.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of replication where deltas are passed on.
 */
@ExtendWith(Quiet.class)
class SparseReplicationTests {

	private static final int SIZE = 50;

	private final ScaleCluster cluster = new ScaleCluster(1, 3, 16, ReplicationSettings.defaults());

	private void startAll() {
		this.cluster.grow(SIZE, SIZE);
		assertThat(this.cluster.await(this.cluster::agree, Duration.ofSeconds(10))).isNotNull();
		this.cluster.simulation.run(Duration.ofSeconds(3));
	}

	private boolean allHave(String key) {
		return this.cluster.alive().stream().allMatch((node) -> node.map.get(key) != null);
	}

	@Test
	void aWriteReachesAllByPushesOfFewBytes() {
		startAll();
		SimulatedNetwork network = this.cluster.simulation.network();
		long before = network.bytes();
		this.cluster.write(this.cluster.node("n0007"), "key", "value");
		this.cluster.simulation.run(Duration.ofMillis(60));
		assertThat(allHave("key")).isTrue();
		// Idle traffic of 60 ms included; a flood over all links would be 50 * 16 * 50
		assertThat(network.bytes() - before).isLessThan(SIZE * 5 * 50);
	}

	@Test
	void writesOfAllReachAllAndArePassedOnAboutTwice() {
		startAll();
		for (Node node : this.cluster.nodes()) {
			for (int i = 0; i < 20; i++) {
				this.cluster.write(node, node.name + "/" + i, "value");
			}
		}
		long before = this.cluster.simulation.network().bytes();
		this.cluster.simulation.run(Duration.ofMillis(150));
		assertThat(this.cluster.converged()).isTrue();
		long eachOnce = SIZE * 20L * 30 * SIZE;
		assertThat(this.cluster.simulation.network().bytes() - before).isLessThan(4 * eachOnce);
	}

	@Test
	void lostFramesArePulled() {
		startAll();
		this.cluster.simulation.network().faults(Faults.NONE.withLoss(0.3));
		for (int i = 0; i < 50; i++) {
			this.cluster.write(this.cluster.node("n0007"), "key" + i, "value");
			this.cluster.simulation.run(Duration.ofMillis(20));
		}
		this.cluster.simulation.network().faults(Faults.NONE);
		assertThat(this.cluster.await(this.cluster::converged, Duration.ofSeconds(5))).isNotNull();
	}

	@Test
	void sustainedWritesDoNotMakeNodesCompareVectorsAgainAndAgain() {
		startAll();
		long before = vectors();
		for (int i = 0; i < 1000; i++) {
			this.cluster.write(this.cluster.node(String.format("n%04d", i % SIZE)), "key" + i, "value");
			this.cluster.simulation.run(Duration.ofMillis(20));
		}
		// 20 s of 50 nodes with 16 links each: if each pair did every second, 16,000
		assertThat(vectors() - before).isLessThan(SIZE * 8);
		assertThat(this.cluster.await(this.cluster::converged, Duration.ofSeconds(2))).isNotNull();
	}

	/*
	 * A cut of ten seconds holds some twenty heartbeats of each link up, which arrive
	 * together. Each that differs was answered with a question.
	 */
	@Test
	void heartbeatsThatACutHasHeldUpLeadToFewComparisonsOfVectors() {
		startAll();
		this.cluster.cutOff(1);
		this.cluster.write(this.cluster.node(this.cluster.zone(1).get(0)), "key", "value");
		this.cluster.simulation.run(Duration.ofSeconds(10));
		long before = vectors();
		this.cluster.simulation.network().heal();
		assertThat(this.cluster.await(() -> allHave("key"), Duration.ofSeconds(5))).isNotNull();
		// If each of them asked it was 587
		assertThat(vectors() - before).isLessThan(2 * SIZE);
	}

	private long vectors() {
		return this.cluster.nodes().stream().mapToLong((node) -> node.replicator.stats().vectors()).sum();
	}

	@Test
	void aWriteIsHeldByASecondMember() {
		startAll();
		Node node = this.cluster.node("n0007");
		Dot dot = node.replicator.write((writes) -> writes.put(node.map, "key", "value"));
		CompletableFuture<Void> held = node.replicator.held(dot);
		assertThat(held).isNotDone();
		assertThat(this.cluster.await(held::isDone, Duration.ofMillis(100))).isNotNull();
		long others = this.cluster.nodes().stream().filter((other) -> other.map.get("key") != null).count();
		assertThat(others).isGreaterThanOrEqualTo(2);
	}

	@Test
	void bothSidesOfAHealedCutGetWhatTheOtherHasWritten() {
		startAll();
		List<String> zone = this.cluster.zone(1);
		List<String> rest = this.cluster.names((node) -> node.zone != 1);
		this.cluster.cutOff(1);
		this.cluster.simulation.run(Duration.ofSeconds(8));
		for (int i = 0; i < 100; i++) {
			this.cluster.write(this.cluster.node(zone.get(i % zone.size())), "zone" + i, "value");
			this.cluster.write(this.cluster.node(rest.get(i % rest.size())), "rest" + i, "value");
		}
		this.cluster.simulation.run(Duration.ofSeconds(4));
		assertThat(this.cluster.node(rest.get(0)).map.size()).isEqualTo(100);
		this.cluster.simulation.network().heal();
		assertThat(this.cluster.await(this.cluster::converged, Duration.ofSeconds(10))).isNotNull();
		assertThat(this.cluster.node(rest.get(0)).map.size()).isEqualTo(200);
	}

	@Test
	void aNewcomerGetsTheStateAndWhatIsWrittenMeanwhile() {
		startAll();
		for (int i = 0; i < 500; i++) {
			this.cluster.write(this.cluster.node(String.format("n%04d", i % SIZE)), "key" + i, "value");
		}
		Node newcomer = this.cluster.start("n9999", 1);
		for (int i = 500; i < 600; i++) {
			this.cluster.write(this.cluster.node(String.format("n%04d", i % SIZE)), "key" + i, "value");
			this.cluster.simulation.run(Duration.ofMillis(10));
		}
		assertThat(this.cluster.await(() -> newcomer.map.size() == 600, Duration.ofSeconds(5))).isNotNull();
		assertThat(this.cluster.await(this.cluster::converged, Duration.ofSeconds(5))).isNotNull();
	}

}
