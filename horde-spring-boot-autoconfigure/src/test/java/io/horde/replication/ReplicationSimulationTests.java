package io.horde.replication;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

import io.horde.test.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs {@link ReplicationSimulation} with many {@link Seeds}. The history of the last one
 * is written to {@code -Dhorde.simulation.history=…}, see {@code docs/history.md}.
 */
class ReplicationSimulationTests {

	private static final long DEFAULT_SEEDS = 800;

	@Test
	void allReplicasAreEqualInTheEndAndNothingIsLostOrResurrected() {
		Seeds.asked(DEFAULT_SEEDS).run(ReplicationSimulationTests::run);
	}

	/*
	 * The record of a drop expired in the tick in which it was written (4157), or members
	 * took themselves for forgotten who had refused another: values came back.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 3932, 4068, 4157, 5278 })
	void noRemovalIsUndoneThatAMemberStillKnowsThoughMembersForgotEachOther(long seed) {
		run(seed);
	}

	/*
	 * While frames carried no more than the length of the pruning chain, values came back
	 * whose origin others had dropped.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 5950, 5967 })
	void noValueComesBackOfAnOriginThatWasDropped(long seed) {
		run(seed);
	}

	/*
	 * It had written before it was up, was forgotten, and took over the chain of the
	 * others like any joiner, with its old values.
	 */
	@Test
	void aJoinerOfWhomAllWasDroppedBringsNothingBack() {
		run(11_912);
	}

	/*
	 * It had adopted one chain, then another one that left the first behind, and went on
	 * taking a member for gone that the first had forgotten.
	 */
	@Test
	void aJoinerForgetsNobodyForAChainThatItGivesUp() {
		run(72_285);
	}

	/*
	 * A late copy of an older request had ended a reconciliation at the peer, which took
	 * it up again: a chunk of the first try was merged as if it were as new as what was
	 * seen by the second.
	 */
	@Test
	void aReconciliationThatWasGivenUpIsNotTakenUpAgain() {
		run(31_780);
	}

	/*
	 * Joiners took over a pruning chain whose only holder died, and then no snapshot.
	 */
	@Test
	void aPruningChainThatDiedWithItsHolderKeepsNobodyFromJoining() {
		run(new ReplicationSimulation(1014), 1014);
	}

	@Test
	void allKindsOfFaultsHappen() {
		Map<String, Integer> counts = new TreeMap<>();
		for (long seed = 1; seed <= 60; seed++) {
			ReplicationSimulation simulation = new ReplicationSimulation(seed);
			simulation.run();
			simulation.disturbances().forEach((kind, count) -> counts.merge(kind, count, Integer::sum));
		}
		assertThat(counts.keySet()).contains("delay", "loss, duplication, reordering, stragglers", "partition",
				"one-way cut", "reset of a link", "slow receiver", "pause", "suspension", "step of a clock",
				"drift of a clock", "crash", "crash while somebody joins", "leave", "leave while somebody joins",
				"join or restart", "join or restart while somebody joins", "new beginning of a forgotten one",
				"writes of several threads");
	}

	@Test
	void aSeedRepeatsItsCourse() {
		assertThat(run(42)).isEqualTo(run(42)).isNotEqualTo(run(43));
	}

	private static long run(long seed) {
		return run(new ReplicationSimulation(seed), seed);
	}

	private static long run(ReplicationSimulation simulation, long seed) {
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
