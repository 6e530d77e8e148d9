package io.horde.schedule.engine;

import java.time.Duration;

import io.horde.schedule.engine.Timing.Cron;
import io.horde.schedule.engine.Timing.FixedDelay;
import io.horde.schedule.engine.Timing.FixedRate;
import io.horde.schedule.engine.Timing.Next;
import io.horde.schedule.engine.Timing.Once;
import io.horde.time.clock.Moment;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Timing}, as a table: all times are milliseconds.
 */
class TimingTests {

	private static final Timing EVERY_HUNDRED = new FixedRate(Duration.ofMillis(30), Duration.ofMillis(100));

	/** A cron of the tests: each full second. */
	private static final Timing EACH_SECOND = new Cron((millis) -> (millis / 1000 + 1) * 1000);

	@Test
	void fixedRateBeginsAfterItsInitialDelay() {
		assertThat(EVERY_HUNDRED.first(at(500))).isEqualTo(nanos(530));
	}

	@Test
	void fixedRatesOfManyProcessesFallDueTogether() {
		Timing everySecond = new FixedRate(Duration.ZERO, Duration.ofSeconds(1));
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
		Timing timing = new FixedDelay(Duration.ZERO, Duration.ofMillis(100));
		assertThat(timing.first(at(500))).isEqualTo(nanos(500));
		assertThat(timing.next(nanos(500), at(700), at(900))).isEqualTo(new Next(nanos(1000), 0));
	}

	@Test
	void oneTimeTaskHasNoNextTick() {
		Timing timing = new Once(Duration.ofMillis(100));
		assertThat(timing.first(at(500))).isEqualTo(nanos(600));
		assertThat(timing.next(nanos(600), at(600), at(601)).due()).isEqualTo(Timing.NEVER);
	}

	@Test
	void cronGoesByTheWallClock() {
		Moment opened = new Moment(nanos(1), 4500);
		assertThat(EACH_SECOND.first(opened)).isEqualTo(5000);
		assertThat(EACH_SECOND.remaining(5000, opened)).isEqualTo(nanos(500));
		assertThat(EACH_SECOND.next(5000, new Moment(0, 5001), new Moment(0, 5500))).isEqualTo(new Next(6000, 0));
	}

	@Test
	void cronThatFallsDueWhileItRunsWaits() {
		assertThat(EACH_SECOND.next(5000, new Moment(0, 5001), new Moment(0, 9500))).isEqualTo(new Next(6000, 0));
	}

	@Test
	void cronThatIsLateStandsForTheLatestInstantThatHasPassed() {
		assertThat(EACH_SECOND.next(5000, new Moment(0, 9500), new Moment(0, 9501))).isEqualTo(new Next(10_000, 4));
	}

	@Test
	void cronBehindAClockThatWasSetIsNotCountedForEver() {
		assertThat(EACH_SECOND.next(5000, new Moment(0, 100_000_500), new Moment(0, 100_000_501)))
			.isEqualTo(new Next(100_001_000, 1000));
	}

	@Test
	void cronNeverTicksTwiceForAnInstantWhenTheClockIsSetBack() {
		assertThat(EACH_SECOND.next(5000, new Moment(0, 3000), new Moment(0, 3001))).isEqualTo(new Next(6000, 0));
	}

	@Test
	void durationsThatOutlastTheClockAreNoOverflow() {
		Timing never = new FixedDelay(Duration.ZERO, Duration.ofMillis(Long.MAX_VALUE));
		Next next = never.next(nanos(1), at(1), at(2));
		assertThat(never.remaining(next.due(), at(3))).isGreaterThan(Duration.ofDays(36_000).toNanos());
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
