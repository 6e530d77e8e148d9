package io.horde.process.engine;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

import io.horde.process.engine.Lifecycle.State;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the steps of {@link Lifecycle}.
 */
class LifecycleTests {

	private static final Map<State, Set<State>> STEPS = Map.of(State.STARTING, EnumSet.of(State.CREATED, State.ENDED),
			State.CREATED, EnumSet.of(State.OPEN, State.STOPPING), State.OPEN, EnumSet.of(State.STOPPING),
			State.STOPPING, EnumSet.of(State.OPEN, State.ENDED), State.ENDED, EnumSet.noneOf(State.class));

	@Test
	void onlyTheStepsOfTheDiagramAreAllowed() {
		for (State from : State.values()) {
			for (State to : State.values()) {
				assertThat(from.leadsTo(to)).as("%s to %s", from, to).isEqualTo(STEPS.get(from).contains(to));
			}
		}
	}

}
