package io.horde.test;

import io.horde.cluster.membership.ExpulsionRule;
import io.horde.rules.TakenAway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs schedules after which a node is out of the cluster, and checks the checker:
 * without any one rule of it {@link ExpulsionSimulation} finds a violation.
 */
@ExtendWith(Quiet.class)
class ExpulsionRulesTests {

	@Test
	void withAllRulesNothingIsFound() {
		long seeds = Long.getLong("horde.rules.expulsion-seeds", 15);
		for (long seed = 1; seed <= seeds; seed++) {
			assertThat(violation(seed)).as("seed %s", seed).isNull();
		}
	}

	@ParameterizedTest
	@EnumSource
	void withoutARuleAViolationIsFound(ExpulsionRule rule) {
		try (TakenAway taken = rule.takeAway()) {
			Seeds.assertViolation(rule, 1, ExpulsionRulesTests::violation);
		}
	}

	private static @Nullable String violation(long seed) {
		return new ExpulsionSimulation(seed).run();
	}

}
