package io.horde.supervisor.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.horde.HordeException;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.process.StartReason;
import io.horde.registry.NameAlreadyRegisteredException;
import io.horde.registry.NameEntry;
import io.horde.registry.engine.Registry;
import io.horde.replication.Written;
import io.horde.supervisor.LeavingException;
import io.horde.supervisor.engine.SupervisorMessage.StartCommand;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placer.Choice;
import io.horde.supervisor.ownership.RestartHistory;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of starts: writes the desired entry and the first placement, and
 * tells the chosen node. Confined to the loop.
 */
final class StartCoordinator {

	/** About how many bytes a placement takes beside the entry of a child. */
	private static final int PLACEMENT = 150;

	private final Commons commons;

	private final Ledger ledger;

	private final ChildTable table;

	private final Registry registry;

	private final List<PendingStart> parked = new ArrayList<>();

	private final Set<PendingStart> open = new LinkedHashSet<>();

	private @Nullable HordeException expelled;

	private final PendingStarts pending;

	private final Batches<PendingStart> assigned;

	StartCoordinator(Commons commons, PendingStarts pending, Registry registry) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.table = commons.table();
		this.pending = pending;
		this.registry = registry;
		this.assigned = new Batches<>(commons.loop(), (start) -> PLACEMENT + start.child().size(), this::place);
	}

	void start(Collection<PendingStart> starts) {
		HordeException expelled = this.expelled;
		if (expelled != null) {
			starts.forEach((start) -> this.pending.fail(start, expelled));
			return;
		}
		for (PendingStart start : starts) {
			this.open.add(start);
			EventLoop.Timer deadline = this.commons.loop()
				.schedule(this.commons.settings().startDeadline(), () -> this.pending.timedOut(start));
			start.outcome().thenRun(() -> {
				deadline.cancel();
				this.open.remove(start);
			});
		}
		starts.forEach(this::begin);
	}

	/**
	 * Fail what is waited for, and all that is asked for from now on: this node is out
	 * (B4).
	 */
	void expelled(HordeException failure) {
		this.expelled = failure;
		List.copyOf(this.open).forEach((start) -> this.pending.fail(start, failure));
	}

	private void begin(PendingStart start) {
		MemberStatus status = this.ledger.view().own().status();
		if (status == MemberStatus.JOINING) {
			this.parked.add(start);
			return;
		}
		if (status == MemberStatus.LEAVING || status == MemberStatus.LEFT) {
			this.pending.fail(start, new LeavingException("Node '" + this.ledger.node()
					+ "' is leaving the cluster: child '" + start.id() + "' is not started. Start it on another node"));
			return;
		}
		PendingStart first = this.pending.get(start.id());
		if (first != null) {
			first.alsoFor(start);
			return;
		}
		if (this.ledger.isStopped(start.id()) && this.ledger.statics().containsKey(start.id())) {
			start.dot(this.ledger.removeDesired(start.id(), start.child().type()));
			this.pending.follow(start, true);
			return;
		}
		if (this.ledger.wanted(start.id()) != null) {
			this.pending.follow(start, false);
			return;
		}
		if (start.child().name() == null || !nameIsTaken(start, start.child().name())) {
			this.pending.add(start);
			this.commons.placer().whenChosen(start.wanted(), (choice) -> chosen(start, choice));
		}
	}

	private boolean nameIsTaken(PendingStart start, String name) {
		String holder = this.table.idOf(name);
		NameEntry entry = (holder == null) ? this.registry.holder(name) : null;
		if (entry != null) {
			holder = entry.owner().processId();
			if (holder == null) {
				this.pending.fail(start, new NameAlreadyRegisteredException(entry));
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
		this.pending.follow(start, false);
		return true;
	}

	private void chosen(PendingStart start, Choice choice) {
		if (start.isDone()) {
			return;
		}
		MemberState target = this.ledger.living(choice.member());
		if (target == null) {
			this.pending.notEligible(start, choice.reason());
			return;
		}
		this.assigned.add(target.id(), start);
	}

	private void place(ReplicaId target, List<PendingStart> starts) {
		List<PendingStart> created = new ArrayList<>();
		Map<PendingStart, Long> epochs = new LinkedHashMap<>();
		for (PendingStart start : starts) {
			if (start.isDone()) {
				continue;
			}
			if (this.ledger.wanted(start.id()) != null) {
				this.pending.follow(start, false);
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
						dot, StartReason.FIRST, this.ledger.self(), 0, RestartHistory.NONE, null, null));
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
		created.forEach((start) -> this.pending.follow(start, true));
	}

	void viewChanged() {
		List<PendingStart> again = new ArrayList<>(this.parked);
		this.parked.clear();
		again.removeIf(PendingStart::isDone);
		again.forEach(this::begin);
	}

}
