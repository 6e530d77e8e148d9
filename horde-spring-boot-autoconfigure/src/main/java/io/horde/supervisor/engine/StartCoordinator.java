package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.horde.HordeException;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.distribution.NoEligibleMemberException;
import io.horde.process.StartReason;
import io.horde.registry.NameAlreadyRegisteredException;
import io.horde.registry.NameEntry;
import io.horde.registry.engine.Registry;
import io.horde.replication.Written;
import io.horde.supervisor.ChildStartException;
import io.horde.supervisor.LeavingException;
import io.horde.supervisor.MaxChildrenException;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.StartResult;
import io.horde.supervisor.engine.SupervisorMessage.Failure;
import io.horde.supervisor.engine.SupervisorMessage.StartCommand;
import io.horde.supervisor.engine.SupervisorMessage.StartFailed;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placer.Choice;
import io.horde.supervisor.ownership.RestartHistory;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of starts: writes the desired entry and the first placement, tells
 * the chosen node, and follows the child until it runs, wherever that is. Confined to the
 * loop.
 */
final class StartCoordinator {

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

	private final ChildTable table;

	private final SecondHolder secondHolder;

	private final Registry registry;

	private final List<PendingStart> parked = new ArrayList<>();

	private final Map<String, PendingStart> pending = new HashMap<>();

	private final Batches<PendingStart> assigned;

