package io.horde.schedule.engine;

import java.time.Duration;

import io.horde.time.clock.Moment;

/**
 * Durations on the monotonic clock.
 */
final class Monotonic {

	/** What users write for "never again" has more nanoseconds than fit into a number. */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	private Monotonic() {
	}

	static void check(Duration interval) {
		if (interval.isNegative() || interval.isZero()) {
			throw new IllegalArgumentException("An interval must be positive, not " + interval);
		}
	}

	static long nanos(Duration duration) {
		return ((duration.compareTo(LONGEST) < 0) ? duration : LONGEST).toNanos();
	}

	static long after(Moment moment, Duration duration) {
		return moment.nanos() + nanos(duration);
	}

}
