package io.horde.time.clock;

import java.util.concurrent.atomic.AtomicLong;

import io.horde.time.EventLoop;

/**
 * A hybrid logical clock: times that follow the wall clock, grow strictly on one node,
 * and exceed every one that the node has seen. A time is 48 bits of milliseconds and 16
 * bits of counter; a counter that overflows carries into the milliseconds (R7).
 * <p>
 * The stamps of writes are such times too, but they never lead the corrected wall clock
 * by more than some seconds: a clock that was far ahead, on this node or another one,
 * would else decide all conflicts until time has caught up with it.
 * <p>
 * Safe for use from any thread, without locks.
 *
 * @see <a href="https://cse.buffalo.edu/tech-reports/2014-04.pdf">Kulkarni et al.,
 * Logical Physical Clocks and Consistent Snapshots in Globally Distributed Databases
 * (2014)</a>
 */
public final class HybridLogicalClock {

	private static final int COUNTER_BITS = 16;

	private final EventLoop loop;

	private static final long MAX_LEAD = 10_000L << COUNTER_BITS;

	private final AtomicLong last = new AtomicLong();

	private final AtomicLong lastStamp = new AtomicLong();

	private volatile long correctionMillis;

	/**
	 * Creates a clock.
	 * @param loop the source of the wall clock
	 */
	public HybridLogicalClock(EventLoop loop) {
		this.loop = loop;
	}

	/**
	 * Return the next time.
	 * @return a time above all that this clock has given out or observed
	 */
	public long next() {
		long wall = wall();
		return this.last.updateAndGet((last) -> Math.max(last + 1, wall));
	}

	/**
	 * Return a stamp for a write. Stamps grow strictly as long as the wall clock is not
	 * set back by more than some seconds.
	 * @return a stamp above all that this clock has given out or observed, unless they
	 * are far ahead of the wall clock
	 */
	public long stamp() {
		long wall = wall();
		long stamp = this.lastStamp.updateAndGet((last) -> (last - wall > MAX_LEAD) ? wall : Math.max(last + 1, wall));
		this.last.accumulateAndGet(stamp, Math::max);
		return stamp;
	}

	/**
	 * Take notice of a time from elsewhere.
	 * @param time the time, or the stamp of a write
	 */
	public void observe(long time) {
		if (time > this.last.get()) {
			this.last.accumulateAndGet(time, Math::max);
		}
		if (time > this.lastStamp.get() && time - wall() <= MAX_LEAD) {
			this.lastStamp.accumulateAndGet(time, Math::max);
		}
	}

	private long wall() {
		return Math.max(0, this.loop.currentTimeMillis() + this.correctionMillis) << COUNTER_BITS;
	}

	/**
	 * Set what is added to the wall clock of this node, because it is off from its peers.
	 * @param millis milliseconds to add
	 */
	public void correct(long millis) {
		this.correctionMillis = millis;
	}

	/**
	 * Return the wall-clock part of a stamp.
	 * @return milliseconds since the epoch
	 */
	public static long millis(long stamp) {
		return stamp >>> COUNTER_BITS;
	}

}
