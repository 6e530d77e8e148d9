package io.horde.replication;

import java.time.Duration;
import java.util.List;

import io.horde.crdt.Dot;
import io.horde.crdt.DotState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What users of Elixir's DeltaCrdt rely on, of the add-wins last-writer-wins map: the
 * same facts, told of Horde's maps.
 */
class DeltaCrdtBehaviourTests extends TwoReplicas {

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

}
