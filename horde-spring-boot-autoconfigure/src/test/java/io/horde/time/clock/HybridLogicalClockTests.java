package io.horde.time.clock;

import java.time.Duration;

import io.horde.test.SimulatedEventLoop;
import io.horde.test.Simulation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link HybridLogicalClock} (R7).
 */
class HybridLogicalClockTests {

	private final Simulation simulation = new Simulation(1);

	private final SimulatedEventLoop loop = this.simulation.eventLoop("a");

	private final HybridLogicalClock clock = new HybridLogicalClock(this.loop);

	@Test
	void stampsFollowTheWallClock() {
		long before = this.clock.next();
		this.simulation.run(Duration.ofMillis(500));
		assertThat(HybridLogicalClock.millis(this.clock.next()) - HybridLogicalClock.millis(before)).isEqualTo(500);
	}

	@Test
	void stampsGrowThoughTheWallClockGoesBack() {
		long before = this.clock.next();
		this.loop.clock().step(Duration.ofHours(-1));
		assertThat(this.clock.next()).isEqualTo(before + 1);
	}

	@Test
	void aCounterThatOverflowsCarriesIntoTheTime() {
		long first = this.clock.next();
		long last = first;
		for (int i = 0; i < 1 << 16; i++) {
			long next = this.clock.next();
			assertThat(next).isGreaterThan(last);
			last = next;
		}
		assertThat(HybridLogicalClock.millis(last)).isEqualTo(HybridLogicalClock.millis(first) + 1);
	}

	@Test
	void aStampExceedsAllThatWereObserved() {
		long observed = this.clock.next() + (5L << 32);
		this.clock.observe(observed);
		assertThat(this.clock.next()).isEqualTo(observed + 1);
	}

	@Test
	void aStampExceedsThoseThatWereObserved() {
		long observed = this.clock.stamp() + (5L << 16);
		this.clock.observe(observed);
		assertThat(this.clock.stamp()).isEqualTo(observed + 1);
		assertThat(this.clock.next()).isGreaterThan(observed + 1);
	}

	@Test
	void aStampDoesNotFollowAClockThatIsFarAhead() {
		long before = this.clock.stamp();
		this.clock.observe(before + (3_600_000L << 16));
		assertThat(this.clock.stamp()).isEqualTo(before + 1);
	}

	@Test
	void stampsComeBackWhenAClockThatWasFarAheadIsCorrected() {
		long before = this.clock.stamp();
		this.loop.clock().step(Duration.ofHours(1));
		assertThat(HybridLogicalClock.millis(this.clock.stamp() - before)).isEqualTo(3_600_000);
		this.clock.correct(-3_600_000);
		assertThat(HybridLogicalClock.millis(this.clock.stamp() - before)).isZero();
	}

	@Test
	void aCorrectionCounts() {
		this.clock.correct(-60_000);
		assertThat(HybridLogicalClock.millis(this.clock.next())).isEqualTo(this.loop.currentTimeMillis() - 60_000);
	}

}
