package io.horde.replication;

import java.time.Duration;
import java.util.List;

import io.horde.test.Faults;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What users of Elixir's DeltaCrdt rely on, of its synchronization: neighbours, restarts,
 * partitions.
 */
class DeltaCrdtSynchronizationTests extends TwoReplicas {

	@Test
	void updatesReachTheNeighbour() {
		this.a.put("k", "1");
		settle();
		assertThat(read(this.b, "k")).isEqualTo("1");
	}

	@Test
	void updatesGoOneWayWhileTheOtherIsCut() {
		this.simulation.network().cut("b", "a");
		this.a.put("k", "1");
		this.b.put("l", "2");
		this.simulation.run(Duration.ofSeconds(1));
		assertThat(read(this.b, "k")).isEqualTo("1");
		assertThat(read(this.a, "l")).isNull();
		heal();
		assertThat(all(this.a)).isEqualTo(all(this.b)).hasSize(2);
	}

	@Test
	void updatesReachAReplicaThatIsLinkedToTheNeighbourOnly() {
		TestNode c = start("c");
		settle();
		this.simulation.network().partition(List.of("a"), List.of("c"));
		this.a.put("k", "1");
		settle();
		assertThat(read(c, "k")).isEqualTo("1");
	}

	@Test
	void aReplicaThatJoinsGetsWhatWasWrittenBefore() {
		this.a.put("k", "1");
		this.a.put("l", "2");
		this.a.remove("l");
		TestNode c = start("c");
		settle();
		assertThat(all(c)).isEqualTo(all(this.a)).hasSize(1);
	}

	@Test
	void aRestartedReplicaGetsItsStateBack() {
		this.b.put("k", "1");
		this.a.put("l", "2");
		settle();
		this.b.loop.kill();
		this.simulation.run(Duration.ofSeconds(1));
		this.b = start("b");
		settle();
		assertThat(all(this.b)).isEqualTo(all(this.a)).hasSize(2);
	}

	@Test
	void aRestartedReplicaDoesNotBringBackWhatWasRemovedMeanwhile() {
		this.b.put("k", "1");
		settle();
		this.b.loop.kill();
		this.a.remove("k");
		this.b = start("b");
		settle();
		this.b.put("l", "2");
		settle();
		assertThat(all(this.a)).isEqualTo(all(this.b)).hasSize(1).containsEntry("l", "2");
	}

	@Test
	void removalsDuringAPartitionHoldAfterIt() {
		for (int i = 0; i < 100; i++) {
			this.a.put("k" + i, "1");
		}
		settle();
		part();
		for (int i = 0; i < 50; i++) {
			this.a.remove("k" + i);
			this.b.remove("k" + (99 - i));
		}
		heal();
		assertThat(all(this.a)).isEqualTo(all(this.b)).isEmpty();
	}

	@Test
	void removalsHoldAlsoWhereNoLogReaches() {
		for (int i = 0; i < 100; i++) {
			this.a.put("k" + i, "1");
		}
		settle();
		part();
		for (int i = 0; i < 50; i++) {
			this.a.remove("k" + i);
			this.b.put("l" + i, "2");
		}
		this.a.dropLog();
		this.b.dropLog();
		heal();
		assertThat(all(this.a)).isEqualTo(all(this.b)).hasSize(100).doesNotContainKey("k0").containsKey("l0");
	}

	@Test
	void manyUpdatesArriveInFullThoughFramesAreLost() {
		this.simulation.network().faults(Faults.NONE.withLoss(0.2).withReordering(0.2));
		for (int i = 0; i < 500; i++) {
			this.a.put("k" + i, "1");
			this.simulation.run(Duration.ofMillis(1));
		}
		settle();
		heal();
		assertThat(all(this.b)).isEqualTo(all(this.a)).hasSize(500);
	}

}
