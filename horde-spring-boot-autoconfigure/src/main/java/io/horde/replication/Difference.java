package io.horde.replication;

import java.time.Duration;

import io.horde.time.EventLoop;
import io.horde.time.EventLoop.Timer;
import org.jspecify.annotations.Nullable;

/**
 * How the state of one peer differs from this node's, as far as its heartbeats tell, and
 * when it was asked about that. Used on the loop only.
 */
final class Difference {

	private static final long FIRST_GUESS = 100_000_000;

	private static final long MIN_PATIENCE = 20_000_000;

	private static final long MAX_PATIENCE = 2_000_000_000L;

	private boolean present;

	private long here;

	private long there;

	private long token;

	private long askedAt;

	private long rttNanos;

	private @Nullable Timer check;

	boolean isPresent() {
		return this.present;
	}

	/**
	 * Tell whether neither side has changed since the last heartbeat.
	 */
	boolean isSame(long here, long there) {
		return this.present && this.here == here && this.there == there;
	}

	void seen(long here, long there) {
		this.present = true;
		this.here = here;
		this.there = there;
	}

	void gone() {
		this.present = false;
	}

	/**
	 * Tell whether an answer may be on its way.
	 */
	boolean isAsked(long now) {
		return this.token != 0 && now - this.askedAt < patience(2).toNanos();
	}

	void asked(long token, long now) {
		this.token = token;
		this.askedAt = now;
	}

	/**
	 * Take notice of an answer, which tells how long a round trip takes.
	 */
	void answered(long token, long now) {
		if (token != 0 && token == this.token) {
			long nanos = now - this.askedAt;
			this.token = 0;
			this.rttNanos = Math.max(1, (this.rttNanos > 0) ? (this.rttNanos * 3 + nanos) / 4 : nanos);
		}
	}

	/**
	 * Return how long some round trips take: a mean, or a cautious guess before the first
	 * answer.
	 */
	Duration patience(int roundTrips) {
		long rtt = (this.rttNanos > 0) ? this.rttNanos : FIRST_GUESS;
		return Duration.ofNanos(Math.max(MIN_PATIENCE, Math.min(MAX_PATIENCE, roundTrips * rtt)));
	}

	boolean isChecked() {
		return this.check != null;
	}

	/**
	 * Look again after a while, unless that is to happen anyway.
	 */
	void check(EventLoop loop, Duration after, Runnable then) {
		if (this.check == null) {
			this.check = loop.schedule(after, () -> {
				this.check = null;
				then.run();
			});
		}
	}

	/**
	 * The link is down. How long a round trip takes remains true.
	 */
	void reset() {
		this.present = false;
		this.token = 0;
		if (this.check != null) {
			this.check.cancel();
			this.check = null;
		}
	}

}
