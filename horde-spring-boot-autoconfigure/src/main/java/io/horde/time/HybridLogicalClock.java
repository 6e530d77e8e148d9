package io.horde.time;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A hybrid logical clock: stamps that follow the wall clock, grow strictly on one node,
 * and exceed every stamp that the node has seen. A stamp is 48 bits of milliseconds and
 * 16 bits of counter; a counter that overflows carries into the milliseconds (R7).
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

	private final AtomicLong last = new AtomicLong();

	private volatile long correctionMillis;

	/**
	 * Creates a clock.
	 * @param loop the source of the wall clock
	 */
	public HybridLogicalClock(EventLoop loop) {
		this.loop = loop;
	}

	/**
	 * Return the next stamp.
	 * @return a stamp above all that this clock has given out or observed
	 */
	public long next() {
		long wall = Math.max(0, this.loop.currentTimeMillis() + this.correctionMillis) << COUNTER_BITS;
		return this.last.updateAndGet((last) -> Math.max(last + 1, wall));
	}

	/**
	 * Take notice of a stamp from elsewhere.
	 * @param stamp the stamp
	 */
	public void observe(long stamp) {
		if (stamp > this.last.get()) {
			this.last.accumulateAndGet(stamp, Math::max);
		}
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
	 * @param stamp a stamp
	 * @return milliseconds since the epoch
	 */
	public static long millis(long stamp) {
		return stamp >>> COUNTER_BITS;
	}

}
