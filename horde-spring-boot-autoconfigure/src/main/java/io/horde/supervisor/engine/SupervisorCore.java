package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.process.ProcessState;
import io.horde.process.StopReason;
import io.horde.process.engine.ProcessRuntime;
import io.horde.registry.engine.Registry;
import io.horde.replication.MapListener;
import io.horde.supervisor.PlacementExplanation;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.engine.SupervisorMessage.Failure;
import io.horde.supervisor.engine.SupervisorMessage.Receivers;
import io.horde.supervisor.engine.SupervisorMessage.RestartRequest;
import io.horde.supervisor.ownership.Decision;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Modes;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placer;
import io.horde.supervisor.ownership.UnknownOwners;
import io.horde.transport.Channels;
import io.horde.wire.MalformedFrameException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins the rooms of a supervisor and brings them what happens outside. Confined to the
 * loop.
 */
final class SupervisorCore implements MembershipListener, LocalChildren.Listener {

	private static final Logger logger = LoggerFactory.getLogger(SupervisorCore.class);

	private final Ledger ledger;

	private final Placer placer;

	private final Modes modes;

	private final ChildTable table;

	private final Waiters waiters;

	private final SupervisorOutbox outbox;

	private final PeerKnowledge peers;

	private final SupervisorCounters counters;

	private final SupervisorEvents events;

	private final LocalChildren locals;

	private final StaticGate gate;

	private final StartCoordinator starts;

	private final Reconciler reconciler;

	private final HandOverSender handOverSender;

	private final HandOverReceiver handOverReceiver;

	private final Redistributor redistributor;

	private final Terminations terminations;

	private final RequestedMoves moves;

	private final Drain drain;

	private final Explainer explainer;

	private final Receivers receivers;

	SupervisorCore(Commons commons, Modes modes, ProcessRuntime runtime, Registry registry, UnknownOwners unknownOwners,
			Duration heartbeat, long seed) {
		this.ledger = commons.ledger();
		this.placer = commons.placer();
		this.modes = modes;
		this.table = commons.table();
		this.waiters = commons.waiters();
		this.outbox = commons.outbox();
		this.counters = commons.counters();
		this.peers = new PeerKnowledge(commons);
		this.events = new SupervisorEvents(runtime.executor());
		this.locals = new LocalChildren(commons.loop(), this.ledger, runtime, registry, commons.settings(), seed, this);
		this.gate = new StaticGate(commons.loop(), this.ledger, heartbeat, commons.settings().staticRetention(),
				this::gateOpened, this::refresh);
		this.starts = new StartCoordinator(commons, new SecondHolder(commons, this.peers), registry);
		this.reconciler = new Reconciler(commons, this.locals, this.gate, this.starts);
		this.handOverSender = new HandOverSender(commons, this.locals,
				(process) -> this.events.publish((listener) -> listener.moved(process)));
		this.handOverReceiver = new HandOverReceiver(commons, this.locals);
		this.redistributor = new Redistributor(commons, this.locals, this.handOverSender, runtime);
		SeatHolders seats = new SeatHolders(commons);
		this.terminations = new Terminations(commons, this.peers, seats, runtime.settings().shutdownTimeout());
		this.moves = new RequestedMoves(commons, this.locals, this.handOverSender, this.peers);
		this.drain = new Drain(commons, this.locals, this.handOverSender, this.reconciler);
		this.explainer = new Explainer(commons);
		this.receivers = new Receivers(this.ledger.replicator(), this.starts, this.handOverReceiver,
				this.handOverSender, this.moves, this.locals.restarts(), seats, this.peers);
		unknownOwners.onGone(this::ownerGone);
		this.ledger.membership().addListener(this);
		this.ledger.membership().onFrame(Channels.SUPERVISOR, this::frame);
		this.ledger.desired().addListener(listener());
		this.ledger.placements().addListener(listener());
		registry.expectNames(this::isExpected);
	}

	private <V> MapListener<V> listener() {
		return new MapListener<>() {

			@Override
			public void changed(String key, @Nullable Versioned<V> before, @Nullable Versioned<V> after) {
				refresh(key);
			}

			@Override
			public void siblingsChanged(String key) {
				refresh(key);
			}

		};
	}

	void start() {
		viewChanged(this.ledger.view(), this.ledger.view());
	}

	CompletableFuture<Void> stop() {
		this.reconciler.stop();
		CompletableFuture<Void> done = new CompletableFuture<>();
		this.handOverSender.abandon();
		List<LocalChild> rest = List.copyOf(this.locals.all());
		int[] open = { rest.size() };
		if (rest.isEmpty()) {
			done.complete(null);
		}
		for (LocalChild child : rest) {
			this.locals.stop(child, StopReason.SHUTDOWN, () -> {
				if (--open[0] == 0) {
					done.complete(null);
				}
			});
		}
		return done;
	}

