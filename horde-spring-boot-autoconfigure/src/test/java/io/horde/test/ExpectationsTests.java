package io.horde.test;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the checker of random schedules takes for a broken promise, and what it must not.
 */
@ExtendWith(Quiet.class)
class ExpectationsTests {

	/* Seed 227 of the random schedules, where this took 0.2 ms. */
	@Test
	void memberThatComesUpWhileAnAcknowledgementIsOnItsWayToTheCallerNeedNotHoldTheChild() {
		for (long seed = 1; seed <= 10; seed++) {
			assertThat(brokenAfterALoneNodeIsFound(seed)).as("seed " + seed).isEmpty();
		}
	}

	/* Seeds 337 and 393 of the random schedules. */
	@Test
	void holderWhoseDeathTheAcknowledgingNodeCouldNotKnowCounts() {
		Simulation simulation = new Simulation(1);
		SimulatedCluster cluster = new SimulatedCluster(simulation);
		Expectations expectations = new Expectations(cluster);
		cluster.start("a");
		cluster.start("b");
		simulation.run(Duration.ofSeconds(20));
		expectations.start("b", SimulatedCluster.PERMANENT, "child");
		simulation.run(Duration.ofSeconds(5));
		simulation.network().partition(List.of("a"), List.of("b"));
		cluster.crash("b");
		expectations.died();
		simulation.run(Duration.ofMillis(50));
		expectations.start("a", SimulatedCluster.PERMANENT, "child");
		simulation.run(Duration.ofSeconds(1));
		simulation.network().heal();
		assertThat(cluster.awaitRest(Duration.ofSeconds(60))).isEmpty();
		assertThat(expectations.broken()).isEmpty();
	}

	private static List<String> brokenAfterALoneNodeIsFound(long seed) {
		Simulation simulation = new Simulation(seed);
		SimulatedCluster cluster = new SimulatedCluster(simulation);
		cluster.userCode(0.9, 0);
		Expectations expectations = new Expectations(cluster);
		simulation.network().partition(List.of("a"), List.of("b"));
		cluster.start("a");
		cluster.start("b");
		simulation.run(Duration.ofSeconds(40));
		simulation.network().heal();
		simulation.network().faults(Faults.NONE.withDelay(Duration.ofMillis(100), Duration.ofMillis(300)));
		for (int i = 0; i < 200; i++) {
			expectations.start("a", SimulatedCluster.PERMANENT, "child-" + i);
			simulation.run(Duration.ofMillis(50));
		}
		simulation.network().heal();
		assertThat(cluster.awaitRest(Duration.ofSeconds(60))).isEmpty();
		return expectations.broken();
	}

}