	StartCoordinator(Commons commons, SecondHolder secondHolder, Registry registry) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.table = commons.table();
		this.secondHolder = secondHolder;
		this.registry = registry;
		this.assigned = new Batches<>(commons.loop(), (start) -> start.child().size(), this::place);
	}

	void start(Collection<PendingStart> starts) {
		this.commons.loop().schedule(this.commons.settings().startDeadline(), () -> starts.forEach(this::timedOut));
		starts.forEach(this::begin);
	}

	private void begin(PendingStart start) {
		MemberStatus status = this.ledger.view().own().status();
		if (status == MemberStatus.JOINING) {
			this.parked.add(start);
			return;
		}
		if (status == MemberStatus.LEAVING || status == MemberStatus.LEFT) {
			fail(start, new LeavingException("Node '" + this.ledger.node() + "' is leaving the cluster: child '"
					+ start.id() + "' is not started. Start it on another node"));
			return;
		}
		PendingStart first = this.pending.get(start.id());
		if (first != null) {
			first.alsoFor(start);
			return;
		}
		if (this.ledger.isStopped(start.id()) && this.ledger.statics().containsKey(start.id())) {
			start.dot(this.ledger.removeDesired(start.id(), start.child().type()));
			follow(start, true);
			return;
		}
		if (this.ledger.wanted(start.id()) != null) {
			follow(start, false);
			return;
		}
		if (start.child().name() == null || !nameIsTaken(start, start.child().name())) {
			this.pending.put(start.id(), start);
			this.commons.placer().whenChosen(start.wanted(), (choice) -> chosen(start, choice));
		}
	}

	private boolean nameIsTaken(PendingStart start, String name) {
		String holder = this.table.idOf(name);
		NameEntry entry = (holder == null) ? this.registry.holder(name) : null;
		if (entry != null) {
			holder = entry.owner().processId();
			if (holder == null) {
				fail(start, new NameAlreadyRegisteredException(entry));
				return true;
			}
		}
		if (holder == null || holder.equals(start.id())) {
			return false;
		}
		if (this.ledger.wanted(holder) == null) {
			/*
			 * It is being stopped; the owner finds out whether the name is free by then.
			 */
			return false;
		}
		start.follow(holder);
		follow(start, false);
		return true;
	}

	private void chosen(PendingStart start, Choice choice) {
		if (start.isDone()) {
			return;
		}
		MemberState target = this.ledger.living(choice.member());
		if (target == null) {
			fail(start, notEligible(start, choice.reason()));
			return;
		}
		this.assigned.add(target.id(), start);
	}

	private HordeException notEligible(PendingStart start, String reason) {
		Map<String, String> excluded = this.commons.placer()
			.view()
			.excluded(this.commons.placer().request(start.wanted()));
		return new NoEligibleMemberException("No member may run child '" + start.id() + "' of type '"
				+ start.child().type() + "': " + reason + ((excluded.isEmpty()) ? "" : ", excluded are " + excluded));
	}

	private void place(ReplicaId target, List<PendingStart> starts) {
		List<PendingStart> created = new ArrayList<>();
		Map<PendingStart, Long> epochs = new LinkedHashMap<>();
		for (PendingStart start : starts) {
			if (start.isDone()) {
				continue;
			}
			if (this.ledger.wanted(start.id()) != null) {
				follow(start, false);
			}
			else {
				epochs.put(start, this.ledger.nextEpoch(start.id(), 0));
				created.add(start);
			}
		}
		if (created.isEmpty()) {
			return;
		}
		Written<List<Dot>> written = this.ledger.replicator().writeAndExport((writes) -> {
			List<Dot> dots = new ArrayList<>();
			epochs.forEach((start, epoch) -> {
				Dot dot = writes.put(this.ledger.desired(), start.id(), start.child());
				writes.put(this.ledger.placements(), start.id(), new Placement(target, epoch, Placement.Phase.CLAIMED,
						dot, StartReason.FIRST, this.ledger.self(), 0, RestartHistory.NONE, null));
				dots.add(dot);
			});
			return dots;
		});
		for (int i = 0; i < created.size(); i++) {
			created.get(i).dot(written.result().get(i));
		}
		if (!target.equals(this.ledger.self())) {
			this.commons.outbox().offer(target, new StartCommand(written.delta()));
		}
		created.forEach((start) -> follow(start, true));
	}

	private void follow(PendingStart start, boolean created) {
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
		ProcessRef row = this.table.row(id);
		if (row == null) {
			if (this.ledger.wanted(id) == null) {
				this.commons.loop().schedule(REASON_GRACE, () -> gone(start, id));
			}
			return;
		}
		switch (row.state()) {
			case RUNNING -> acknowledge(start, row);
			case QUARANTINED -> {
				if (start.isCreated()) {
					Placement placement = this.ledger.placement(id);
					fail(start, new ChildStartException("Child '" + id + "' failed too often and is quarantined: "
							+ ((placement != null) ? placement.error() : "unknown"), null));
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
		if (!start.isDone() && this.ledger.wanted(id) == null) {
			fail(start,
					new ChildStartException(
							"Child '" + id
									+ "' was terminated, or failed to start, before it ran. Its owner's log tells more",
							null));
		}
	}

	private void timedOut(PendingStart start) {
		if (start.isDone()) {
			return;
		}
		ProcessRef row = this.table.row(start.followed());
		String state = (row == null) ? "is not known yet" : "is " + row.state() + " on node '" + row.node() + "'";
		fail(start,
				new ChildStartException("Child '" + start.id() + "' does not run after "
						+ this.commons.settings().startDeadline() + ": it " + state
						+ ((start.dot() != null) ? ". It stays desired and is started when that is possible" : ""),
						null));
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
				ProcessRef row = (holder != null) ? this.table.row(holder) : null;
				if (row != null) {
					start.created(false);
					acknowledge(start, row);
				}
				else {
					fail(start, new ChildStartException(what, null));
				}
			}
			case MAX_CHILDREN -> fail(start, new MaxChildrenException(what));
			case NOT_ELIGIBLE -> fail(start, notEligible(start, answer.message()));
			case ERROR -> fail(start, new ChildStartException(what, null));
		}
	}

	void viewChanged() {
		List<PendingStart> again = new ArrayList<>(this.parked);
		this.parked.clear();
		again.removeIf(PendingStart::isDone);
		again.forEach(this::begin);
	}

	private void succeed(PendingStart start, ProcessRef row) {
		finish(start, new StartResult(start.spec(), row, start.isCreated(), null));
	}

	private void fail(PendingStart start, HordeException failure) {
		finish(start, new StartResult(start.spec(), null, false, failure));
	}

	private void finish(PendingStart start, StartResult result) {
		this.pending.remove(start.id(), start);
		start.complete(result);
	}

}
