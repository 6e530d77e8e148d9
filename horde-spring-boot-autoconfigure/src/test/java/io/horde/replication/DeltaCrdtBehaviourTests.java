package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import io.horde.crdt.Dot;
import io.horde.crdt.DotState;
import io.horde.test.Faults;
import io.horde.test.Simulation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What users of Elixir's DeltaCrdt rely on, of the add-wins last-writer-wins map, its
 * synchronization and its diffs: the same facts, told of Horde's maps.
 */
class DeltaCrdtBehaviourTests {

	private final Simulation simulation = new Simulation(11);

	private TestNode a;

	private TestNode b;

	private long incarnations;

	private TestNode start(String name) {
		return new TestNode(this.simulation, name, ++this.incarnations, ReplicationSettings.defaults())
			.start(List.of("a", "b", "c"));
	}

	@BeforeEach
	void start() {
		this.a = start("a");
		this.b = start("b");
		settle();
	}

	private void settle() {
		this.simulation.run(Duration.ofSeconds(3));
	}

	private void part() {
		this.simulation.network().partition(List.of("a"), List.of("b", "c"));
	}

	private void heal() {
		this.simulation.network().heal();
		settle();
	}

	private static String read(TestNode node, String key) {
		return (node.names.get(key) != null) ? node.names.get(key).value() : null;
	}

	private static TreeMap<String, String> all(TestNode node) {
		TreeMap<String, String> all = new TreeMap<>();
		node.names.forEach((entry) -> all.put(entry.key(), entry.value()));
		return all;
	}

	private static List<String> diffs(TestNode node) {
		List<String> diffs = new ArrayList<>();
		node.names.addListener((key, before, after) -> diffs
			.add((after != null) ? "add " + key + " " + after.value() : "remove " + key));
		return diffs;
	}

	@Test
	void aNewMapIsEmpty() {
		assertThat(all(this.a)).isEmpty();
		assertThat(this.a.names.size()).isZero();
	}

	@Test
	void anAddedValueIsRead() {
		this.a.put("k", "1");
		assertThat(read(this.a, "k")).isEqualTo("1");
	}

	@Test
	void severalKeysAreReadTogether() {
		this.a.put("k", "1");
		this.a.put("l", "2");
		assertThat(all(this.a)).hasSize(2).containsEntry("k", "1").containsEntry("l", "2");
	}

	@Test
	void addingAgainReplacesTheValue() {
		this.a.put("k", "1");
		this.a.put("k", "2");
		assertThat(all(this.a)).hasSize(1).containsEntry("k", "2");
		assertThat(this.a.names.siblings("k")).hasSize(1);
	}

	@Test
	void aRemovedKeyIsNotRead() {
		this.a.put("k", "1");
		assertThat(this.a.remove("k")).isTrue();
		assertThat(read(this.a, "k")).isNull();
		assertThat(this.a.names.size()).isZero();
	}

	@Test
	void removingWhatIsNotThereDoesNothing() {
		long before = this.a.replicator.store().digest();
		assertThat(this.a.remove("k")).isFalse();
		assertThat(this.a.replicator.store().digest()).isEqualTo(before);
	}

	@Test
	void aRemovedKeyCanBeAddedAgain() {
		this.a.put("k", "1");
		this.a.remove("k");
		this.a.put("k", "2");
		assertThat(all(this.a)).hasSize(1).containsEntry("k", "2");
	}

	@Test
	void severalKeysAreDroppedInOneStep() {
		this.a.put("k", "1");
		this.a.put("l", "2");
		this.a.put("m", "3");
		Dot last = this.a.replicator.write((writes) -> {
			List.of("k", "l", "nothing").forEach((key) -> writes.removeSeen(this.a.names, key));
			return writes.put(this.a.names, "n", "4");
		});
		assertThat(all(this.a)).hasSize(2).containsEntry("m", "3").containsEntry("n", "4");
		assertThat(last.sequence()).isEqualTo(6);
	}

	@Test
	void severalKeysAreAddedInOneStep() {
		this.a.replicator.write((writes) -> {
			writes.put(this.a.names, "k", "1");
			return writes.put(this.a.names, "l", "2");
		});
		assertThat(all(this.a)).hasSize(2);
	}

	@Test
	void someKeysAreReadWithoutTheOthers() {
		this.a.put("k", "1");
		this.a.put("l", "2");
		assertThat(read(this.a, "l")).isEqualTo("2");
		assertThat(read(this.a, "absent")).isNull();
	}

	@Test
	void removedEntriesLeaveNothingBehind() {
		for (int i = 0; i < 1000; i++) {
			this.a.put("k" + i, "1");
			this.a.remove("k" + i);
		}
		settle();
		assertThat(this.a.replicator.stats().entries()).isZero();
		assertThat(this.a.replicator.stats().origins()).isEqualTo(1);
		assertThat(this.a.replicator.stats().singleDots()).isZero();
	}

	@Test
	void addsOfDifferentKeysAreBothKept() {
		part();
		this.a.put("k", "1");
		this.b.put("l", "2");
		heal();
		assertThat(all(this.a)).isEqualTo(all(this.b)).hasSize(2);
	}

	@Test
	void theLaterOfTwoAddsIsReadOnBothSides() {
		part();
		this.a.put("k", "early");
		this.simulation.run(Duration.ofMillis(10));
		this.b.put("k", "late");
		heal();
		assertThat(read(this.a, "k")).isEqualTo(read(this.b, "k")).isEqualTo("late");
	}

