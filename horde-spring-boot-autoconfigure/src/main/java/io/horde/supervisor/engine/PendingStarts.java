package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.horde.HordeException;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.distribution.NoEligibleMemberException;
import io.horde.process.StartReason;
import io.horde.supervisor.ChildStartException;
import io.horde.supervisor.MaxChildrenException;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.StartResult;
import io.horde.supervisor.engine.SupervisorMessage.Failure;
import io.horde.supervisor.engine.SupervisorMessage.StartFailed;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placer;
import org.jspecify.annotations.Nullable;

/**
 * The starts that callers wait for: follows each child until it runs, wherever that is,
 * or can't be started. Confined to the loop.
 */
final class PendingStarts {

	/*
	 * A success needs no answer. The owner registers the name and then writes that the
	 * child runs; replication applies one node's writes in order, so whoever sees the
	 * placement sees the name too. A command that is lost is made good by the same
	 * replication, which brings the placement to its owner. Only the reason of a failure
	 * travels in a message.
	 */

	private static final Duration REASON_GRACE = Duration.ofMillis(500);

	private final Commons commons;

	private final Ledger ledger;

	private final SecondHolder secondHolder;

	private final Map<String, PendingStart> pending = new HashMap<>();

	PendingStarts(Commons commons, SecondHolder secondHolder) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.secondHolder = secondHolder;
	}

	/**
	 * Return the start of an id that somebody waits for, or {@code null}.
	 */
	@Nullable PendingStart get(String id) {
		return this.pending.get(id);
	}

	void add(PendingStart start) {
		this.pending.put(start.id(), start);
	}

	/**
	 * Follow the child of a start.
	 * @param created whether the start has written its entry
	 */
	void follow(PendingStart start, boolean created) {
		start.created(created);
		String id = start.followed();
		this.commons.waiters().await(id, () -> {
			if (!start.isDone()) {
				look(start, id);
			}
			return start.isDone() || start.isHeld();
		});
	}

	private void look(PendingStart start, String id) {
		ProcessRef row = this.commons.table().row(id);
		if (row == null) {
			if (this.ledger.wanted(id) == null && !start.isAboutToEnd()) {
				start.endsWith(this.commons.loop().schedule(REASON_GRACE, () -> gone(start, id)));
			}
			return;
		}
		switch (row.state()) {
			case RUNNING -> acknowledge(start, row);
			case QUARANTINED -> {
				if (start.isCreated()) {
					Placement placement = this.ledger.placement(id);
					notStarted(start, "Child '" + id + "' failed too often and is quarantined: "
							+ ((placement != null) ? placement.error() : "unknown"));
				}
				else {
					acknowledge(start, row);
				}
			}
			case STOPPED -> succeed(start, row);
			default -> {
			}
		}
	}

	/* R10, also for a child that somebody else has started. */
	private void acknowledge(PendingStart start, ProcessRef row) {
		start.held();
		this.secondHolder.await(row, start.dot(), start::isDone, () -> succeed(start, row));
	}

	private void gone(PendingStart start, String id) {
		start.cancelEnd();
		if (!start.isDone() && this.ledger.wanted(id) == null) {
			notStarted(start,
					"Child '" + id + "' was terminated, or failed to start, before it ran. Its owner's log tells more");
		}
	}

	/**
	 * Fail a start whose deadline is over, if it is still waited for.
	 */
	void timedOut(PendingStart start) {
		ProcessRef row = this.commons.table().row(start.followed());
		String state = (row == null) ? "is not known yet" : "is " + row.state() + " on node '" + row.node() + "'";
		notStarted(start,
				"Child '" + start.id() + "' does not run after " + this.commons.settings().startDeadline() + ": it "
						+ state
						+ ((start.dot() != null) ? ". It stays desired and is started when that is possible" : ""));
	}

	/**
	 * End a first start on the owner's side, and tell who asked for it.
	 * @return {@code false} if the placement is no first start that somebody asked for,
	 * or if it is for the one who asked to end it: then the child is to be started again
	 */
	boolean failed(String id, Placement placement, Failure failure, String message, @Nullable String holder) {
		Dot desired = placement.desired();
		ReplicaId origin = placement.origin();
		if (placement.reason() != StartReason.FIRST || desired == null || origin == null) {
			return false;
		}
		StartFailed answer = new StartFailed(id, desired, failure, message, holder);
		if (!origin.equals(this.ledger.self())) {
			this.commons.outbox().offer(origin, answer);
		}
		else if (answered(answer)) {
			return true;
		}
		if (failure == Failure.ERROR) {
			return false;
		}
		this.ledger.discard(id, List.of(desired));
		return true;
	}

	/**
	 * Take the answer to a start that failed. The child stays desired if nobody waits for
	 * it any more: it may run elsewhere by now, and be acknowledged.
	 * @return whether somebody was waiting for it
	 */
	boolean answered(StartFailed answer) {
		PendingStart start = this.pending.get(answer.id());
		if (start == null || start.dot() == null || !start.dot().equals(answer.desired())) {
			return false;
		}
		this.ledger.discard(answer.id(), List.of(answer.desired()));
		fail(start, answer);
		return true;
	}

	private void fail(PendingStart start, StartFailed answer) {
		String what = "Child '" + start.id() + "' was not started: " + answer.message();
		switch (answer.failure()) {
			case IGNORED -> finish(start, new StartResult(start.spec(), null, false, null));
			case NAME_TAKEN -> {
				String holder = answer.holder();
				ProcessRef row = (holder != null) ? this.commons.table().row(holder) : null;
				if (row != null) {
					start.created(false);
					acknowledge(start, row);
				}
				else {
					notStarted(start, what);
				}
			}
			case MAX_CHILDREN -> fail(start, new MaxChildrenException(what));
			case NOT_ELIGIBLE -> notEligible(start, answer.message());
			case ERROR -> notStarted(start, what);
		}
	}

	void notEligible(PendingStart start, String reason) {
		Placer placer = this.commons.placer();
		Map<String, String> excluded = placer.view().excluded(placer.request(start.wanted()));
		fail(start, new NoEligibleMemberException("No member may run child '" + start.id() + "' of type '"
				+ start.child().type() + "': " + reason + ((excluded.isEmpty()) ? "" : ", excluded are " + excluded)));
	}

	private void notStarted(PendingStart start, String message) {
		fail(start, new ChildStartException(message, null));
	}

	private void succeed(PendingStart start, ProcessRef row) {
		finish(start, new StartResult(start.spec(), row, start.isCreated(), null));
	}

	void fail(PendingStart start, HordeException failure) {
		finish(start, new StartResult(start.spec(), null, false, failure));
	}

	private void finish(PendingStart start, StartResult result) {
		this.pending.remove(start.id(), start);
		start.complete(result);
		this.commons.waiters().changed(start.followed());
	}

}