	CompletableFuture<Void> leave() {
		return this.drain.begin();
	}

	/* A call to such a name waits: its process is about to be there again. */
	private boolean isExpected(String name) {
		String id = this.table.idOf(name);
		ProcessRef row = (id != null) ? this.table.row(id) : null;
		return row != null && row.state() != ProcessState.QUARANTINED && row.state() != ProcessState.STOPPED;
	}

	private void refresh(List<String> ids) {
		ids.forEach(this::refresh);
	}

	private void refresh(String id) {
		this.table.refresh(id);
		this.modes.look(id, this.ledger.desired());
		this.reconciler.changed(id);
		this.handOverSender.changed(id);
		this.waiters.changed(id);
		this.drain.changed();
	}

	@Override
	public void viewChanged(MembershipView before, MembershipView after) {
		this.placer.viewChanged(after);
		this.outbox.viewChanged();
		refresh(this.gate.viewChanged(after));
		for (ReplicaId owner : this.table.owners()) {
			if (after.hides(owner) || before.hides(owner)) {
				this.table.ownedBy(owner).forEach(this::refresh);
			}
		}
		this.reconciler.changed(this.table.unplaced());
		this.reconciler.viewChanged();
		this.handOverSender.viewChanged();
		this.redistributor.viewChanged(after);
		this.starts.viewChanged();
		this.peers.viewChanged();
		this.drain.lookAgain();
	}

	private void ownerGone(ReplicaId owner) {
		this.table.ownedBy(owner).forEach(this::refresh);
	}

	private void gateOpened() {
		this.reconciler.changed(this.table.unplaced());
	}

	@Override
	public void booted() {
		this.gate.check();
	}

	@Override
	public void linkUp(ReplicaId member) {
		this.outbox.flush(member);
	}

	@Override
	public void writable(ReplicaId member) {
		this.outbox.flush(member);
	}

	@Override
	public void removed() {
		leave();
	}

	private void frame(ReplicaId from, byte[] frame) {
		try {
			SupervisorMessage.of(frame).deliver(from, this.receivers);
		}
		catch (MalformedFrameException ex) {
			logger.warn("{} dropped a malformed message of {} to its supervisor: {}", this.ledger.self(), from,
					ex.getMessage());
		}
	}

	void restart(String id) {
		Placement placement = this.ledger.placement(id);
		if (!this.locals.restarts().hurry(id) && placement != null
				&& this.ledger.owner(placement) == Decision.Owner.ALIVE) {
			this.outbox.offer(placement.owner(), new RestartRequest(id));
		}
	}

	PlacementExplanation explain(String id) {
		return this.explainer.explain(id);
	}

	@Override
	public boolean mayOpen(LocalChild child) {
		return this.reconciler.mayOpen(child);
	}

	@Override
	public void started(LocalChild child) {
		this.counters.starts().increment();
		ProcessRef process = child.ref(this.ledger.self().node());
		this.events.publish((listener) -> listener.started(process));
		this.drain.lookAgain();
	}

	@Override
	public void stopped(LocalChild child, StopReason reason) {
		ProcessRef process = child.ref(this.ledger.self().node());
		this.events.publish((listener) -> listener.stopped(process, reason));
	}

	@Override
	public void quarantined(LocalChild child, String error) {
		this.counters.quarantines().increment();
		ProcessRef process = child.ref(this.ledger.self().node());
		this.events.publish((listener) -> listener.quarantined(process, error));
	}

	@Override
	public void nameLost(LocalChild child) {
		this.counters.conflicts().increment();
	}

	@Override
	public void leaseLost(LocalChild child) {
		this.counters.leasesLost().increment();
		this.reconciler.stop(child, StopReason.QUORUM_LOST);
	}

	@Override
	public void changed(String id) {
		this.reconciler.changed(id);
		this.drain.changed();
	}

	@Override
	public void due(String id) {
		this.reconciler.due(id);
	}

	@Override
	public boolean handBack(LocalChild child, String error) {
		return this.handOverReceiver.handBack(child, error);
	}

	@Override
	public boolean firstStartFailed(String id, Placement placement, Failure failure, String message,
			@Nullable String holder) {
		return this.starts.failed(id, placement, failure, message, holder);
	}

	ChildTable table() {
		return this.table;
	}

	StartCoordinator starts() {
		return this.starts;
	}

	Terminations terminations() {
		return this.terminations;
	}

	RequestedMoves moves() {
		return this.moves;
	}

	Redistributor redistributor() {
		return this.redistributor;
	}

	SupervisorEvents events() {
		return this.events;
	}

	SupervisorCounters counters() {
		return this.counters;
	}

}
