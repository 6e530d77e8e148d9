package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.function.BiConsumer;

import io.horde.HordeException;
import io.horde.crdt.Dot;
import io.horde.supervisor.ownership.ChildFacts.Owner;
import io.horde.supervisor.ownership.DesiredEntry.StopMark;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Wanted;
import org.jspecify.annotations.Nullable;

/**
 * Terminates children, from any node (O1, O9). Confined to the loop.
 */
final class Terminations {

	private final Commons commons;

	private final Ledger ledger;

	private final PeerKnowledge peers;

	private final SeatHolders seats;

	private final Duration shutdownTimeout;

	Terminations(Commons commons, PeerKnowledge peers, SeatHolders seats, Duration shutdownTimeout) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.peers = peers;
		this.seats = seats;
		this.shutdownTimeout = shutdownTimeout;
	}

	/**
	 * Terminate a child.
	 * @param done called on the loop, once
	 */
	void terminate(String id, BiConsumer<Boolean, @Nullable HordeException> done) {
		this.peers.whenKnown(id, (wanted) -> terminate(id, wanted, done), (failure) -> done.accept(false, failure));
	}

	private void terminate(String id, Wanted wanted, BiConsumer<Boolean, @Nullable HordeException> done) {
		HordeException absence = wanted.spec().quorum() ? this.seats.absence() : null;
		if (absence != null) {
			done.accept(false, absence);
			return;
		}
		Owner owner = this.ledger.owner(this.ledger.placement(id));
		if (owner.isAway()) {
			this.ledger.write((writes) -> writes.removeSeen(this.ledger.placements(), id));
		}
		String type = wanted.spec().type();
		Dot dot = (wanted.isStatic())
				? this.ledger.write((writes) -> writes.put(this.ledger.desired(), id, new StopMark(type)))
				: this.ledger.removeDesired(id, type);
		Duration stop = (wanted.spec().shutdownTimeout() != null) ? wanted.spec().shutdownTimeout()
				: this.shutdownTimeout;
		Duration deadline = this.commons.settings().callTimeout().plus(stop);
		Termination termination = new Termination(done);
		this.commons.loop()
			.schedule(deadline, () -> termination.fail(new HordeException(
					"Child '" + id + "' is terminated, but its owner has not stopped it within " + deadline)));
		awaitHolders(dot, wanted, termination);
		this.commons.waiters().await(id, () -> {
			if (isStopped(id, wanted)) {
				termination.stopped();
				return true;
			}
			return termination.done;
		});
	}

	/**
	 * Wait until so many know of the end that no death of one node, or under quorum no
	 * minority of the voters, can undo it (O9).
	 */
	private void awaitHolders(Dot dot, Wanted wanted, Termination termination) {
		if (!needsMajority(wanted)) {
			this.ledger.replicator().held(dot).thenRun(() -> this.commons.loop().execute(termination::held));
			return;
		}
		this.seats.await(dot, this.commons.settings().callTimeout(), (failure) -> {
			if (failure == null) {
				termination.held();
			}
			else {
				termination.fail(failure);
			}
		});
	}

	private static boolean needsMajority(Wanted wanted) {
		return wanted.spec().quorum();
	}

	private boolean isStopped(String id, Wanted wanted) {
		Placement placement = this.ledger.placement(id);
		Owner owner = this.ledger.owner(placement);
		if (placement == null || owner.isAway()) {
			return true;
		}
		Dot served = placement.desired();
		return served != null && !served.equals(wanted.dot());
	}

	static final class Termination {

		private final BiConsumer<Boolean, @Nullable HordeException> outcome;

		private boolean held;

		private boolean stopped;

		private boolean done;

		Termination(BiConsumer<Boolean, @Nullable HordeException> outcome) {
			this.outcome = outcome;
		}

		void held() {
			this.held = true;
			check();
		}

		void stopped() {
			this.stopped = true;
			check();
		}

		private void check() {
			if (this.held && this.stopped && !this.done) {
				this.done = true;
				this.outcome.accept(true, null);
			}
		}

		void fail(HordeException failure) {
			if (!this.done) {
				this.done = true;
				this.outcome.accept(false, failure);
			}
		}

	}

}
