package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.crdt.Dot;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What users of Elixir's DeltaCrdt rely on, of its diffs: they are told when the value
 * that is read changes, and only then.
 */
class DeltaCrdtDiffTests extends TwoReplicas {

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

}
