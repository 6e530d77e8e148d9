package io.horde.hazelcast.gate;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * So many at once, and so many in a time afterwards (a token bucket). Any thread may ask.
 */
public final class Allowance {

	private final long interval;

	private final long burst;

	private final LongSupplier nanoTime;

	/**
	 * The time up to which all is used up; never further back than the burst reaches.
	 */
	private long used;

	/**
	 * Creates an allowance that is untouched.
	 * @param burst how many at once
	 * @param perSecond how many per second
	 * @param nanoTime a monotonic clock
	 */
	public Allowance(int burst, int perSecond, LongSupplier nanoTime) {
		this(burst, TimeUnit.SECONDS.toNanos(1) / perSecond, nanoTime);
	}

	private Allowance(int burst, long interval, LongSupplier nanoTime) {
		this.interval = interval;
		this.burst = burst * interval;
		this.nanoTime = nanoTime;
		this.used = nanoTime.getAsLong() - this.burst;
	}

	/**
	 * Create an allowance of one in a time.
	 * @param interval how long until there is another one
	 * @param nanoTime a monotonic clock
	 * @return an allowance that is untouched
	 */
	public static Allowance oneIn(Duration interval, LongSupplier nanoTime) {
		return new Allowance(1, interval.toNanos(), nanoTime);
	}

	/**
	 * Use one.
	 * @return whether there was one
	 */
	public synchronized boolean use() {
		long now = this.nanoTime.getAsLong();
		if (now - this.used > this.burst) {
			this.used = now - this.burst;
		}
		if (now - this.used < this.interval) {
			return false;
		}
		this.used += this.interval;
		return true;
	}

}
