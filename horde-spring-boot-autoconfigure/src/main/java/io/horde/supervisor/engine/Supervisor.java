package io.horde.supervisor.engine;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

import io.horde.HordeException;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.distribution.DistributionStrategy;
import io.horde.process.ProcessState;
import io.horde.process.StopReason;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessRuntime;
import io.horde.process.engine.StopOrder;
import io.horde.registry.engine.Registry;
import io.horde.replication.MapListener;
import io.horde.supervisor.PlacementExplanation;
import io.horde.supervisor.ProcessEvent;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.engine.SupervisorMessage.Receivers;
import io.horde.supervisor.engine.SupervisorMessage.RestartRequest;
import io.horde.supervisor.ownership.ChildFacts.Owner;
import io.horde.supervisor.ownership.DesiredChild;
import io.horde.supervisor.ownership.DesiredEntry;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Modes;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placer;
import io.horde.supervisor.ownership.SupervisorSettings;
import io.horde.supervisor.ownership.Wanted;
import io.horde.time.EventLoop;
import io.horde.transport.Channels;
import io.horde.wire.MalformedFrameException;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The children of a cluster, as one node has them: joins the rooms of a supervisor and
 * brings them what happens outside. Users reach it through {@link CurrentSupervisor}.
 * Confined to the loop, except for what says otherwise.
 */
public final class Supervisor {

	private static final Logger logger = LoggerFactory.getLogger(Supervisor.class);

	private final Commons commons;

	private final Ledger ledger;

	private final ProcessRuntime runtime;

	private final Modes modes;

	private final SpecEncoder specs;

	private final PeerKnowledge peers;

	private final LocalChildren locals;

	private final StaticGate gate;

	private final StartCoordinator starts;

	private final Reconciler reconciler;

	private final Awakening awakening;

	private final HandOverSender handOverSender;

	private final Redistributor redistributor;

	private final Terminations terminations;

	private final RequestedMoves moves;

	private final Drain drain;

	private final Explainer explainer;

	private final Receivers receivers;

	private final List<Consumer<ProcessEvent>> listeners = new CopyOnWriteArrayList<>();

	/** Questions that wait for an answer, beside starts. */
	private final Set<CompletableFuture<?>> open = new HashSet<>();

	private @Nullable HordeException expelled;

	/**
	 * Creates a supervisor, which listens to the membership and the ledger's maps:
	 * neither may be started yet.
	 * @param ledger the children
	 * @param runtime the processes of this node
	 * @param registry the names of processes
	 * @param payloads encodes arguments
	 * @param strategies the distribution strategies by name; throws for an unknown one
	 * @param seed for random ids and jitter
	 */
	public Supervisor(Ledger ledger, ProcessRuntime runtime, Registry registry, Payloads payloads,
			Function<String, DistributionStrategy> strategies, SupervisorSettings settings, long seed) {
		this.ledger = ledger;
		this.runtime = runtime;
		SplittableRandom random = new SplittableRandom(seed);
		Placer placer = new Placer(runtime, strategies, settings.distribution(), ledger.membership());
		this.modes = new Modes(ledger.membership(), placer, runtime.factory());
		ledger.quorumTypes(this.modes::ofStatic);
		this.specs = new SpecEncoder(runtime.factory(), payloads, this.modes, random.split());
		this.commons = new Commons(runtime.loop(), ledger, placer, settings, runtime.loopLease(),
				(event) -> this.listeners.forEach((listener) -> listener.accept(event)));
		this.peers = new PeerKnowledge(this.commons);
		PendingStarts pending = new PendingStarts(this.commons, new SecondHolder(this.commons, this.peers));
		this.starts = new StartCoordinator(this.commons, pending, registry);
		this.locals = new LocalChildren(this.commons, runtime, registry, pending, random.nextLong(), new LocalEvents());
		this.gate = new StaticGate(this.commons, this::gateOpened, this::refresh);
		this.reconciler = new Reconciler(this.commons, this.locals, this.gate, pending);
		this.awakening = new Awakening(this.commons, this.locals, this.reconciler);
		this.handOverSender = new HandOverSender(this.commons, this.locals);
		this.redistributor = new Redistributor(this.commons, this.locals, this.handOverSender, runtime);
		SeatHolders seats = new SeatHolders(this.commons);
		this.terminations = new Terminations(this.commons, this.peers, seats, runtime.settings());
		this.moves = new RequestedMoves(this.commons, this.locals, this.handOverSender, this.peers);
		this.drain = new Drain(this.commons, this.locals, this.handOverSender, this.reconciler);
		this.explainer = new Explainer(this.commons);
		this.receivers = new Receivers(ledger.replicator(), pending, new HandOverReceiver(this.commons, this.locals),
				this.handOverSender, this.moves, this.locals.restarts(), seats, this.peers, this.awakening);
		ledger.onGone(this::refreshChildrenOf);
		ledger.membership().addListener(new MembershipEvents());
		ledger.membership().onFrame(Channels.SUPERVISOR, this::frame);
		ledger.desired().addListener(new DesiredEvents(registry));
		ledger.placements().addListener(changes());
		registry.expectNames(this::isExpected);
		registry.awaitRuns(this::isAwaited);
	}

