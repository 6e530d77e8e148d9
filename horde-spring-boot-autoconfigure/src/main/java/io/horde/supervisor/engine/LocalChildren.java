package io.horde.supervisor.engine;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.horde.crdt.Dot;
import io.horde.process.RestartPolicy;
import io.horde.process.StartReason;
import io.horde.process.StopReason;
import io.horde.process.engine.End;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessListener;
import io.horde.process.engine.ProcessRuntime;
import io.horde.process.engine.ProcessType;
import io.horde.process.engine.StopListener;
import io.horde.process.engine.StopOrder;
import io.horde.registry.NameEntry;
import io.horde.registry.engine.Registry;
import io.horde.registry.names.NamedRun;
import io.horde.supervisor.ProcessStartedEvent;
import io.horde.supervisor.ProcessStoppedEvent;
import io.horde.supervisor.ProcessStuckEvent;
import io.horde.supervisor.engine.SupervisorMessage.Failure;
import io.horde.supervisor.ownership.ChildFacts.Here;
import io.horde.supervisor.ownership.DesiredChild;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placement.Phase;
import io.horde.supervisor.ownership.Wanted;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The children of this node: starts and stops their processes, and restarts those that
 * end. Confined to the loop.
 */
final class LocalChildren implements ProcessListener {

	private static final Logger logger = LoggerFactory.getLogger(LocalChildren.class);

	private static final String NOT_MOVED = "not moved: ";

	private final Commons commons;

	private final Ledger ledger;

	private final ProcessRuntime runtime;

	private final Registry registry;

	private final Restarts restarts;

	private final StartPace pace;

	private final LeaseClaims claims;

	private final Endings endings;

	private final Listener listener;

	private final TreeMap<String, LocalChild> children = new TreeMap<>();

