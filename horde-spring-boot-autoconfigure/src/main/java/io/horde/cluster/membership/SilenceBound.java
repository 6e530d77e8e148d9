package io.horde.cluster.membership;

import java.time.Duration;

/**
 * How long a member may be silent: the silence timeout, raised where experience shows
 * that signs come late, and back after a quiet minute (M3).
 *
 * @see <a href="https://arxiv.org/abs/1707.00788">Dadgar, Phillips and Currey, Lifeguard:
 * Local Health Awareness for More Accurate Failure Detection (2017)</a>
 */
final class SilenceBound {

	static final long HIGHEST = Duration.ofSeconds(15).toNanos();

	static final long QUIET = Duration.ofSeconds(60).toNanos();

	private final long base;

	private final long highest;

	private long raised;

	private long raisedAt;

	SilenceBound(long base) {
		this.base = base;
		this.highest = Math.max(base, HIGHEST);
		this.raised = base;
	}

	/*
	 * A gap between signs that came close to the timeout is expected again, and longer.
	 */
	void gap(long gap, long now) {
		if (gap > this.base / 2) {
			raise(gap * 2, now);
		}
	}

	/* A link that comes and goes. */
	void reconnected(long now) {
		raise(current(now) * 3 / 2, now);
	}

	/* This node itself is late, so others may only seem to be. */
	void late(long now) {
		raise(current(now) + this.base, now);
	}

	long current(long now) {
		if (now - this.raisedAt > QUIET) {
			this.raised = this.base;
		}
		return this.raised;
	}

	private void raise(long to, long now) {
		this.raised = Math.min(this.highest, Math.max(current(now), to));
		this.raisedAt = now;
	}

}