	@Test
	void whoWritesLaterWinsAlsoOnTheOtherSide() {
		part();
		this.b.put("k", "early");
		this.simulation.run(Duration.ofMillis(10));
		this.a.put("k", "late");
		heal();
		assertThat(read(this.a, "k")).isEqualTo(read(this.b, "k")).isEqualTo("late");
	}

	@Test
	void anAddWinsOverARemovalThatHasNotSeenIt() {
		this.a.put("k", "1");
		settle();
		part();
		this.b.put("k", "2");
		this.a.remove("k");
		heal();
		assertThat(read(this.a, "k")).isEqualTo(read(this.b, "k")).isEqualTo("2");
	}

	@Test
	void anAddWinsThoughTheRemovalIsLater() {
		this.a.put("k", "1");
		settle();
		part();
		this.b.put("k", "2");
		this.simulation.run(Duration.ofSeconds(1));
		this.a.remove("k");
		heal();
		assertThat(read(this.a, "k")).isEqualTo(read(this.b, "k")).isEqualTo("2");
	}

	@Test
	void anAddOfTheSameValueAlsoWins() {
		this.a.put("k", "1");
		settle();
		part();
		this.b.put("k", "1");
		this.a.remove("k");
		heal();
		assertThat(read(this.a, "k")).isEqualTo(read(this.b, "k")).isEqualTo("1");
	}

	@Test
	void removalsOnBothSidesAgree() {
		Dot dot = this.a.put("k", "1");
		settle();
		part();
		this.a.remove("k");
		this.b.remove("k");
		heal();
		assertThat(all(this.a)).isEqualTo(all(this.b)).isEmpty();
		assertThat(this.b.names.state("k", dot)).isEqualTo(DotState.GONE);
	}

	@Test
	void aRemovalAfterBothAddsWereSeenRemovesBoth() {
		part();
		this.a.put("k", "1");
		this.b.put("k", "2");
		heal();
		this.a.remove("k");
		settle();
		assertThat(all(this.a)).isEqualTo(all(this.b)).isEmpty();
	}

	@Test
	void anAddAfterBothWereSeenReplacesBoth() {
		part();
		this.a.put("k", "1");
		this.b.put("k", "2");
		heal();
		this.b.put("k", "3");
		settle();
		assertThat(this.a.names.siblings("k")).hasSize(1);
		assertThat(read(this.a, "k")).isEqualTo("3");
	}

	@Test
	void anAddThatIsMadeAfterARemovalAndSeenTooLateStaysGone() {
		part();
		this.a.put("k", "1");
		this.a.remove("k");
		heal();
		assertThat(all(this.b)).isEmpty();
	}

	@Test
	void anAddIsToldOnBothSides() {
		List<String> here = diffs(this.a);
		List<String> there = diffs(this.b);
		this.a.put("k", "1");
		settle();
		assertThat(here).isEqualTo(there).containsExactly("add k 1");
	}

	@Test
	void aRemovalIsTold() {
		this.a.put("k", "1");
		settle();
		List<String> there = diffs(this.b);
		this.a.remove("k");
		settle();
		assertThat(there).containsExactly("remove k");
	}

	@Test
	void aConcurrentAddThatIsNotVisibleIsNotTold() {
		part();
		this.a.put("k", "early");
		this.simulation.run(Duration.ofMillis(10));
		this.b.put("k", "late");
		List<String> there = diffs(this.b);
		heal();
		assertThat(this.b.names.siblings("k")).hasSize(2);
		assertThat(there).isEmpty();
	}

	@Test
	void aRemovalOfAHiddenValueIsNotTold() {
		part();
		this.a.put("k", "early");
		this.simulation.run(Duration.ofMillis(10));
		this.b.put("k", "late");
		heal();
		List<String> there = diffs(this.b);
		this.a.replicator.write((writes) -> writes.removeOwn(this.a.names, "k"));
		settle();
		assertThat(this.b.names.siblings("k")).hasSize(1);
		assertThat(there).isEmpty();
	}

	@Test
	void theRemovalOfTheVisibleValueShowsTheOtherOne() {
		part();
		this.a.put("k", "early");
		this.simulation.run(Duration.ofMillis(10));
		this.b.put("k", "late");
		heal();
		List<String> there = diffs(this.a);
		this.b.replicator.write((writes) -> writes.removeOwn(this.b.names, "k"));
		settle();
		assertThat(there).containsExactly("add k early");
	}

	@Test
	void aDeltaThatArrivesTwiceIsToldOnce() {
		List<String> there = diffs(this.b);
		Written<Dot> written = this.a.replicator.writeAndExport((writes) -> writes.put(this.a.names, "k", "1"));
		for (int i = 0; i < 2; i++) {
			this.b.loop.execute(() -> this.b.replicator.merge(written.delta()));
		}
		settle();
		assertThat(there).containsExactly("add k 1");
	}

	@Test
	void bundledUpdatesAreToldAfterAllOfThemAreVisible() {
		List<Integer> sizes = new ArrayList<>();
		this.b.names.addListener((key, before, after) -> sizes.add(this.b.names.size()));
		this.a.replicator.write((writes) -> {
			writes.put(this.a.names, "k", "1");
			writes.put(this.a.names, "l", "2");
			return writes.put(this.a.names, "m", "3");
		});
		settle();
		assertThat(sizes).containsExactly(3, 3, 3);
	}

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
		this.a.replicator.store().dropLog();
		this.b.replicator.store().dropLog();
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