	LocalChildren(Commons commons, ProcessRuntime runtime, Registry registry, PendingStarts pending, long seed,
			Listener listener) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.runtime = runtime;
		this.registry = registry;
		this.restarts = new Restarts(commons, this, seed, listener);
		this.pace = new StartPace(commons.loop(), commons.settings().massStartRate());
		this.claims = new LeaseClaims(commons, this, seed + 1);
		this.endings = new Endings(commons, this, pending);
		this.listener = listener;
	}

	@Nullable LocalChild get(String id) {
		return this.children.get(id);
	}

	Collection<LocalChild> all() {
		return List.copyOf(this.children.values());
	}

	/**
	 * Return the delays before restarts.
	 */
	Restarts restarts() {
		return this.restarts;
	}

	/**
	 * Return what follows from the ends of processes.
	 */
	Endings endings() {
		return this.endings;
	}

	void put(LocalChild child) {
		this.children.put(child.id(), child);
	}

	boolean remove(LocalChild child) {
		return this.children.remove(child.id(), child);
	}

	boolean isEmpty() {
		return this.children.isEmpty();
	}

	boolean isFull() {
		int max = this.commons.settings().maxChildren();
		return max > 0 && this.children.size() >= max;
	}

	RestartPolicy policy(DesiredChild child) {
		if (child.restart() != null) {
			return child.restart();
		}
		ProcessType type = this.runtime.factory().type(child.type());
		return (type != null) ? type.restart() : RestartPolicy.PERMANENT;
	}

	/**
	 * Start a child whose placement is written; under quorum, claim its lease first.
	 */
	LocalChild start(Wanted wanted, Placement placement, HandedState handed) {
		return start(wanted, placement, () -> {
		}, handed);
	}

	/**
	 * Start a child whose placement is written; under quorum, claim its lease first.
	 * @param granted run when nothing stands in the way of the start any more
	 */
	LocalChild start(Wanted wanted, Placement placement, Runnable granted, HandedState handed) {
		boolean quorum = wanted.spec().quorum();
		LocalChild child = new LocalChild(wanted, placement, quorum ? Here.CLAIMING : Here.STARTING);
		put(child);
		if (quorum) {
			this.claims.claim(child, () -> {
				child.here(Here.STARTING);
				granted.run();
				paced(child, handed);
			});
		}
		else {
			this.listener.claimed();
			granted.run();
			paced(child, handed);
		}
		return child;
	}

	/**
	 * Start a child again that no other node has taken over.
	 * @param reason why, which {@code explain} tells from now on
	 */
	void startAgain(Wanted wanted, Placement placement, HandedState handed, String reason) {
		start(wanted, placement, handed).notMoved(NOT_MOVED + reason);
	}

	private void paced(LocalChild child, HandedState handed) {
		StartReason reason = child.placement().reason();
		if (reason == StartReason.TAKEOVER || (child.wanted().isStatic() && reason == StartReason.FIRST)) {
			this.pace.start(() -> begin(child, handed));
		}
		else {
			begin(child, handed);
		}
	}

	private void begin(LocalChild child, HandedState handed) {
		if (this.children.get(child.id()) == child && child.here() == Here.STARTING) {
			child.process(this.runtime.start(child.order(handed), this));
		}
	}

	/**
	 * The lease of a child has ended: stop it (Q4).
	 */
	void leaseLost(LocalChild child) {
		if (this.children.get(child.id()) != child) {
			return;
		}
		if (child.here() == Here.STOPPING) {
			hasten(child, StopReason.QUORUM_LOST);
			return;
		}
		if (child.here() == Here.CLAIMING) {
			finished(child);
			return;
		}
		LocalProcess process = child.process();
		if (process != null) {
			process.revoke();
		}
		this.commons.counters().leasesLost().increment();
		this.listener.leaseLost(child);
	}

	@Override
	public void created(LocalProcess process) {
		LocalChild child = this.children.get(process.id());
		if (child == null || child.process() != process || child.here() != Here.STARTING) {
			return;
		}
		if (!this.listener.mayOpen(child)) {
			return;
		}
		Wanted wanted = child.wanted();
		if (wanted.spec().name() != null) {
			NameEntry holder = this.registry.registerRun(process, wanted.spec().name(), run(child));
			if (holder != null) {
				nameTaken(child, holder);
				return;
			}
		}
		if (wanted.of() > 1) {
			this.registry.join(wanted.spec().type(), process, null);
		}
		child.here(Here.RUNNING);
		child.runningSince(this.commons.loop().nanoTime());
		Placement running = child.placement()
			.with(Phase.RUNNING, child.placement().history(), child.notMoved())
			.withValue(null)
			.settled();
		child.placement(running);
		this.ledger.put(child.id(), running);
		process.open();
		logger.debug("Child '{}' runs on {} with epoch {}", child.id(), this.ledger.node(), child.epoch());
		this.commons.counters().starts().increment();
		this.commons.events().accept(new ProcessStartedEvent(child.ref(this.ledger.node())));
		this.listener.started();
	}

	/*
	 * What the last run had is its own, unless this is the first one (N12).
	 */
	private static NamedRun run(LocalChild child) {
		Dot desired = child.wanted().dot();
		byte[] kept = child.placement().valueFor(desired);
		return (kept != null) ? new NamedRun(kept, desired, true)
				: new NamedRun(child.wanted().spec().value(), desired, child.placement().reason() == StartReason.FIRST);
	}

	/**
	 * Keep the value that a run has given the name of its child, which it is about to
	 * give up, for the next run.
	 */
	private void keepValue(LocalChild child) {
		LocalProcess process = child.process();
		String name = child.wanted().spec().name();
		byte[] value = (process != null && name != null) ? this.registry.value(process, name) : null;
		if (value != null && !Arrays.equals(value, child.wanted().spec().value())) {
			child.placement(child.placement().withValue(value));
		}
	}

	private void nameTaken(LocalChild child, NameEntry holder) {
		if (child.id().equals(holder.owner().processId())) {
			stop(child, StopReason.SUPERSEDED, () -> this.ledger.removeOwn(child.id()));
			return;
		}
		logger.debug("Child '{}' does not run: its name '{}' is held by process '{}' on {}", child.id(), holder.name(),
				holder.owner().processId(), holder.node());
		stop(child, StopReason.NAME_CONFLICT, () -> {
			if (!this.endings.fail(child, Failure.NAME_TAKEN, "The name '" + holder.name() + "' is taken by "
					+ holder.owner().processId() + " on " + holder.node(), holder.owner().processId())) {
				this.endings.forget(child);
			}
		});
	}

	/**
	 * Give a higher epoch to a copy (O4).
	 */
	void reassert(LocalChild child) {
		Placement placement = child.placement();
		if (child.isQuorum()) {
			/* Nobody else can own it, whatever was written; what counts is said again. */
			this.ledger.put(child.id(), placement);
			return;
		}
		long epoch = this.ledger.nextEpoch(child.id(), child.epoch());
		Placement raised = placement.withEpoch(epoch);
		child.placement(raised);
		this.ledger.put(child.id(), raised);
		LocalProcess process = child.process();
		if (process != null) {
			process.raise(epoch);
			String name = child.wanted().spec().name();
			if (child.here() == Here.RUNNING && name != null) {
				this.registry.registerRun(process, name, run(child));
			}
		}
		this.listener.claimed();
	}

	/**
	 * Stop a copy for good, or cancel the timer.
	 * @param then run when it has stopped
	 */
	void stop(LocalChild child, StopReason reason, Runnable then) {
		stop(child, StopOrder.of(reason), then);
	}

	private void stop(LocalChild child, StopOrder order, Runnable then) {
		child.afterwards(then);
		LocalProcess process = child.process();
		if (child.here() == Here.STOPPING) {
			if (process != null) {
				process.stop(order, (state) -> {
				});
			}
			return;
		}
		boolean ran = child.here() == Here.RUNNING;
		child.here(Here.STOPPING);
		child.cancelTimer();
		if (process == null) {
			finished(child);
			return;
		}
		keepValue(child);
		// Who starts it next finds the placement, and no name
		if (child.placement().value() != null && order.reason() == StopReason.SHUTDOWN) {
			this.ledger.put(child.id(), child.placement());
		}
		this.registry.release(process);
		process.stop(order, (state) -> {
			finished(child);
			if (ran) {
				hasStopped(child, order.reason());
			}
		});
	}

	/**
	 * Await a stopping copy no longer: somebody else runs the child, or soon may.
	 */
	void hasten(LocalChild child, StopReason reason) {
		LocalProcess process = child.process();
		if (process != null && !process.isEnded()) {
			process.stop(StopOrder.of(reason), (state) -> {
			});
		}
	}

	/**
	 * Stop all copies for good, because the node stops, or is out.
	 * @param then run when they have stopped, or are stuck
	 */
	void stopAll(StopOrder order, Runnable then) {
		Collection<LocalChild> rest = all();
		if (rest.isEmpty()) {
			then.run();
		}
		Set<LocalChild> open = new HashSet<>(rest);
		for (LocalChild child : rest) {
			Runnable done = () -> {
				if (open.remove(child) && open.isEmpty()) {
					then.run();
				}
			};
			child.whenStuck(done);
			stop(child, order, done);
		}
	}

	/**
	 * Return the children whose code does not end.
	 */
	List<LocalChild> stuck() {
		return this.children.values().stream().filter(LocalChild::isStuck).toList();
	}

	/**
	 * Give up on a child whose code does not end: an operator says that it does no harm.
	 * @return {@code false} if there is none
	 */
	boolean release(String id) {
		LocalChild child = this.children.get(id);
		LocalProcess process = (child != null && child.isStuck()) ? child.process() : null;
		if (process == null) {
			return false;
		}
		process.giveUp();
		return true;
	}

	@Override
	public void stuck(LocalProcess process, Throwable whereabouts) {
		LocalChild child = this.children.get(process.id());
		if (child == null || child.process() != process) {
			return;
		}
		StackTraceElement[] stack = whereabouts.getStackTrace();
		String thread = Objects.toString(whereabouts.getMessage(), "A thread");
		Placement stuck = child.placement()
			.with(Phase.STUCK, child.placement().history(),
					"it ignores that it was interrupted. " + thread + ((stack.length > 0) ? ": " + stack[0] : ""));
		child.placement(stuck);
		this.ledger.put(child.id(), stuck);
		this.commons.events()
			.accept(new ProcessStuckEvent(child.ref(this.ledger.node()), thread,
					Arrays.stream(stack).map(StackTraceElement::toString).collect(Collectors.joining("\n"))));
		this.commons.counters().stuck().increment();
		child.stuck();
		this.listener.changed(child.id());
	}

	/**
	 * Stop a copy and keep the child, to give it and its state to another node.
	 * @param order on which terms
	 * @param listener told when others may have it, or that it stays
	 */
	void stopForMove(LocalChild child, StopOrder order, StopListener listener) {
		LocalProcess process = child.process();
		child.here(Here.STOPPING);
		if (process == null) {
			listener.stopped(null);
			return;
		}
		process.stop(order, new StopListener() {

			@Override
			public void stopped(byte @Nullable [] state) {
				keepValue(child);
				LocalChildren.this.claims.release(child, (agreed) -> {
					listener.stopped(state);
					hasStopped(child, StopReason.MOVED);
				});
			}

			@Override
			public void calledOff(String why) {
				child.here(Here.RUNNING);
				child.placement(child.placement().with(Phase.RUNNING, child.placement().history(), NOT_MOVED + why));
				LocalChildren.this.ledger.put(child.id(), child.placement());
				listener.calledOff(why);
				LocalChildren.this.listener.changed(child.id());
			}

		});
	}

	/**
	 * Forget a child that was moved away, or could not be.
	 */
	void release(LocalChild child) {
		LocalProcess process = child.process();
		if (process != null) {
			this.registry.release(process);
		}
		finished(child);
	}

	/**
	 * Nothing of a child is left here.
	 */
	void finished(LocalChild child) {
		this.children.remove(child.id(), child);
		child.cancelTimer();
		this.claims.release(child);
		child.takeAfterwards().forEach(Runnable::run);
		this.listener.changed(child.id());
	}

	private void hasStopped(LocalChild child, StopReason reason) {
		this.commons.events().accept(new ProcessStoppedEvent(child.ref(this.ledger.node()), reason));
	}

	@Override
	public void ended(LocalProcess process, End end) {
		LocalChild child = this.children.get(process.id());
		if (child == null || child.process() != process || child.here() == Here.STOPPING) {
			return;
		}
		Here before = child.here();
		child.here(Here.STOPPING);
		keepValue(child);
		this.registry.release(process);
		this.claims.release(child);
		this.endings.ended(child, end);
		this.children.remove(child.id(), child);
		if (before == Here.RUNNING) {
			hasStopped(child, (end.stop() != null) ? end.stop() : StopReason.ERROR);
		}
		this.listener.changed(child.id());
	}

	/**
	 * What the children of this node are part of.
	 */
	interface Listener {

		/**
		 * Tell whether a created process may still be opened; if not, see to its stop.
		 */
		boolean mayOpen(LocalChild child);

		/**
		 * A child was claimed here, or once more: others may have a copy.
		 */
		void claimed();

		/**
		 * A child runs now.
		 */
		void started();

		/**
		 * The lease of a child has ended: see to its stop.
		 */
		void leaseLost(LocalChild child);

		/**
		 * A child's local state has changed: decide anew.
		 */
		void changed(String id);

		/**
		 * The delay of a child is over.
		 */
		void due(String id);

	}

}
