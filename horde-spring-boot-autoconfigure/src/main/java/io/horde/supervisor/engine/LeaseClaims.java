package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

import io.horde.cluster.quorum.ClaimRefusal;
import io.horde.cluster.quorum.Leases;
import io.horde.process.StartReason;
import io.horde.supervisor.ownership.ChildFacts.Here;
import io.horde.supervisor.ownership.Ledger;
import io.horde.time.EventLoop;
import io.horde.time.clock.Moment;

/**
 * Claims the leases of this node's children that run under quorum, before they are
 * started (Q2), and releases them when they have stopped (Q10). Confined to the loop.
 */
final class LeaseClaims {

	/*
	 * A takeover writes the placement when its claim is granted, not before: what a
	 * claimant that gets no majority writes would only disturb the owner. (A first start
	 * has one from whoever was asked; it gives no right to run.) Its epoch is what the
	 * majority accepted, so it never grows without their vote.
	 */

	private static final int SHORTEST_PAUSE = 200;

	private static final int LONGEST_PAUSE = 500;

	private final EventLoop loop;

	private final Ledger ledger;

	private final Leases leases;

	private final LocalChildren locals;

	private final SplittableRandom random;

	/** The next claim of a child needs an epoch above these. */
	private final Map<String, Long> tried = new HashMap<>();

	LeaseClaims(Commons commons, LocalChildren locals, long seed) {
		this.loop = commons.loop();
		this.ledger = commons.ledger();
		this.leases = this.ledger.membership().leases();
		this.locals = locals;
		this.random = new SplittableRandom(seed);
	}

	/**
	 * Claim the lease of a child.
	 * @param start run when the claim is granted
	 */
	void claim(LocalChild child, Runnable start) {
		String id = child.id();
		long floor = this.tried.getOrDefault(id, 0L);
		if (child.epoch() <= floor) {
			child.placement(child.placement().withEpoch(this.ledger.nextEpoch(id, floor)));
		}
		long epoch = child.epoch();
		child.claimed(true);
		this.leases.claim(id, epoch, new Leases.Holder() {

			@Override
			public void granted(Moment end) {
				if (isClaiming(child)) {
					LeaseClaims.this.tried.remove(id);
					child.lease(end);
					LeaseClaims.this.ledger.put(id, child.placement());
					start.run();
				}
			}

			@Override
			public void extended(Moment end) {
				child.lease(end);
			}

			@Override
			public void lost() {
				LeaseClaims.this.locals.leaseLost(child);
			}

			@Override
			public void refused(ClaimRefusal refusal) {
				LeaseClaims.this.tried.merge(id, Math.max(epoch, refusal.knownEpoch()), Math::max);
				child.claimed(false);
				if (isClaiming(child)) {
					again(child, start);
				}
			}

		});
	}

	private boolean isClaiming(LocalChild child) {
		return this.locals.get(child.id()) == child && child.here() == Here.CLAIMING;
	}

	/*
	 * Whether the child still belongs here is decided anew, except if it was handed over
	 * (O6). The pause is left to chance, so that two claimants don't meet again.
	 */
	private void again(LocalChild child, Runnable start) {
		Duration pause = Duration.ofMillis(this.random.nextInt(SHORTEST_PAUSE, LONGEST_PAUSE));
		child.timer(this.loop.schedule(pause, () -> {
			if (isClaiming(child)) {
				if (child.placement().reason() == StartReason.HAND_OFF) {
					claim(child, start);
				}
				else {
					this.locals.finished(child);
				}
			}
		}));
	}

	/**
	 * Release the lease of a child whose process has ended, if it was claimed.
	 * @param then called with whether others may claim it at once
	 */
	void release(LocalChild child, Consumer<Boolean> then) {
		if (child.isClaimed()) {
			child.claimed(false);
			this.leases.release(child.id(), child.epoch(), then);
		}
		else {
			then.accept(true);
		}
	}

	void release(LocalChild child) {
		release(child, (agreed) -> {
		});
	}

}
