package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.time.EventLoop;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Simulation}, {@link SimulatedEventLoop} and {@link SimulatedClock}.
 */
class SimulationTests {

	private final Simulation simulation = new Simulation(1);

	private final SimulatedEventLoop loop = this.simulation.eventLoop("a");

	private final List<String> ran = new ArrayList<>();

	@Test
	void timePassesOnlyInTheSimulation() {
		this.loop.schedule(Duration.ofDays(365), () -> this.ran.add("a year later"));
		assertThat(this.simulation.runUntil(() -> !this.ran.isEmpty(), Duration.ofDays(400))).isTrue();
		assertThat(this.simulation.now()).isEqualTo(Duration.ofDays(365));
	}

	@Test
	void tasksRunInOrderAndWithinTheLoop() {
		this.loop.execute(() -> {
			this.ran.add("first " + this.loop.inLoop());
			this.loop.execute(() -> this.ran.add("third"));
		});
		this.loop.execute(() -> this.ran.add("second"));
		assertThat(this.loop.inLoop()).isFalse();
		this.simulation.run(Duration.ZERO);
		assertThat(this.ran).containsExactly("first true", "second", "third");
	}

	@Test
	void timersRunInTheOrderOfTheirDueTimes() {
		this.loop.schedule(Duration.ofSeconds(2), () -> this.ran.add("second"));
		this.loop.schedule(Duration.ofSeconds(1), () -> this.ran.add("first"));
		this.loop.schedule(Duration.ofSeconds(2), () -> this.ran.add("third"));
		this.simulation.run(Duration.ofSeconds(3));
		assertThat(this.ran).containsExactly("first", "second", "third");
	}

	@Test
	void cancelledTimerDoesNotRun() {
		EventLoop.Timer timer = this.loop.schedule(Duration.ofSeconds(1), () -> this.ran.add("never"));
		timer.cancel();
		this.simulation.run(Duration.ofSeconds(2));
		assertThat(this.ran).isEmpty();
	}

	@Test
	void timersFollowTheClockOfTheirMachine() {
		this.loop.clock().rate(2);
		long start = this.loop.nanoTime();
		this.loop.schedule(Duration.ofSeconds(10),
				() -> this.ran.add(this.simulation.now() + " " + Duration.ofNanos(this.loop.nanoTime() - start)));
		this.simulation.run(Duration.ofSeconds(20));
		assertThat(this.ran).containsExactly("PT5S PT10S");
	}

	@Test
	void timersFollowAChangeOfTheRate() {
		this.loop.schedule(Duration.ofSeconds(10), () -> this.ran.add(this.simulation.now().toString()));
		this.simulation.run(Duration.ofSeconds(5));
		this.loop.clock().rate(5);
		this.simulation.run(Duration.ofSeconds(5));
		assertThat(this.ran).containsExactly("PT6S");
	}

	@Test
	void stepOfTheWallClockLeavesTheMonotonicClockAlone() {
		long monotonic = this.loop.nanoTime();
		long wall = this.loop.currentTimeMillis();
		this.loop.clock().step(Duration.ofHours(-1));
		assertThat(this.loop.nanoTime()).isEqualTo(monotonic);
		assertThat(this.loop.currentTimeMillis()).isEqualTo(wall - 3_600_000);
	}

	@Test
	void pausedProcessDoesLaterWhatItMissed() {
		this.loop.schedule(Duration.ofSeconds(1), () -> this.ran.add("timer"));
		this.loop.pause();
		this.loop.execute(() -> this.ran.add("task"));
		this.simulation.run(Duration.ofSeconds(5));
		assertThat(this.ran).isEmpty();
		this.loop.resume();
		this.simulation.run(Duration.ZERO);
		assertThat(this.ran).containsExactlyInAnyOrder("task", "timer");
	}

	@Test
	void itIsUpToTheSeedWhetherTimersOrTasksComeFirstAfterAPause() {
		List<String> firsts = new ArrayList<>();
		for (long seed = 0; seed < 20; seed++) {
			Simulation world = new Simulation(seed);
			SimulatedEventLoop paused = world.eventLoop("a");
			List<String> order = new ArrayList<>();
			paused.schedule(Duration.ofSeconds(1), () -> order.add("timer"));
			paused.pause();
			paused.execute(() -> order.add("task"));
			world.run(Duration.ofSeconds(2));
			paused.resume();
			world.run(Duration.ZERO);
			firsts.add(order.get(0));
		}
		assertThat(firsts).contains("timer", "task");
	}

	@Test
	void monotonicClockOfASuspendedMachineStandsStill() {
		long monotonic = this.loop.nanoTime();
		long wall = this.loop.currentTimeMillis();
		this.loop.schedule(Duration.ofSeconds(10), () -> this.ran.add(this.simulation.now().toString()));
		this.simulation.run(Duration.ofSeconds(4));
		this.loop.suspend();
		this.simulation.run(Duration.ofSeconds(100));
		this.loop.resume();
		assertThat(this.loop.nanoTime()).isEqualTo(monotonic + Duration.ofSeconds(4).toNanos());
		assertThat(this.loop.currentTimeMillis()).isEqualTo(wall + 104_000);
		this.simulation.run(Duration.ofSeconds(10));
		assertThat(this.ran).containsExactly("PT1M50S");
	}

	@Test
	void nothingOfAKilledProcessRuns() {
		this.loop.execute(() -> this.ran.add("task"));
		this.loop.schedule(Duration.ofSeconds(1), () -> this.ran.add("timer"));
		this.loop.kill();
		this.loop.execute(() -> this.ran.add("later task"));
		this.simulation.run(Duration.ofSeconds(2));
		assertThat(this.ran).isEmpty();
		assertThat(this.loop.isAlive()).isFalse();
	}

	@Test
	void clockOfAMachineOutlivesItsProcess() {
		this.loop.clock().step(Duration.ofHours(3));
		SimulatedEventLoop next = this.simulation.eventLoop("a");
		assertThat(this.loop.isAlive()).isFalse();
		assertThat(next.currentTimeMillis()).isEqualTo(this.loop.currentTimeMillis());
	}

	@Test
	void taskThatThrowsEndsTheSimulationWithNodeTimeAndSeed() {
		this.loop.schedule(Duration.ofSeconds(1), () -> {
			throw new IllegalArgumentException("expected by a test");
		});
		assertThatIllegalStateException().isThrownBy(() -> this.simulation.run(Duration.ofSeconds(2)))
			.withMessageContaining("'a'")
			.withMessageContaining("PT1S")
			.withMessageContaining("seed 1")
			.withMessageContaining("expected by a test");
	}

	@Test
	void taskThatGoesRoundInCirclesIsFound() {
		this.loop.execute(new Runnable() {

			@Override
			public void run() {
				SimulationTests.this.loop.execute(this);
			}

		});
		assertThatIllegalStateException().isThrownBy(() -> this.simulation.run(Duration.ofSeconds(1)))
			.withMessageContaining("Time stands still");
	}

}
