package io.horde.schedule.engine;

import java.time.Duration;
import java.util.function.LongUnaryOperator;

import io.horde.time.clock.Moment;

/**
 * When the ticks of a schedule are due. What falls due while the schedule can't tick is
 * one late tick; the others are skipped (T5, T7).
 */
public sealed interface Timing {

	/** The due time of no tick. */
	long NEVER = Long.MAX_VALUE;

	/**
	 * Return when the first tick is due.
	 * @param opened when the process was opened
	 * @return in terms of the clock that this timing goes by
	 */
	long first(Moment opened);

	/**
	 * Return when the next tick is due.
	 * @param due when the last one was due
	 * @param begun when it began
	 * @param ended when it ended
	 */
	Next next(long due, Moment begun, Moment ended);

	/**
	 * Return how long it is until a tick is due.
	 * @param due the due time, not {@link #NEVER}
	 * @return nanoseconds, not positive if it is due
	 */
	long remaining(long due, Moment now);

	/**
	 * Return how long a timer may be, at most.
	 * @return nanoseconds
	 */
	default long longestSleep() {
		return Long.MAX_VALUE;
	}

	/**
	 * The next tick.
	 *
	 * @param due when it is due
	 * @param skipped how many fell due before the last one began and are left out
	 */
	record Next(long due, long skipped) {

	}

	/**
	 * Ticks at a rate, on the monotonic clock. A tick that begins a whole period late, or
	 * more, shifts all that follow: they go on from its begin (T7).
	 * <p>
	 * Due times lie on a beat, at most a hundredth of the period apart. So the schedules
	 * of many processes fall due together: most of what a short tick costs is to wake
	 * threads for it.
	 *
	 * @param initialDelay from the opening to the first tick
	 * @param period between two due times
	 */
	record FixedRate(Duration initialDelay, Duration period) implements Timing {

		private static final long LONGEST_BEAT = Duration.ofMillis(10).toNanos();

		/**
		 * Creates a timing.
		 */
		public FixedRate {
			Monotonic.check(period);
		}

		@Override
		public long first(Moment opened) {
			return onBeat(Monotonic.after(opened, this.initialDelay));
		}

		@Override
		public Next next(long due, Moment begun, Moment ended) {
			long period = Monotonic.nanos(this.period);
			long late = begun.nanos() - due;
			return (late < period) ? new Next(due + period, 0)
					: new Next(onBeat(begun.nanos() + period), late / period);
		}

		private long onBeat(long due) {
			long beat = Math.min(LONGEST_BEAT, Math.max(1, Monotonic.nanos(this.period) / 100));
			return due + Math.floorMod(-due, beat);
		}

		@Override
		public long remaining(long due, Moment now) {
			return due - now.nanos();
		}

	}

	/**
	 * Ticks with a pause between them, on the monotonic clock.
	 *
	 * @param initialDelay from the opening to the first tick
	 * @param delay from the end of a tick to the next
	 */
	record FixedDelay(Duration initialDelay, Duration delay) implements Timing {

		/**
		 * Creates a timing.
		 */
		public FixedDelay {
			Monotonic.check(delay);
		}

		@Override
		public long first(Moment opened) {
			return Monotonic.after(opened, this.initialDelay);
		}

		@Override
		public Next next(long due, Moment begun, Moment ended) {
			return new Next(Monotonic.after(ended, this.delay), 0);
		}

		@Override
		public long remaining(long due, Moment now) {
			return due - now.nanos();
		}

	}

	/**
	 * One tick only, on the monotonic clock.
	 *
	 * @param initialDelay from the opening to the tick
	 */
	record Once(Duration initialDelay) implements Timing {

		@Override
		public long first(Moment opened) {
			return Monotonic.after(opened, this.initialDelay);
		}

		@Override
		public Next next(long due, Moment begun, Moment ended) {
			return new Next(NEVER, 0);
		}

		@Override
		public long remaining(long due, Moment now) {
			return due - now.nanos();
		}

	}

	/**
	 * Ticks at instants of the wall clock. If several have passed before a tick begins,
	 * it stands for the latest of them.
	 *
	 * @param following returns the first instant after another one, both in milliseconds
	 * since the epoch, or {@link #NEVER}
	 */
	record Cron(LongUnaryOperator following) implements Timing {

		/**
		 * How many missed instants are counted at most, so that a clock that was set does
		 * not stop the loop.
		 */
		private static final int MOST_COUNTED = 1000;

		private static final long LONGEST_SLEEP = Duration.ofSeconds(10).toNanos();

		private static final long NANOS_PER_MILLI = 1_000_000;

		@Override
		public long first(Moment opened) {
			return this.following.applyAsLong(opened.millis());
		}

		@Override
		public Next next(long due, Moment begun, Moment ended) {
			long next = this.following.applyAsLong(due);
			int skipped = 0;
			while (next <= begun.millis() && skipped < MOST_COUNTED) {
				next = this.following.applyAsLong(next);
				skipped++;
			}
			return new Next((next <= begun.millis()) ? first(begun) : next, skipped);
		}

		@Override
		public long remaining(long due, Moment now) {
			return (due - now.millis()) * NANOS_PER_MILLI;
		}

		/**
		 * The wall clock may be set, and goes on while the machine is suspended.
		 */
		@Override
		public long longestSleep() {
			return LONGEST_SLEEP;
		}

	}

}
