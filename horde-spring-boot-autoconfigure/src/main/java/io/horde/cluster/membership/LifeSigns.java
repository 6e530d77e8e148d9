package io.horde.cluster.membership;

import io.horde.crdt.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * The signs of a member's life, and what this node makes of them. Changed by the
 * {@link Detector} and its {@link IndirectProbes} only.
 */
final class LifeSigns {

	private final SilenceBound bound;

	private boolean wasLinked;

	/** The last direct sign, or when it was first heard of. */
	private long lastHeard = Peer.NEVER;

	/** When it was heard of first, from another member. */
	private long learnedAt = Peer.NEVER;

	/** When another member last said, on being asked or by relaying, that it hears it. */
	private long testifiedAt = Peer.NEVER;

	private @Nullable ReplicaId witness;

	private long closedAt = Peer.NEVER;

	private boolean refused;

	private IndirectProbes.@Nullable Round probes;

	private Suspicion suspicion = Suspicion.ALIVE;

	private long downAt = Peer.NEVER;

	private String remark = "";

	LifeSigns(SilenceBound bound) {
		this.bound = bound;
	}

	void heard(long now) {
		if (this.wasLinked && !isDown()) {
			this.bound.gap(now - this.lastHeard, now);
		}
		this.lastHeard = now;
		this.probes = null;
	}

	void learned(long now) {
		this.lastHeard = now;
		this.learnedAt = now;
	}

	/** Its silence counts from now on: it could not be heard before. */
	void expected(long now) {
		this.lastHeard = now;
		notClosed();
	}

	void testified(ReplicaId witness, long now) {
		this.testifiedAt = now;
		this.witness = witness;
	}

	void linkUp(long now) {
		if (this.wasLinked) {
			this.bound.reconnected(now);
		}
		this.wasLinked = true;
		this.closedAt = Peer.NEVER;
		this.refused = false;
	}

	void closed(long now, boolean refused) {
		this.closedAt = now;
		this.refused = refused;
		this.probes = null;
	}

	/** Its process is there: a lost connection is no evidence of death. */
	void notClosed() {
		this.closedAt = Peer.NEVER;
		this.probes = null;
	}

	void refused() {
		this.refused = true;
	}

	void probe(IndirectProbes.Round probes) {
		this.probes = probes;
	}

	void endProbes() {
		this.probes = null;
	}

	/** Returns whether that is another suspicion than before. */
	boolean suspect(Suspicion suspicion, String reason, long now) {
		if (suspicion == Suspicion.DOWN) {
			this.downAt = now;
			this.probes = null;
		}
		if (this.suspicion == suspicion) {
			return false;
		}
		this.suspicion = suspicion;
		this.remark = reason;
		return true;
	}

	void remark(String remark) {
		this.remark = remark;
	}

	boolean isAlive() {
		return this.suspicion == Suspicion.ALIVE;
	}

	boolean isDown() {
		return this.suspicion == Suspicion.DOWN;
	}

	Suspicion suspicion() {
		return this.suspicion;
	}

	String remark() {
		return this.remark;
	}

	boolean isClosed() {
		return this.closedAt != Peer.NEVER;
	}

	boolean isRefused() {
		return this.refused;
	}

	long closedAt() {
		return this.closedAt;
	}

	long downAt() {
		return this.downAt;
	}

	long lastHeard() {
		return this.lastHeard;
	}

	long learnedAt() {
		return this.learnedAt;
	}

	long testifiedAt() {
		return this.testifiedAt;
	}

	@Nullable ReplicaId witness() {
		return this.witness;
	}

	/** What others are being asked about it. */
	IndirectProbes.@Nullable Round probes() {
		return this.probes;
	}

	/** How long it may be silent (M3). */
	long bound(long now) {
		return this.bound.current(now);
	}

}
