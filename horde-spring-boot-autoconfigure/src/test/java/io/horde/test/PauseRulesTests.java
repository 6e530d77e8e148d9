package io.horde.test;

import io.horde.rules.TakenAway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs schedules in which nodes stand still, and checks the checker: without any one part
 * of T10 {@link PauseSimulation} finds a violation.
 * {@code -Dhorde.simulation.pause-seeds=} runs other ones: a number, or {@code from-to}.
 */
@ExtendWith(Quiet.class)
class PauseRulesTests {

	@Test
	void withAllRulesNothingIsFound() {
		Seeds seeds = Seeds.of(System.getProperty("horde.simulation.pause-seeds", "1-60"));
		seeds.run((seed) -> assertThat(violation(seed)).isNull());
	}

	@ParameterizedTest
	@ValueSource(strings = { "T10", "T10_ANSWERS", "T10_MERGED", "T10_CLAIMS", "T10_WRITES" })
	void withoutARuleAViolationIsFound(String rule) {
		try (TakenAway taken = OwnershipRule.of(rule).takeAway()) {
			Seeds.assertViolation(rule, 1, PauseRulesTests::violation);
		}
	}

	private static @Nullable String violation(long seed) {
		return new PauseSimulation(seed).run();
	}

}
