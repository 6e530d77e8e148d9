package io.horde.schedule.engine;

import java.time.Duration;

import io.horde.time.clock.Moment;

/**
 * Ticks on the monotonic clock. What falls due while the schedule can't tick is one late
 * tick; the others are skipped (T5, T7).
 */
public sealed interface FixedTiming extends Timing {

	/**
	 * Return when the first tick is due.
	 * @param opened when the process was opened
	 * @return on the monotonic clock, or {@link #NEVER}
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
	 * Return when the next tick is due at the latest, of a process that was handed over.
	 * @param now when it was opened
	 * @return like {@link #first}
	 */
	long latest(Moment now);

	/**
	 * Return when the next tick is due, of a process that was handed over (T7).
	 * @param opened when it was opened
	 * @param remaining nanoseconds that were left when it was stopped on its former node,
	 * or {@link #NEVER}
	 */
	default long resumed(Moment opened, long remaining) {
		return (remaining == NEVER) ? NEVER
				: opened.nanos() + Math.max(0, Math.min(remaining, latest(opened) - opened.nanos()));
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
	record FixedRate(Duration initialDelay, Duration period) implements FixedTiming {

		private static final long LONGEST_BEAT = Duration.ofMillis(10).toNanos();

		/**
		 * Creates a timing.
		 */
		public FixedRate {
			Monotonic.check(period);
		}

		@Override
		public String expression() {
			return "fixedRate " + this.period;
		}

		@Override
		public long latest(Moment now) {
			return Monotonic.after(now, this.period);
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

	}

	/**
	 * Ticks with a pause between them, on the monotonic clock.
	 *
	 * @param initialDelay from the opening to the first tick
	 * @param delay from the end of a tick to the next
	 */
	record FixedDelay(Duration initialDelay, Duration delay) implements FixedTiming {

		/**
		 * Creates a timing.
		 */
		public FixedDelay {
			Monotonic.check(delay);
		}

		@Override
		public String expression() {
			return "fixedDelay " + this.delay;
		}

		@Override
		public long latest(Moment now) {
			return Monotonic.after(now, this.delay);
		}

		@Override
		public long first(Moment opened) {
			return Monotonic.after(opened, this.initialDelay);
		}

		@Override
		public Next next(long due, Moment begun, Moment ended) {
			return new Next(Monotonic.after(ended, this.delay), 0);
		}

	}

	/**
	 * One tick only, on the monotonic clock.
	 *
	 * @param initialDelay from the opening to the tick
	 */
	record Once(Duration initialDelay) implements FixedTiming {

		@Override
		public String expression() {
			return "once " + this.initialDelay;
		}

		@Override
		public long latest(Moment now) {
			return first(now);
		}

		@Override
		public long first(Moment opened) {
			return Monotonic.after(opened, this.initialDelay);
		}

		@Override
		public Next next(long due, Moment begun, Moment ended) {
			return new Next(NEVER, 0);
		}

	}

}
