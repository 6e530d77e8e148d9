package io.horde.cluster.quorum;

import io.horde.cluster.quorum.QuorumModel.Budget;
import io.horde.rules.TakenAway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tries all that can happen to a quorum of three nodes and a spare one, within budgets
 * that take seconds. {@code -Dhorde.quorum.model="STEP 8 CLAIM 3 LOSS 2 DELAY 1"} and
 * {@code -Dhorde.quorum.worlds=} try more.
 */
class QuorumModelTests {

	private static final long WORLDS = 250_000;

	@ParameterizedTest
	@CsvSource({ "2, STEP 6 CLAIM 2 RELEASE 1", "2, STEP 5 CLAIM 2 LOSS 1", "2, STEP 5 CLAIM 2 DELAY 1",
			"3, STEP 5 CLAIM 2 PAUSE 2", "3, STEP 4 CLAIM 2 CUT 1" })
	void nothingMakesTwoOwnersAndEachChildIsOwnedAtLast(int lease, String events) {
		explored(Budget.of(lease, events));
	}

	@ParameterizedTest
	@CsvSource({ "2, STEP 4 CLAIM 2 LOSS 1, c1, c2", "2, STEP 4 CLAIM 2 DELAY 1, c1, c2" })
	void nothingMakesTwoOwnersOfTwoChildren(int lease, String events, String first, String second) {
		explored(Budget.of(lease, events).children(first, second));
	}

	@ParameterizedTest
	@CsvSource({ "2, STEP 5 CLAIM 2 RESTART 1", "3, STEP 3 CLAIM 2 RESTART 1 CUT 1" })
	void nothingMakesTwoOwnersWhenAVoterIsStartedAnew(int lease, String events) {
		explored(Budget.of(lease, events));
		explored(Budget.of(lease, events).withFixedVoters());
	}

	@ParameterizedTest
	@CsvSource({ "2, STEP 2 CLAIM 2 CHANGE 1" })
	void nothingMakesTwoOwnersWhenTheSeatOfALivingNodeIsGivenAway(int lease, String events) {
		explored(Budget.of(lease, events).claimants("n1", "n3"));
	}

	@Test
	@EnabledIfSystemProperty(named = "horde.quorum.model", matches = ".+")
	void nothingMakesTwoOwnersWithinALargerBudget() {
		Budget budget = Budget.of(Integer.getInteger("horde.quorum.lease", 2),
				System.getProperty("horde.quorum.model"));
		QuorumModel model = new QuorumModel(budget.children("c1", "c2"),
				Long.getLong("horde.quorum.worlds", 50_000_000));
		assertThat(model.explore()).isNull();
		assertThat(model.isComplete()).as("complete after %s worlds", model.worlds()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "Q2_PROMISE, 2, STEP 2 CLAIM 2, n1, n2", "Q2_EPOCH, 2, STEP 2 CLAIM 2 RELEASE 1 DELAY 2, n1, n2",
			"Q3, 2, STEP 2 CLAIM 2, n1, n2", "Q4_KNOWN, 2, STEP 3 CLAIM 3 LOSS 2, n1, n2",
			"Q6_MUTE, 4, STEP 6 CLAIM 2 CHANGE 1 CUT 1, n1, n3" })
	void withoutARuleAViolationIsFound(QuorumRule rule, int lease, String events, String first, String second) {
		QuorumModel model = new QuorumModel(Budget.of(lease, events).claimants(first, second), WORLDS);
		try (TakenAway taken = rule.takeAway()) {
			assertThat(model.explore()).as("%s after %s worlds", rule, model.worlds()).isNotNull();
		}
	}

	@Test
	void withoutTheSilenceAfterAStartAViolationIsFound() {
		QuorumModel model = new QuorumModel(Budget.of(3, "STEP 3 CLAIM 2 RESTART 1 CUT 1").withFixedVoters(), WORLDS);
		try (TakenAway taken = QuorumRule.Q5_MUTE.takeAway()) {
			assertThat(model.explore()).isNotNull();
		}
	}

	private static void explored(Budget budget) {
		QuorumModel model = new QuorumModel(budget, WORLDS);
		assertThat(model.explore()).isNull();
		assertThat(model.isComplete()).as("complete after %s worlds", model.worlds()).isTrue();
	}

}
