package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.horde.HordeException;
import io.horde.crdt.Dot;
import io.horde.process.engine.ProcessSettings;
import io.horde.supervisor.ProcessStuckException;
import io.horde.supervisor.ownership.DesiredEntry.StopMark;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placement.Phase;
import io.horde.supervisor.ownership.Wanted;
import io.horde.time.EventLoop;

/**
 * Terminates children, from any node (O1, O9). Confined to the loop.
 */
final class Terminations {

	private final Commons commons;

	private final Ledger ledger;

	private final PeerKnowledge peers;

	private final SeatHolders seats;

	private final Duration shutdownTimeout;

	private final Duration stopMargin;

	Terminations(Commons commons, PeerKnowledge peers, SeatHolders seats, ProcessSettings processes) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.peers = peers;
		this.seats = seats;
		this.shutdownTimeout = processes.shutdownTimeout();
		this.stopMargin = processes.stopMargin();
	}

	/**
	 * Terminate a child.
	 * @return completes on the loop: whether it existed, or why it may not have ended
	 */
	CompletableFuture<Boolean> terminate(String id) {
		return this.peers.whenKnown(id)
			.thenCompose((wanted) -> (wanted != null) ? terminate(wanted) : CompletableFuture.completedFuture(false));
	}

	private CompletableFuture<Boolean> terminate(Wanted wanted) {
		HordeException absence = wanted.spec().quorum() ? this.ledger.membership().leases().absence() : null;
		if (absence != null) {
			return CompletableFuture.failedFuture(absence);
		}
		String id = wanted.id();
		if (this.ledger.owner(this.ledger.placement(id)).isAway()) {
			this.ledger.write((writes) -> writes.removeSeen(this.ledger.placements(), id));
		}
		String type = wanted.spec().type();
		Dot dot = (wanted.isStatic())
				? this.ledger.write((writes) -> writes.put(this.ledger.desired(), id, new StopMark(type)))
				: this.ledger.removeDesired(id, type);
		Duration stop = (wanted.spec().shutdownTimeout() != null) ? wanted.spec().shutdownTimeout()
				: this.shutdownTimeout;
		Duration deadline = this.commons.settings().callTimeout().plus(stop).plus(this.stopMargin.multipliedBy(2));
		CompletableFuture<Boolean> stopped = new CompletableFuture<>();
		CompletableFuture<Void> held = awaitHolders(dot, wanted);
		CompletableFuture<Boolean> ended = held.thenCombine(stopped, (nothing, result) -> result);
		held.whenComplete((nothing, failure) -> {
			if (failure != null) {
				ended.completeExceptionally(failure);
			}
		});
		EventLoop.Timer timer = this.commons.loop()
			.schedule(deadline, () -> ended.completeExceptionally(new HordeException(
					"Child '" + id + "' is terminated, but its owner has not stopped it within " + deadline)));
		this.commons.waiters().await(id, () -> {
			if (isStopped(wanted)) {
				stopped.complete(true);
			}
			else if (isStuck(wanted)) {
				stopped.completeExceptionally(stuck(id));
			}
			return stopped.isDone() || ended.isDone();
		});
		ended.whenComplete((result, failure) -> {
			timer.cancel();
			this.commons.waiters().changed(id);
		});
		return ended;
	}

	/**
	 * Wait until so many know of the end that no death of one node, or under quorum no
	 * minority of the voters, can undo it (O9).
	 */
	private CompletableFuture<Void> awaitHolders(Dot dot, Wanted wanted) {
		return needsMajority(wanted) ? this.seats.await(dot, this.commons.settings().callTimeout())
				: this.ledger.replicator().held(dot);
	}

	private static boolean needsMajority(Wanted wanted) {
		return wanted.spec().quorum();
	}

	private boolean isStuck(Wanted wanted) {
		Placement placement = this.ledger.placement(wanted.id());
		return placement != null && placement.phase() == Phase.STUCK
				&& (placement.desired() == null || placement.desired().equals(wanted.dot()));
	}

	private ProcessStuckException stuck(String id) {
		Placement placement = this.ledger.placement(id);
		return new ProcessStuckException("Child '" + id + "' is terminated, but its code goes on"
				+ ((placement != null) ? " on node '" + placement.owner().node() + "': " + placement.error() : "")
				+ ". It ends when its code does, or with its node; if that code does no harm, restart the child to"
				+ " give up on it");
	}

	private boolean isStopped(Wanted wanted) {
		Placement placement = this.ledger.placement(wanted.id());
		if (placement == null || this.ledger.owner(placement).isAway()) {
			return true;
		}
		Dot served = placement.desired();
		return served != null && !served.equals(wanted.dot());
	}

}
