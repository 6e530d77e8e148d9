package io.horde.registry;

import java.util.stream.LongStream;

import io.horde.registry.calls.CallRule;
import io.horde.rules.TakenAway;
import io.horde.test.Seeds;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what every call keeps, whatever the network does: it runs at most once (N4),
 * or so often as its method allows (N6); a result means that it ran; a failure that says
 * that it did not run is right (N9); all futures are completed; and nothing is left
 * behind. Without a rule {@link CallFaultSimulation} finds a violation.
 */
class CallFaultTests {

	static LongStream seeds() {
		return LongStream.range(0, Integer.getInteger("horde.seeds", 25));
	}

	@ParameterizedTest
	@MethodSource("seeds")
	void callsRunAsOftenAsTheyMayAndAreToldOf(long seed) {
		CallFaultSimulation simulation = new CallFaultSimulation(seed);
		assertThat(simulation.run()).isNull();
		assertThat(simulation.kinds()).contains("answered", "CallTimeoutException");
	}

	@ParameterizedTest
	@EnumSource(CallRule.class)
	void withoutARuleAViolationIsFound(CallRule rule) {
		try (TakenAway taken = rule.takeAway()) {
			Seeds.assertViolation(rule, 1, (seed) -> new CallFaultSimulation(seed).run());
		}
	}

}
