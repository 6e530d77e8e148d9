package io.horde.process.engine;

import java.time.Duration;

import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Whether a process may act for the cluster. Changed on the loop, read from any thread.
 */
final class Ownership {

	private final EventLoop loop;

	private final LoopLease loopLease;

	/**
	 * What holds at present; {@code null} for nothing.
	 */
	private volatile @Nullable Lease lease;

	private @Nullable Lease granted;

	private boolean begun;

	private boolean revoked;

	Ownership(EventLoop loop, LoopLease loopLease) {
		this.loop = loop;
		this.loopLease = loopLease;
	}

	/*
	 * Without a lease of its own the process has to hold while the loop's lease does:
	 * after a pause it is revoked before that one runs again (T10).
	 */
	boolean holds() {
		Lease lease = this.lease;
		if (lease == Lease.UNBOUNDED) {
			return this.loopLease.holds() && this.lease == lease;
		}
		return lease != null && lease.holds(this.loop);
	}

	Duration remaining() {
		Lease lease = this.lease;
		return (lease != null && holds()) ? lease.remaining(this.loop) : Duration.ZERO;
	}

	/**
	 * Bound or extend it. An ended lease is never extended (Q4).
	 */
	void grant(Lease lease) {
		if (this.granted == null || this.granted.holds(this.loop)) {
			this.granted = lease;
			update();
		}
	}

	void begin() {
		this.begun = true;
		update();
	}

	/**
	 * End it for good: who is being stopped is no longer owner (O10).
	 */
	void revoke() {
		this.revoked = true;
		update();
	}

	private void update() {
		if (this.revoked || !this.begun) {
			this.lease = null;
		}
		else {
			this.lease = (this.granted != null) ? this.granted : Lease.UNBOUNDED;
		}
	}

}
