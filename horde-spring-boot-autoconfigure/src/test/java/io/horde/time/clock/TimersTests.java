package io.horde.time.clock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.test.Simulation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Timers}.
 */
class TimersTests {

	private final Simulation simulation = new Simulation(1);

	private final Timers timers = new Timers(this.simulation.eventLoop("n1"));

	private final List<String> done = new ArrayList<>();

	@Test
	void allOfThemRun() {
		this.timers.after(Duration.ofSeconds(1), () -> this.done.add("word"));
		this.timers.after(Duration.ofSeconds(3), () -> this.done.add("limit"));
		this.timers.again(Duration.ofSeconds(2), () -> this.done.add("again"));
		this.simulation.run(Duration.ofSeconds(4));
		assertThat(this.done).containsExactly("word", "again", "limit");
	}

	@Test
	void noneRunsAfterTheEnd() {
		this.timers.after(Duration.ofSeconds(1), () -> this.done.add("limit"));
		this.timers.again(Duration.ofSeconds(1), () -> this.done.add("again"));
		this.timers.cancel();
		this.simulation.run(Duration.ofSeconds(4));
		assertThat(this.done).isEmpty();
	}

	@Test
	void theyEndWithinOneOfThemAndCanBeginAnew() {
		this.timers.after(Duration.ofSeconds(1), this.timers::cancel);
		this.timers.after(Duration.ofSeconds(2), () -> this.done.add("limit"));
		this.timers.again(Duration.ofSeconds(2), () -> this.done.add("again"));
		this.simulation.run(Duration.ofSeconds(4));
		assertThat(this.done).isEmpty();
		this.timers.after(Duration.ofSeconds(1), () -> this.done.add("anew"));
		this.simulation.run(Duration.ofSeconds(4));
		assertThat(this.done).containsExactly("anew");
	}

}
