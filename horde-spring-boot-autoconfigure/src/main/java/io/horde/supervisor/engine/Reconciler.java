package io.horde.supervisor.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.horde.cluster.membership.MemberState;
import io.horde.crdt.ReplicaId;
import io.horde.process.RestartPolicy;
import io.horde.process.StartReason;
import io.horde.process.StopReason;
import io.horde.supervisor.engine.SupervisorMessage.Failure;
import io.horde.supervisor.ownership.ChildFacts;
import io.horde.supervisor.ownership.ChildFacts.Chosen;
import io.horde.supervisor.ownership.ChildFacts.Here;
import io.horde.supervisor.ownership.ChildFacts.Node;
import io.horde.supervisor.ownership.ChildFacts.Owner;
import io.horde.supervisor.ownership.ChildFacts.Want;
import io.horde.supervisor.ownership.Decision;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placement.Phase;
import io.horde.supervisor.ownership.Placer;
import io.horde.supervisor.ownership.Placer.Choice;
import io.horde.supervisor.ownership.RestartHistory;
import io.horde.supervisor.ownership.Wanted;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what is desired with what is there, for each child whose inputs changed, and
 * acts on the difference. Level-triggered: it may be asked too often, never too rarely.
 * Confined to the loop.
 */
final class Reconciler {

	private static final Logger logger = LoggerFactory.getLogger(Reconciler.class);

	private static final int BATCH = 1000;

	private static final int MAX_HOPS = 2;

	private final Commons commons;

	private final Ledger ledger;

	private final Placer placer;

	private final LocalChildren locals;

	private final StaticGate gate;

	private final PendingStarts pending;

	private final SupersededCopies superseded;

	private final TakeoverLog takeovers;

	private final Set<String> dirty = new LinkedHashSet<>();

	/**
	 * Children of this node that it does not run, to be looked at when the view changes.
	 */
	private final TreeSet<String> unserved = new TreeSet<>();

	/**
	 * Children to be looked at when ownership rests no longer.
	 */
	private final TreeSet<String> postponed = new TreeSet<>();

	private boolean scheduled;

	private boolean stopped;

