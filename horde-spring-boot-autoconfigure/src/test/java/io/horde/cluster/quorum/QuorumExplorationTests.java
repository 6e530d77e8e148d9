package io.horde.cluster.quorum;

import io.horde.rules.TakenAway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tries all that can happen to a quorum of three nodes, a spare one and two children, for
 * any length of time. {@code -Pmodel} tries a larger budget:
 * {@code -Dhorde.quorum.exploration="CLAIM 3 LOSS 2 RESTART 1 CHANGE 1"}.
 */
class QuorumExplorationTests {

	private static final long WORLDS = 200_000;

	@ParameterizedTest
	@CsvSource({ "CLAIM 1 RESTART 1 CHANGE 1, n1 n2 n3 n4", "CLAIM 1 LOSS 1 RESTART 1 CHANGE 1, n1 n3",
			"LOSS 2 RESTART 1 CHANGE 1, n1 n3", "ACT 2 LATE 1, n1 n3", "CUT 1 LOSS 1, n1 n4", "CLAIM 1 CUT 1, n1 n4" })
	void nothingMakesTwoOwnersAndEachChildIsOwnedAtLast(String budget, String claimants) {
		explored(budget, claimants, false, WORLDS);
	}

	@Test
	void nothingMakesTwoOwnersWithVotersThatAreNamed() {
		explored("CLAIM 2 LOSS 1 RESTART 1", "n1 n3", true, WORLDS);
	}

	@Test
	@EnabledIfSystemProperty(named = "horde.quorum.exploration", matches = ".+")
	void nothingMakesTwoOwnersWithinALargerBudget() {
		explored(System.getProperty("horde.quorum.exploration"), System.getProperty("horde.quorum.claimants", "n1 n3"),
				false, Long.MAX_VALUE);
	}

	@ParameterizedTest
	@CsvSource({ "Q2_PROMISE, CLAIM 2, n1 n2", "Q2_EPOCH, ACT 3 LATE 2, n1 n2", "Q3, CLAIM 2, n1 n2",
			"Q4_KNOWN, CLAIM 3 LOSS 2, n1 n2" })
	void withoutARuleAViolationIsFound(QuorumRule rule, String budget, String claimants) {
		try (TakenAway taken = rule.takeAway()) {
			ModelWorld root = ModelWorld.founded(2, false, false);
			QuorumExploration exploration = new QuorumExploration(new ModelBudget(budget), claimants, root, WORLDS);
			assertThat(exploration.explore()).as("%s after %s", rule, exploration).isNotNull();
		}
	}

	@Test
	void withoutTheSilenceAfterAStartAViolationIsFound() {
		try (TakenAway taken = QuorumRule.Q5_MUTE.takeAway()) {
			ModelWorld root = ModelWorld.founded(3, true, false);
			ModelBudget budget = new ModelBudget("ACT 2 LOSS 1 RESTART 1");
			QuorumExploration exploration = new QuorumExploration(budget, "n1 n3", root, WORLDS);
			assertThat(exploration.explore()).as("after %s", exploration).isNotNull();
		}
	}

	private static void explored(String text, String claimants, boolean fixed, long limit) {
		ModelBudget budget = new ModelBudget(text);
		ModelWorld root = ModelWorld.founded(2, fixed, budget.knows(ModelBudget.Event.CUT));
		QuorumExploration exploration = new QuorumExploration(budget, claimants, root, limit);
		assertThat(exploration.explore()).isNull();
		assertThat(exploration.isComplete()).as("complete after %s", exploration).isTrue();
	}

}
