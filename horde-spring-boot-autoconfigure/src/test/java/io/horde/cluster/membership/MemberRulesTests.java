package io.horde.cluster.membership;

import java.util.Map;

import io.horde.rules.TakenAway;
import io.horde.test.Quiet;
import io.horde.test.Seeds;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks the checker: without any one rule of membership, {@link MemberSimulation} finds
 * a violation; with all of them it finds none.
 */
@ExtendWith(Quiet.class)
class MemberRulesTests {

	/** The first seeds that find it; {@code -Dhorde.rules.first-seed=1} searches anew. */
	private static final Map<MemberRule, Long> FOUND = Map.of(MemberRule.M1_OTHERS, 8L, MemberRule.M1_RELAY, 8L,
			MemberRule.M2_DEATH, 4L, MemberRule.M2_ANEW, 173L, MemberRule.M3_ANY_FRAME, 5L, MemberRule.M3_LATENESS, 39L,
			MemberRule.M4, 7L, MemberRule.M5, 6L);

	@Test
	void withAllRulesNothingIsFound() {
		long seeds = Long.getLong("horde.rules.member-seeds", 40);
		for (long seed = 1; seed <= seeds; seed++) {
			assertThat(violation(seed)).as("seed %s", seed).isNull();
		}
	}

	@ParameterizedTest
	@EnumSource
	void withoutARuleAViolationIsFound(MemberRule rule) {
		try (TakenAway taken = rule.takeAway()) {
			Seeds.assertViolation(rule, FOUND.getOrDefault(rule, 1L), MemberRulesTests::violation);
		}
	}

	private static @Nullable String violation(long seed) {
		return new MemberSimulation(seed).run();
	}

}
