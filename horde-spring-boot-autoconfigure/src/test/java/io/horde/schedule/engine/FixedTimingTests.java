package io.horde.schedule.engine;

import java.time.Duration;

import io.horde.schedule.engine.FixedTiming.FixedDelay;
import io.horde.schedule.engine.FixedTiming.FixedRate;
import io.horde.schedule.engine.FixedTiming.Next;
import io.horde.schedule.engine.FixedTiming.Once;
import io.horde.time.clock.Moment;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FixedTiming}, as a table: all times are milliseconds.
 */
class FixedTimingTests {

	private static final FixedTiming EVERY_HUNDRED = new FixedRate(Duration.ofMillis(30), Duration.ofMillis(100));

	@Test
	void fixedRateBeginsAfterItsInitialDelay() {
		assertThat(EVERY_HUNDRED.first(at(500))).isEqualTo(nanos(530));
	}

	@Test
	void fixedRatesOfManyProcessesFallDueTogether() {
		FixedTiming everySecond = new FixedRate(Duration.ZERO, Duration.ofSeconds(1));
		assertThat(everySecond.first(at(501))).isEqualTo(nanos(510));
		assertThat(everySecond.first(at(-501))).isEqualTo(nanos(-500));
		assertThat(everySecond.next(nanos(510), at(510), at(512))).isEqualTo(new Next(nanos(1510), 0));
		assertThat(everySecond.next(nanos(510), at(1513), at(1514))).isEqualTo(new Next(nanos(2520), 1));
	}

	@Test
	void fixedRateKeepsItsBeatWhenATickIsLessThanAPeriodLate() {
		assertThat(EVERY_HUNDRED.next(nanos(1000), at(1000), at(1001))).isEqualTo(new Next(nanos(1100), 0));
		assertThat(EVERY_HUNDRED.next(nanos(1000), at(1099), at(1200))).isEqualTo(new Next(nanos(1100), 0));
	}

	@Test
	void fixedRateThatIsLateGoesOnFromNow() {
		assertThat(EVERY_HUNDRED.next(nanos(1000), at(1100), at(1101))).isEqualTo(new Next(nanos(1200), 1));
		assertThat(EVERY_HUNDRED.next(nanos(1000), at(11_050), at(11_051))).isEqualTo(new Next(nanos(11_150), 100));
	}

	@Test
	void fixedDelayCountsFromTheEnd() {
		FixedTiming timing = new FixedDelay(Duration.ZERO, Duration.ofMillis(100));
		assertThat(timing.first(at(500))).isEqualTo(nanos(500));
		assertThat(timing.next(nanos(500), at(700), at(900))).isEqualTo(new Next(nanos(1000), 0));
	}

	@Test
	void oneTimeTaskHasNoNextTick() {
		FixedTiming timing = new Once(Duration.ofMillis(100));
		assertThat(timing.first(at(500))).isEqualTo(nanos(600));
		assertThat(timing.next(nanos(600), at(600), at(601)).due()).isEqualTo(Timing.NEVER);
	}

	@Test
	void handedOverProcessGoesOnWithTheTimeThatWasLeft() {
		FixedTiming daily = new FixedRate(Duration.ZERO, Duration.ofDays(1));
		assertThat(daily.resumed(at(500), nanos(70_000))).isEqualTo(nanos(70_500));
		assertThat(EVERY_HUNDRED.resumed(at(500), nanos(70_000))).as("its period is shorter now").isEqualTo(nanos(600));
		assertThat(new Once(Duration.ofMillis(5)).resumed(at(500), Timing.NEVER)).isEqualTo(Timing.NEVER);
	}

	@Test
	void durationsThatOutlastTheClockAreNoOverflow() {
		FixedTiming never = new FixedDelay(Duration.ZERO, Duration.ofMillis(Long.MAX_VALUE));
		Next next = never.next(nanos(1), at(1), at(2));
		assertThat(next.due() - nanos(3)).isGreaterThan(Duration.ofDays(36_000).toNanos());
	}

	@Test
	void intervalOfZeroIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new FixedRate(Duration.ZERO, Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> new FixedDelay(Duration.ZERO, Duration.ofMillis(-1)));
	}

	private static Moment at(long millis) {
		return new Moment(nanos(millis), 0);
	}

	private static long nanos(long millis) {
		return Duration.ofMillis(millis).toNanos();
	}

}
