package io.horde.test;

import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

import io.horde.supervisor.ChildSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A node that is started again and reaches nobody before its join timeout goes {@code UP}
 * alone (M6). When it reaches the others, it must not take over what they have taken over
 * from its former start, though it learns of that bit by bit. Seen on three JVMs on a
 * machine that was too slow for handshakes.
 */
@ExtendWith(Quiet.class)
class LateJoinerSimulationTests {

	@Test
	void childrenOfItsFormerStartThatRunElsewhereAreLeftAlone() {
		for (long seed = 1; seed <= 12; seed++) {
			assertThat(childrenThatRanTwice(seed)).as("seed " + seed).isEmpty();
		}
	}

	private SortedSet<String> childrenThatRanTwice(long seed) {
		Simulation simulation = new Simulation(seed);
		SimulatedCluster cluster = new SimulatedCluster(simulation);
		List.of("a", "b", "c").forEach(cluster::start);
		simulation.run(Duration.ofSeconds(20));
		cluster.supervisor("a")
			.startChildren(IntStream.range(0, 150)
				.mapToObj((i) -> ChildSpec.of(SimulatedCluster.PERMANENT).id("child-" + i).name("child-" + i))
				.toList());
		simulation.run(Duration.ofSeconds(5));
		simulation.network().faults(Faults.NONE.withDelay(Duration.ofMillis(1), Duration.ofMillis(300)).withLoss(0.05));
		cluster.crash("b");
		simulation.run(Duration.ofSeconds(20));
		simulation.network().partition(List.of("b"), List.of("a", "c"));
		cluster.start("b");
		simulation.run(Duration.ofSeconds(15));
		for (String other : List.of("a", "c")) {
			simulation.network().heal(other, "b");
			simulation.network().heal("b", other);
		}
		SortedSet<String> twice = new TreeSet<>();
		for (int step = 0; step < 1000; step++) {
			simulation.run(Duration.ofMillis(10));
			cluster.running().forEach((id, nodes) -> {
				if (id.startsWith("child-") && nodes.size() > 1) {
					twice.add(id + nodes);
				}
			});
		}
		return twice;
	}

}
