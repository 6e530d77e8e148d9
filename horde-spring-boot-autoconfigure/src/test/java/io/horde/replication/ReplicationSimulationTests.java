package io.horde.replication;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs {@link ReplicationSimulation} with many seeds: {@code -Dhorde.simulation.seeds=…},
 * from {@code -Dhorde.simulation.first-seed=…} on. The history of the last one is written
 * to {@code -Dhorde.simulation.history=…}, see {@code docs/history.md}.
 */
class ReplicationSimulationTests {

	@Test
	void allReplicasAreEqualInTheEndAndNothingIsLostOrResurrected() {
		long first = Long.getLong("horde.simulation.first-seed", 1);
		long seeds = Long.getLong("horde.simulation.seeds", 400);
		LongStream.range(first, first + seeds).parallel().forEach(ReplicationSimulationTests::run);
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
		finally {
			write(simulation);
		}
		return simulation.traceHash();
	}

	private static void write(ReplicationSimulation simulation) {
		String file = System.getProperty("horde.simulation.history");
		if (file != null) {
			try {
				Files.write(Path.of(file), simulation.history().stream().map(HistoryEvent::toJson).toList());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

}
