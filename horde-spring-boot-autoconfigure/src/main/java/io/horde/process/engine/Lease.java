package io.horde.process.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.horde.time.EventLoop;

/**
 * Until when a process may act for the cluster. It ends when either clock says so, since
 * the monotonic clock of a suspended machine stands still and the wall clock may be set
 * back (Q9).
 *
 * @param nanoTime the end in terms of the monotonic clock
 * @param millis the end in terms of the wall clock
 */
record Lease(long nanoTime, long millis) {

	/**
	 * What a process holds as long as nobody revokes it (AP), and the loop turns (T10).
	 */
	static final Lease UNBOUNDED = new Lease(0, Long.MAX_VALUE);

	boolean holds(EventLoop loop) {
		return this == UNBOUNDED || (loop.nanoTime() - this.nanoTime < 0 && loop.currentTimeMillis() < this.millis);
	}

	Duration remaining(EventLoop loop) {
		if (this == UNBOUNDED) {
			return Duration.ofNanos(Long.MAX_VALUE);
		}
		long nanos = Math.min(this.nanoTime - loop.nanoTime(),
				TimeUnit.MILLISECONDS.toNanos(this.millis - loop.currentTimeMillis()));
		return (nanos > 0) ? Duration.ofNanos(nanos) : Duration.ZERO;
	}

}
