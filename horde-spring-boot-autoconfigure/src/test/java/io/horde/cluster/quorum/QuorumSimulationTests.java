package io.horde.cluster.quorum;

import java.util.Map;

import io.horde.rules.TakenAway;
import io.horde.test.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs random lives of a quorum. {@code -Dhorde.simulation.seeds=1-100000} runs more of
 * them. One rule makes no two owners when it is broken here: of two incarnations of a
 * name only one lives (Q5). Q8, Q11 and Q12 concern whole nodes, see
 * {@code OwnershipRulesTests}.
 */
class QuorumSimulationTests {

	/** The first seeds that find it; {@code -Dhorde.rules.first-seed=1} searches anew. */
	private static final Map<QuorumRule, Long> FOUND = Map.of(QuorumRule.Q2_EPOCH, 16L, QuorumRule.Q4_SENDING, 778L,
			QuorumRule.Q4_ENDED, 251L, QuorumRule.Q4_KNOWN, 18L, QuorumRule.Q5_MUTE, 1187L, QuorumRule.Q6_OLD, 881L,
			QuorumRule.Q6_FROZEN, 8663L, QuorumRule.Q6_MUTE, 475L);

	@Test
	void noChildEverHasTwoOwners() {
		Seeds.asked(100).run((seed) -> assertThat(new QuorumSimulation(seed).run()).as("seed %s", seed).isNull());
	}

	@Test
	void forgottenNodeThatRunsCountsAmongThoseThatMayFoundASecondConfiguration() {
		assertThat(new QuorumSimulation(15_244).run()).isNull();
	}

	@Test
	void noChildEverHasTwoOwnersWithAnEvenNumberOfSeats() {
		for (long seed = 1; seed <= 50; seed++) {
			assertThat(new QuorumSimulation(seed, 2, 4).run()).as("seed %s", seed).isNull();
		}
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "Q5_NEWEST", "Q8", "Q11", "Q12" })
	void withoutARuleAViolationIsFound(QuorumRule rule) {
		boolean even = rule == QuorumRule.Q7;
		try (TakenAway taken = rule.takeAway()) {
			Seeds.assertViolation(rule, FOUND.getOrDefault(rule, 1L),
					(seed) -> new QuorumSimulation(seed, even ? 2 : 3, even ? 4 : 5).run());
		}
	}

}
