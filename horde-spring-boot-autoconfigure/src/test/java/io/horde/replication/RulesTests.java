package io.horde.replication;

import java.util.Map;

import io.horde.rules.TakenAway;
import io.horde.test.Seeds;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Checks the checker: without any one rule of the protocol, the simulation finds a
 * violation. R7 is about clocks, see {@code ClockSimulationTests}.
 */
class RulesTests {

	/**
	 * The first seeds that find it; {@code -Dhorde.rules.first-seed=1} searches anew.
	 */
	private static final Map<Rule, Long> FOUND = Map.of(Rule.R2_SINGLES, 23L, Rule.R5_LOGS, 43L, Rule.R6, 236L, Rule.R8,
			32L, Rule.R9, 365L);

	@ParameterizedTest
	@EnumSource
	void withoutARuleAViolationIsFound(Rule rule) {
		try (TakenAway taken = rule.takeAway()) {
			Seeds.assertViolation(rule, FOUND.getOrDefault(rule, 1L), (seed) -> violation(seed, rule));
		}
	}

	private static String violation(long seed, Rule rule) {
		try {
			new ReplicationSimulation(seed, rule).run();
			return null;
		}
		catch (IllegalStateException | AssertionError ex) {
			return ex.getMessage();
		}
	}

}
