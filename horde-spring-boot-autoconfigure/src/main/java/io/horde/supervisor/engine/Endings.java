package io.horde.supervisor.engine;

import io.horde.crdt.ReplicaId;
import io.horde.payload.PayloadException;
import io.horde.process.RestartPolicy;
import io.horde.process.StartReason;
import io.horde.process.StopReason;
import io.horde.process.engine.End;
import io.horde.supervisor.engine.SupervisorMessage.Failure;
import io.horde.supervisor.ownership.ChildFacts.Owner;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placement.Phase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows from the end of a child's process: a restart, or the end of the child.
 * Confined to the loop.
 */
final class Endings {

	private static final Logger logger = LoggerFactory.getLogger(Endings.class);

	private static final int MAX_CAUSES = 32;

	private final Commons commons;

	private final Ledger ledger;

	private final LocalChildren locals;

	private final PendingStarts pending;

	Endings(Commons commons, LocalChildren locals, PendingStarts pending) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.locals = locals;
		this.pending = pending;
	}

	/**
	 * A process has ended that nobody here has told to stop.
	 */
	void ended(LocalChild child, End end) {
		switch (end.kind()) {
			case IGNORED -> ignored(child);
			case START_FAILED -> startFailed(child, end.failure());
			case EXITED -> exited(child);
			case FAILED -> failed(child, end.failure());
			case STOPPED -> stoppedByOthers(child, end);
		}
	}

	/**
	 * A process was stopped because its lease had ended. Who gets a majority next runs
	 * the child, perhaps this node.
	 */
	void leaseEnded(LocalChild child) {
		if (this.locals.policy(child.wanted().spec()) == RestartPolicy.TEMPORARY) {
			forget(child);
		}
		else if (child.placement().value() != null) {
			this.ledger.put(child.id(),
					child.placement().claimedAgain(this.ledger.nextEpoch(child.id(), child.epoch())));
		}
		else {
			this.ledger.removeOwn(child.id());
		}
	}

	private void ignored(LocalChild child) {
		if (child.wanted().isStatic()) {
			this.locals.restarts()
				.delay(child, Phase.WAITING, "asked to be ignored", this.commons.settings().backoffMax());
		}
		else if (!fail(child, Failure.IGNORED, "asked to be ignored", null)) {
			forget(child);
		}
	}

	private void startFailed(LocalChild child, @Nullable Throwable failure) {
		String error = describe(failure);
		if (fail(child, Failure.ERROR, error, null) || handBack(child, error, failure)) {
			return;
		}
		this.locals.restarts().restart(child, error, failure);
	}

	private void exited(LocalChild child) {
		if (this.locals.policy(child.wanted().spec()) == RestartPolicy.PERMANENT) {
			this.locals.restarts().restart(child, "ended", null);
		}
		else {
			forget(child);
		}
	}

	private void failed(LocalChild child, @Nullable Throwable failure) {
		if (this.locals.policy(child.wanted().spec()) == RestartPolicy.TEMPORARY) {
			logger.warn("Temporary child '{}' failed on {} and is not started again", child.id(), this.ledger.node(),
					failure);
			forget(child);
		}
		else {
			this.locals.restarts().restart(child, describe(failure), failure);
		}
	}

	/*
	 * The registry stops the loser of a conflict; two copies of one child are no
	 * conflict.
	 */
	private void stoppedByOthers(LocalChild child, End end) {
		Placement visible = this.ledger.placement(child.id());
		boolean superseded = visible != null && this.ledger.owner(visible) == Owner.ALIVE;
		if (superseded) {
			this.ledger.removeOwn(child.id());
		}
		else if (end.stop() == StopReason.NAME_CONFLICT) {
			this.commons.counters().conflicts().increment();
			forget(child);
		}
		else {
			this.locals.restarts().restart(child, "stopped: " + end.stop(), end.failure());
		}
	}

	/**
	 * Give a child whose start failed back to the node that keeps its state.
	 */
	private boolean handBack(LocalChild child, String error, @Nullable Throwable failure) {
		Placement placement = child.placement();
		ReplicaId origin = placement.origin();
		if (placement.reason() != StartReason.HAND_OFF || origin == null || this.ledger.view().hides(origin)) {
			return false;
		}
		this.commons.failures().add("could not be started, and were handed back", child.wanted(), error, failure);
		this.ledger.put(child.id(),
				new Placement(origin, this.ledger.nextEpoch(child.id(), child.epoch()), Phase.MOVING,
						placement.desired(), StartReason.HAND_OFF, null, 0, placement.history(), error,
						placement.value()));
		return true;
	}

	/**
	 * A child has ended for good.
	 */
	void forget(LocalChild child) {
		this.ledger.forget(child.id(), child.wanted().dot(), child.wanted().spec().type());
	}

	/**
	 * End a first start with a failure.
	 * @return {@code false} if it is no first start, so that the child is to be started
	 * again
	 */
	boolean fail(LocalChild child, Failure failure, String message, @Nullable String holder) {
		return this.pending.failed(child.id(), child.placement(), failure, message, holder);
	}

	/**
	 * Return what is wrong with bytes that a start of a child could not read: every start
	 * on such a node fails alike.
	 * @return {@code null} if that is not why it failed
	 */
	static @Nullable PayloadException unreadable(@Nullable Throwable failure) {
		int depth = 0;
		for (Throwable ex = failure; ex != null && depth < MAX_CAUSES; ex = ex.getCause(), depth++) {
			if (ex instanceof PayloadException payload) {
				return payload;
			}
		}
		return null;
	}

	static String describe(@Nullable Throwable failure) {
		if (failure == null) {
			return "unknown";
		}
		PayloadException unreadable = unreadable(failure);
		if (unreadable != null) {
			return String.valueOf(unreadable.getMessage());
		}
		Throwable cause = failure;
		while (cause.getCause() != null && cause.getCause() != cause) {
			cause = cause.getCause();
		}
		return (cause == failure) ? failure.toString() : failure + ", caused by " + cause;
	}

}
