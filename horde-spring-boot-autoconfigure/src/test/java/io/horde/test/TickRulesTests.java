package io.horde.test;

import java.util.Map;

import io.horde.node.HordeNode;
import io.horde.rules.TakenAway;
import io.horde.schedule.records.ScheduleRule;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs schedules of processes with ticks, and checks the checker: without any one rule
 * {@link TickSimulation} finds a violation. {@code -Dhorde.simulation.tick-seeds=} runs
 * other ones: a number, or {@code from-to}.
 */
@ExtendWith(Quiet.class)
class TickRulesTests {

	/** The first seeds that are known to miss rules whose absence seldom matters. */
	private static final Map<ScheduleRule, Long> KNOWN = Map.of(ScheduleRule.T1, 1528L, ScheduleRule.T3, 3178L,
			ScheduleRule.T3_STOPPED, 3880L);

	@Test
	void withAllRulesNothingIsFound() {
		Seeds seeds = Seeds.of(System.getProperty("horde.simulation.tick-seeds", "1-500"));
		seeds.run((seed) -> assertThat(violation(seed)).isNull());
	}

	@Test
	void withAllRulesNothingIsFoundWhereOneSeldomMatters() {
		KNOWN.forEach((rule, seed) -> assertThat(violation(seed)).as("seed %s, known for %s", seed, rule).isNull());
	}

	@ParameterizedTest
	@EnumSource(ScheduleRule.class)
	void withoutARuleAViolationIsFound(ScheduleRule rule) {
		try (TakenAway taken = OwnershipRule.of(rule.name()).takeAway()) {
			Seeds.assertViolation(rule, KNOWN.getOrDefault(rule, 1L), TickRulesTests::violation);
		}
	}

	private static @Nullable String violation(long seed) {
		return new TickSimulation(seed, HordeNode::new).run();
	}

}
