package io.horde.cluster.membership;

import io.horde.time.EventLoop;

/**
 * A clock that stands still while this node does: silence is counted only in time in
 * which this node could have heard something (M4).
 */
public final class AwakeClock {

	/*
	 * The clock is observed at least every tick, so a longer gap between two observations
	 * means that the loop did not run: a garbage collection, a stopped process, a
	 * suspended machine. What exceeds the tolerance is not counted. After such a gap the
	 * frames that arrived meanwhile may still be on their way from the socket to the
	 * loop, so nothing may be judged for a grace period.
	 */

	private final EventLoop loop;

	private final long tolerance;

	private final long grace;

	private long observed;

	private long awake;

	private long judgeFrom;

	private long lateness;

	AwakeClock(EventLoop loop, long tolerance, long grace) {
		this.loop = loop;
		this.tolerance = tolerance;
		this.grace = grace;
		this.observed = loop.nanoTime();
	}

	/**
	 * Return the awake time.
	 * @return nanoseconds, from zero
	 */
	public long now() {
		long now = this.loop.nanoTime();
		long gap = now - this.observed;
		this.observed = now;
		if (gap <= 0) {
			return this.awake;
		}
		if (isDelay(gap)) {
			this.lateness = Math.max(this.lateness, gap - this.tolerance);
			this.awake += this.tolerance;
			this.judgeFrom = this.awake + this.grace;
		}
		else {
			this.awake += gap;
		}
		return this.awake;
	}

	/** Whether the loop did not run for a while (M4). */
	private boolean isDelay(long gap) {
		return gap > this.tolerance;
	}

	/**
	 * Tell whether enough time has passed since the last delay to judge others.
	 * @return whether silence means anything now
	 */
	public boolean mayJudge() {
		return now() >= this.judgeFrom;
	}

	/**
	 * Return the longest delay since the last call.
	 * @return nanoseconds, 0 if the loop was always on time
	 */
	long takeLateness() {
		now();
		long taken = this.lateness;
		this.lateness = 0;
		return taken;
	}

}
