package io.horde.time.clock;

import io.horde.time.EventLoop;

/**
 * A point in time on both clocks of a node.
 *
 * @param nanos the monotonic clock
 * @param millis the wall clock
 */
public record Moment(long nanos, long millis) {

	private static final long NANOS_PER_MILLI = 1_000_000;

	/**
	 * Return the present.
	 * @param loop whose clocks
	 * @return the moment
	 */
	public static Moment of(EventLoop loop) {
		return new Moment(loop.nanoTime(), loop.currentTimeMillis());
	}

	/**
	 * Return a later moment.
	 * @param nanos by how much
	 * @return the moment
	 */
	public Moment plus(long nanos) {
		return new Moment(this.nanos + nanos, this.millis + nanos / NANOS_PER_MILLI);
	}

	/**
	 * Tell whether either clock has come to this point (Q9): the monotonic clock of a
	 * suspended machine stands still, and the wall clock may be set back.
	 * @param now the present
	 * @return whether it has
	 */
	public boolean isPast(Moment now) {
		return now.nanos - this.nanos >= 0 || now.millis >= this.millis;
	}

	public boolean isAfter(Moment other) {
		return this.nanos - other.nanos > 0;
	}

	/** What ends when the first of the two ends. */
	public Moment earliest(Moment other) {
		return new Moment((this.nanos - other.nanos < 0) ? this.nanos : other.nanos,
				Math.min(this.millis, other.millis));
	}

}