	private <V> MapListener<V> changes() {
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

	/**
	 * Start to supervise. Called on the loop, before the replicator starts.
	 */
	public void start() {
		viewChanged(this.ledger.view(), this.ledger.view());
	}

	/**
	 * Stop all processes of this node at once, without handing them over. Called on the
	 * loop.
	 * @return completes on the loop when they have ended
	 */
	public CompletableFuture<Void> stop() {
		return stop(StopReason.SHUTDOWN);
	}

	private CompletableFuture<Void> stop(StopReason reason) {
		CompletableFuture<Void> done = new CompletableFuture<>();
		this.reconciler.stop();
		this.handOverSender.abandon();
		this.locals.stopAll(StopOrder.of(reason), () -> done.complete(null));
		return done;
	}

	/**
	 * This node is out of the cluster (B4): stop all its processes, and fail all that
	 * somebody waits for and that is asked for from now on. Called on the loop.
	 * @param failure tells why
	 */
	public void expelled(HordeException failure) {
		this.expelled = failure;
		stop(StopReason.NODE_LOST);
		this.starts.expelled(failure);
		List.copyOf(this.open).forEach((answer) -> answer.completeExceptionally(failure));
		this.drain.expelled();
	}

	/**
	 * Ask what can't be answered at once. Called on the loop.
	 */
	<T extends @Nullable Object> CompletableFuture<T> ask(Function<Supervisor, CompletableFuture<T>> question) {
		HordeException expelled = this.expelled;
		if (expelled != null) {
			return CompletableFuture.failedFuture(expelled);
		}
		CompletableFuture<T> answer = question.apply(this);
		this.open.add(answer);
		answer.whenCompleteAsync((result, failure) -> this.open.remove(answer), loop()::execute);
		return answer;
	}

	/**
	 * Hand all processes over. Called on the loop.
	 * @return completes on the loop when that is done, or the drain timeout has passed
	 */
	public CompletableFuture<Void> leave() {
		return (this.expelled != null) ? stop() : this.drain.begin();
	}

	/**
	 * Add who is told what becomes of the processes of this node: on the loop, which it
	 * must not hold up. May be called from any thread.
	 */
	public void onEvent(Consumer<ProcessEvent> listener) {
		this.listeners.add(listener);
	}

	/**
	 * Return what this supervisor has done. May be called from any thread.
	 * @return live counters
	 */
	public SupervisorCounters counters() {
		return this.commons.counters();
	}

	/**
	 * Return how many processes of this node are no owners at present, because it has
	 * stood still (T10). May be called from any thread.
	 */
	public int resting() {
		return this.awakening.resting();
	}

	/**
	 * Return the types of which children run under another consistency mode than this
	 * node's annotation says, because they were created before it was changed: it takes
	 * effect when they are terminated and started again (Q1). May be called from any
	 * thread.
	 * @return names of types
	 */
	public Set<String> typesInAnotherMode() {
		return this.modes.differing();
	}

	/**
	 * Return the children of this node whose code ignores that it was interrupted (T9).
	 * May be called from any thread.
	 * @return where their code is, by id
	 */
	public Map<String, String> stuck() {
		Map<String, String> stuck = new TreeMap<>();
		for (LocalProcess process : this.runtime.processes()) {
			String where = process.isStopping() ? this.explainer.whereStuck(process.id()) : null;
			if (where != null) {
				stuck.put(process.id(), where);
			}
		}
		return stuck;
	}

	/**
	 * Start a child that waits for its next start, in particular a quarantined one. May
	 * be called from any thread.
	 * @param id the id of the child
	 */
	public void restart(String id) {
		loop().execute(() -> {
			Placement placement = this.ledger.placement(id);
			if (!this.locals.restarts().hurry(id) && placement != null && this.ledger.owner(placement) == Owner.ALIVE) {
				this.commons.outbox().offer(placement.owner(), new RestartRequest(id));
			}
		});
	}

	/* A call to such a name waits: its process is about to be there again. */
	private boolean isExpected(String name) {
		String id = table().idOf(name);
		ProcessRef row = (id != null) ? table().row(id) : null;
		return row != null && row.state() != ProcessState.QUARANTINED && row.state() != ProcessState.STOPPED;
	}

	/* The next run of the child has the value of the name then. */
	private boolean isAwaited(String name, String id, @Nullable Dot served) {
		Wanted wanted = this.ledger.wanted(id);
		return wanted != null && Objects.equals(wanted.dot(), served) && name.equals(wanted.spec().name());
	}

	private void refresh(Collection<String> ids) {
		ids.forEach(this::refresh);
	}

	private void refresh(String id) {
		table().refresh(id);
		this.modes.look(id, this.ledger.desired());
		this.reconciler.changed(id);
		this.handOverSender.changed(id);
		this.commons.waiters().changed(id);
		this.drain.changed();
		this.awakening.check();
	}

	private void refreshChildrenOf(ReplicaId owner) {
		refresh(table().ownedBy(owner));
	}

	private void gateOpened() {
		this.reconciler.changed(table().unplaced());
	}

	private void viewChanged(MembershipView before, MembershipView after) {
		this.commons.placer().viewChanged(after);
		this.commons.outbox().viewChanged();
		refresh(this.gate.viewChanged(after));
		for (ReplicaId owner : table().owners()) {
			if (after.hides(owner) || before.hides(owner)) {
				refreshChildrenOf(owner);
			}
		}
		this.reconciler.changed(table().unplaced());
		this.reconciler.viewChanged();
		this.handOverSender.viewChanged();
		this.redistributor.viewChanged(after);
		this.starts.viewChanged();
		this.peers.viewChanged();
		this.awakening.check();
		this.drain.lookAgain();
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

	EventLoop loop() {
		return this.commons.loop();
	}

	ProcessRuntime runtime() {
		return this.runtime;
	}

	SpecEncoder specs() {
		return this.specs;
	}

	ChildTable table() {
		return this.commons.table();
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

	PlacementExplanation explain(String id) {
		return this.explainer.explain(id);
	}

	/**
	 * Brings the rooms what becomes of what is desired.
	 */
	private final class DesiredEvents implements MapListener<DesiredEntry> {

		private final Registry registry;

		DesiredEvents(Registry registry) {
			this.registry = registry;
		}

		@Override
		public void changed(String key, @Nullable Versioned<DesiredEntry> before,
				@Nullable Versioned<DesiredEntry> after) {
			refresh(key);
			DesiredChild ended = (before != null) ? before.value().child() : null;
			String name = (ended != null) ? ended.name() : key;
			if (name != null) {
				this.registry.awaitedChanged(name);
			}
		}

		@Override
		public void siblingsChanged(String key) {
			refresh(key);
		}

	}

	/**
	 * Brings the rooms what becomes of the members.
	 */
	private final class MembershipEvents implements MembershipListener {

		@Override
		public void viewChanged(MembershipView before, MembershipView after) {
			Supervisor.this.viewChanged(before, after);
		}

		@Override
		public void turned(boolean beats) {
			Supervisor.this.awakening.turned(beats);
		}

		@Override
		public void booted() {
			Supervisor.this.gate.check();
		}

		@Override
		public void linkUp(ReplicaId member) {
			Supervisor.this.commons.outbox().flush(member);
		}

		@Override
		public void writable(ReplicaId member) {
			Supervisor.this.commons.outbox().flush(member);
		}

		@Override
		public void removed() {
			leave();
		}

	}

	/**
	 * Brings the rooms what becomes of the children of this node.
	 */
	private final class LocalEvents implements LocalChildren.Listener {

		@Override
		public boolean mayOpen(LocalChild child) {
			return Supervisor.this.awakening.mayOpen(child) && Supervisor.this.reconciler.mayOpen(child);
		}

		@Override
		public void claimed() {
			Supervisor.this.awakening.claimed();
		}

		@Override
		public void started() {
			Supervisor.this.drain.lookAgain();
		}

		@Override
		public void leaseLost(LocalChild child) {
			Supervisor.this.reconciler.stop(child, StopReason.QUORUM_LOST);
		}

		@Override
		public void changed(String id) {
			Supervisor.this.reconciler.changed(id);
			Supervisor.this.drain.changed();
		}

		@Override
		public void due(String id) {
			Supervisor.this.commons.lease().whenItHolds(() -> Supervisor.this.reconciler.due(id));
		}

	}

}