	Reconciler(Commons commons, LocalChildren locals, StaticGate gate, PendingStarts pending) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.placer = commons.placer();
		this.locals = locals;
		this.gate = gate;
		this.pending = pending;
		this.superseded = new SupersededCopies(commons);
		this.takeovers = new TakeoverLog(commons);
	}

	/**
	 * Decide anew about a child, soon.
	 */
	void changed(String id) {
		this.dirty.add(id);
		if (!this.scheduled) {
			this.scheduled = true;
			this.commons.loop().execute(this::pass);
		}
	}

	void changed(Collection<String> ids) {
		ids.forEach(this::changed);
	}

	/**
	 * Decide nothing any more.
	 */
	void stop() {
		this.stopped = true;
	}

	private void pass() {
		this.scheduled = false;
		if (this.stopped) {
			return;
		}
		List<String> ids = new ArrayList<>(this.dirty);
		this.dirty.clear();
		List<PlannedStart> starts = new ArrayList<>();
		Map<ReplicaId, Integer> passedOn = new TreeMap<>();
		for (String id : ids) {
			act(id, decide(id), starts, passedOn);
		}
		start(starts);
		if (!passedOn.isEmpty()) {
			logger.info("{} passed children on that it does not run: {}", this.ledger.node(), passedOn);
		}
	}

	/**
	 * Decide anew about the children whose decision depends on the view alone.
	 */
	void viewChanged() {
		changed(List.copyOf(this.unserved));
		if (this.placer.asksUsers()) {
			this.locals.all().forEach((child) -> changed(child.id()));
		}
	}

	private Decision decide(String id) {
		Wanted wanted = this.ledger.wanted(id);
		ChildFacts facts = facts(id, wanted);
		if (facts.owner() == Owner.SELF && facts.here() == Here.NOTHING) {
			this.unserved.add(id);
		}
		else {
			this.unserved.remove(id);
		}
		return Decision.decide(facts, () -> (wanted != null) ? chosen(id, wanted) : Chosen.NOBODY);
	}

	private ChildFacts facts(String id, @Nullable Wanted wanted) {
		LocalChild local = this.locals.get(id);
		Placement placement = this.ledger.placement(id);
		Owner owner = this.ledger.owner(placement);
		Here here = (local != null) ? local.here() : Here.NOTHING;
		Wanted subject = (local != null) ? local.wanted() : wanted;
		Wanted startable = (here == Here.NOTHING) ? wanted : null;
		return new ChildFacts((here == Here.NOTHING) ? node(id, wanted) : node(),
				want(id, local, wanted, placement, owner), here, (local != null) ? local.epoch() : 0, owner,
				(placement != null) ? placement.phase() : null, (placement != null) ? placement.epoch() : 0,
				startable != null && this.placer.runnableHere(startable),
				subject == null || this.placer.entitled(subject, () -> changed(id)),
				startable != null && this.locals.policy(startable.spec()) == RestartPolicy.TEMPORARY,
				startable != null && (!startable.isStatic() || this.gate.isOpen()), isSweeper());
	}

	/*
	 * Nobody may ever bring the entry that a placement serves, if its owner and its
	 * origin have died: what is desired under the id counts then.
	 */
	private Want want(String id, @Nullable LocalChild local, @Nullable Wanted wanted, @Nullable Placement placement,
			Owner owner) {
		if (local != null) {
			return this.ledger.want(id, local.wanted().dot());
		}
		if (placement != null && placement.desired() != null) {
			Want want = this.ledger.want(id, placement.desired());
			return (wanted != null && (want == Want.END || owner.isAway())) ? Want.RUN : want;
		}
		return (wanted != null) ? Want.RUN : Want.END;
	}

	private Node node() {
		return switch (this.ledger.view().own().status()) {
			case UP, UNREACHABLE -> Node.UP;
			case JOINING -> Node.JOINING;
			default -> Node.LEAVING;
		};
	}

	/*
	 * After a pause this node knows as little as one that joins: it claims nothing (T10).
	 */
	private Node node(String id, @Nullable Wanted wanted) {
		Node node = node();
		if (node == Node.UP && isStale(wanted)) {
			decideLater(id);
			return Node.JOINING;
		}
		return node;
	}

	private boolean isStale(@Nullable Wanted wanted) {
		return (wanted == null || !wanted.spec().quorum()) && !this.commons.lease().holds();
	}

	private void decideLater(String id) {
		if (this.postponed.isEmpty()) {
			this.commons.lease().whenItHolds(() -> {
				changed(List.copyOf(this.postponed));
				this.postponed.clear();
			});
		}
		this.postponed.add(id);
	}

	private boolean isSweeper() {
		List<MemberState> up = this.ledger.view().up();
		return !up.isEmpty() && up.get(0).id().equals(this.ledger.self());
	}

	private Chosen chosen(String id, Wanted wanted) {
		Choice choice = this.placer.choose(wanted, () -> changed(id));
		if (choice.member() == null) {
			return Chosen.NOBODY;
		}
		return (choice.member().self()) ? Chosen.SELF : Chosen.OTHER;
	}

	private void act(String id, Decision decision, List<PlannedStart> starts, Map<ReplicaId, Integer> passedOn) {
		LocalChild local = this.locals.get(id);
		Placement placement = this.ledger.placement(id);
		Wanted wanted = this.ledger.wanted(id);
		switch (decision) {
			case NOTHING -> {
			}
			case START_AS_PLACED -> with(wanted, (child) -> plan(child, placement, true, false, starts));
			case START -> with(wanted, (child) -> plan(child, placement, false, false, starts));
			case TAKE_OVER -> with(wanted, (child) -> plan(child, placement, false, true, starts));
			case STOP_TERMINATED -> with(local, (copy) -> stop(copy, StopReason.TERMINATED));
			case STOP_SUPERSEDED -> with(local, (copy) -> stop(copy, StopReason.SUPERSEDED));
			case STOP_WITHOUT_QUORUM -> with(local, (copy) -> stop(copy, StopReason.QUORUM_LOST));
			case HASTEN -> with(local, (copy) -> this.locals.hasten(copy, StopReason.SUPERSEDED));
			case REASSERT -> with(local, this.locals::reassert);
			case DELAY -> with(wanted, placement, this::postpone);
			case WITHDRAW -> with(local, (copy) -> this.locals.stop(copy, StopReason.SUPERSEDED, () -> {
			}));
			case TAKE_QUARANTINE -> with(wanted, placement, this::takeQuarantine);
			case PASS_ON -> with(wanted, placement, (child, placed) -> passOn(child, placed, local, passedOn));
			case REFUSE -> with(placement, (placed) -> firstStartFailed(id, placed, Failure.NOT_ELIGIBLE,
					"node '" + this.ledger.node() + "' may not run it under its distribution strategy"));
			case REMOVE_PLACEMENT -> stopThen(local, StopReason.TERMINATED, () -> this.ledger.removeOwn(id));
			case SWEEP -> sweep(id);
			case FORGET -> with(wanted, this::forget);
		}
	}

	private static <T> void with(@Nullable T needed, Consumer<T> action) {
		if (needed != null) {
			action.accept(needed);
		}
	}

	private static <T, U> void with(@Nullable T needed, @Nullable U alsoNeeded, BiConsumer<T, U> action) {
		if (needed != null && alsoNeeded != null) {
			action.accept(needed, alsoNeeded);
		}
	}

	private void plan(Wanted wanted, @Nullable Placement placement, boolean placed, boolean takeover,
			List<PlannedStart> starts) {
		if (this.locals.isFull()) {
			full(wanted, placement, placed);
		}
		else if (placed && placement != null) {
			starts.add(new PlannedStart(wanted, placement, false, null));
		}
		else {
			starts.add(PlannedStart.placedHere(this.ledger, wanted, placement, takeover));
		}
	}

	private void full(Wanted wanted, @Nullable Placement placement, boolean placed) {
		String id = wanted.id();
		String message = "Node '" + this.ledger.node()
				+ "' already runs as many children as horde.supervisor.max-children allows";
		if (placement != null && placed && firstStartFailed(id, placement, Failure.MAX_CHILDREN, message)) {
			return;
		}
		RestartHistory history = (placement != null) ? placement.history() : RestartHistory.NONE;
		Placement waiting = Placement
			.unstarted(this.ledger.self(), this.ledger.nextEpoch(id, 0), wanted.dot(), StartReason.TAKEOVER, history)
			.with(Phase.WAITING, history, message)
			.withValue((placement != null) ? placement.valueFor(wanted.dot()) : null);
		this.ledger.put(id, waiting);
		postpone(wanted, waiting);
	}

	private void postpone(Wanted wanted, Placement placement) {
		this.locals.restarts().delay(wanted, placement, this.locals.restarts().delayOf(placement));
	}

	private void start(List<PlannedStart> starts) {
		for (int from = 0; from < starts.size(); from += BATCH) {
			List<PlannedStart> batch = starts.subList(from, Math.min(from + BATCH, starts.size()));
			Map<String, Placement> placements = new TreeMap<>();
			for (PlannedStart start : batch) {
				if (start.write() && !start.wanted().spec().quorum()) {
					placements.put(start.wanted().id(), start.placement());
				}
			}
			this.ledger.put(placements);
			for (PlannedStart start : batch) {
				this.locals.start(start.wanted(), start.placement(), () -> {
					if (start.from() != null) {
						this.takeovers.count(start.from());
					}
				}, HandedState.NONE);
			}
		}
	}

	void stop(LocalChild local, StopReason reason) {
		logger.debug("Child '{}' is stopped on {}: {}", local.id(), this.ledger.node(), reason);
		if (reason == StopReason.SUPERSEDED) {
			this.superseded.stopping(local);
		}
		this.locals.stop(local, reason, () -> {
			if (local.isQuorum() && reason == StopReason.QUORUM_LOST) {
				this.locals.endings().leaseEnded(local);
			}
			else if (reason == StopReason.QUORUM_LOST) {
				String why = "its distribution strategy sees no quorum on this side";
				this.ledger.put(local.id(), local.placement().with(Phase.WAITING, local.placement().history(), why));
			}
			else {
				this.ledger.removeOwn(local.id());
			}
		});
	}

	private void takeQuarantine(Wanted wanted, Placement placement) {
		String id = wanted.id();
		Placement taken = placement.passedTo(this.ledger.self(), this.ledger.nextEpoch(id, 0), Phase.QUARANTINED);
		this.ledger.put(id, taken);
		postpone(wanted, taken);
	}

	private void passOn(Wanted wanted, Placement placement, @Nullable LocalChild local,
			Map<ReplicaId, Integer> passedOn) {
		String id = wanted.id();
		if (placement.hops() >= MAX_HOPS && firstStartFailed(id, placement, Failure.NOT_ELIGIBLE,
				"the members that were asked to start it can't run it")) {
			return;
		}
		Choice choice = this.placer.choose(wanted, () -> changed(id));
		MemberState target = this.ledger.livingElsewhere(choice.member());
		if (target == null) {
			if (choice.decided()) {
				firstStartFailed(id, placement, Failure.NOT_ELIGIBLE, choice.reason());
			}
			return;
		}
		Phase phase = (placement.phase() == Phase.QUARANTINED || placement.phase() == Phase.RESTARTING)
				? placement.phase() : Phase.CLAIMED;
		Placement passed = placement.passedTo(target.id(), this.ledger.nextEpoch(id, placement.epoch()), phase);
		stopThen(local, StopReason.MOVED, () -> this.ledger.put(id, passed));
		passedOn.merge(target.id(), 1, Integer::sum);
	}

	private void stopThen(@Nullable LocalChild local, StopReason reason, Runnable then) {
		if (local != null) {
			this.locals.stop(local, reason, then);
		}
		else {
			then.run();
		}
	}

	private void sweep(String id) {
		this.ledger.write((writes) -> writes.removeSeen(this.ledger.placements(), id));
	}

	private void forget(Wanted wanted) {
		String id = wanted.id();
		logger.debug("Temporary child '{}' is not started again: its node is gone", id);
		this.ledger.forget(id, wanted.dot(), wanted.spec().type());
		sweep(id);
	}

	private boolean firstStartFailed(String id, Placement placement, Failure failure, String message) {
		return this.pending.failed(id, placement, failure, message, null);
	}

	/**
	 * Tell whether a created process may be opened; if not, stop it (O2).
	 */
	boolean mayOpen(LocalChild child) {
		Decision decision = decide(child.id());
		if (decision.stop() != null) {
			stop(child, decision.stop());
			return false;
		}
		if (decision == Decision.REASSERT) {
			this.locals.reassert(child);
		}
		return true;
	}

	/**
	 * Start a child whose delay is over, if this node is still responsible.
	 */
	void due(String id) {
		if (this.stopped) {
			return;
		}
		Placement placement = this.ledger.placement(id);
		Wanted wanted = this.ledger.wanted(id);
		boolean mine = placement != null && this.ledger.owner(placement) == Owner.SELF;
		if (!mine || wanted == null || node() != Node.UP || !this.placer.runnableHere(wanted)) {
			changed(id);
			return;
		}
		List<PlannedStart> starts = new ArrayList<>();
		plan(wanted, placement, false, false, starts);
		start(starts);
		this.commons.counters().restarts().increment();
	}

}
