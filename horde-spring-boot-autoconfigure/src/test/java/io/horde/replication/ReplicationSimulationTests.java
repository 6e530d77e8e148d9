package io.horde.replication;

import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs {@link ReplicationSimulation} with many seeds: {@code -Dhorde.simulation.seeds=…},
 * from {@code -Dhorde.simulation.first-seed=…} on.
 */
class ReplicationSimulationTests {

	@Test
	void allReplicasAreEqualInTheEndAndNothingIsLostOrResurrected() {
		long first = Long.getLong("horde.simulation.first-seed", 1);
		long seeds = Long.getLong("horde.simulation.seeds", 500);
		LongStream.range(first, first + seeds).forEach(ReplicationSimulationTests::run);
	}

	@Test
	void aSeedRepeatsItsCourse() {
		assertThat(run(42)).isEqualTo(run(42)).isNotEqualTo(run(43));
	}

	private static long run(long seed) {
		ReplicationSimulation simulation = new ReplicationSimulation(seed);
		try {
			simulation.run();
		}
		catch (RuntimeException | AssertionError ex) {
			throw new AssertionError("Seed " + seed + ": " + ex.getMessage(), ex);
		}
		return simulation.traceHash();
	}

}
