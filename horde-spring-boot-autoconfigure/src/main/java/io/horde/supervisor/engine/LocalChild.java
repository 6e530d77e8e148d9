package io.horde.supervisor.engine;

import java.util.ArrayList;
import java.util.List;

import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.StartOrder;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.ownership.ChildFacts.Here;
import io.horde.supervisor.ownership.DesiredChild;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Wanted;
import io.horde.time.EventLoop;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * What this node has of one child: a copy, or a timer for the next start. Confined to the
 * loop.
 */
final class LocalChild {

	private final Wanted wanted;

	private final List<Runnable> afterwards = new ArrayList<>();

	private final List<Runnable> whenStuck = new ArrayList<>(0);

	private Placement placement;

	private Here here;

	private @Nullable LocalProcess process;

	private EventLoop.@Nullable Timer timer;

	private @Nullable Moment lease;

	private boolean claimed;

	private boolean stuck;

	private long runningSince;

	private long adoptedInView = -1;

	private @Nullable String notMoved;

	LocalChild(Wanted wanted, Placement placement, Here here) {
		this.wanted = wanted;
		this.placement = placement;
		this.here = here;
	}

	String id() {
		return this.wanted.id();
	}

	Wanted wanted() {
		return this.wanted;
	}

	/**
	 * Return this node's placement as it was written last.
	 */
	Placement placement() {
		return this.placement;
	}

	void placement(Placement placement) {
		this.placement = placement;
	}

	long epoch() {
		return this.placement.epoch();
	}

	Here here() {
		return this.here;
	}

	void here(Here here) {
		this.here = here;
	}

	@Nullable LocalProcess process() {
		return this.process;
	}

	void process(LocalProcess process) {
		this.process = process;
		if (this.lease != null) {
			process.lease(this.lease.nanos(), this.lease.millis());
		}
	}

	/**
	 * Tell whether it needs the grant of a majority to run (Q2).
	 */
	boolean isQuorum() {
		return this.wanted.spec().quorum();
	}

	/**
	 * Tell whether voters may have accepted a lease claim that is still to be released.
	 */
	boolean isClaimed() {
		return this.claimed;
	}

	void claimed(boolean claimed) {
		this.claimed = claimed;
	}

	void lease(Moment end) {
		this.lease = end;
		if (this.process != null) {
			this.process.lease(end.nanos(), end.millis());
		}
	}

	void timer(EventLoop.Timer timer) {
		cancelTimer();
		this.timer = timer;
	}

	void cancelTimer() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

	long runningSince() {
		return this.runningSince;
	}

	void runningSince(long nanoTime) {
		this.runningSince = nanoTime;
	}

	/**
	 * Return how its copy is to be started.
	 * @param handed what it takes over
	 */
	StartOrder order(HandedState handed) {
		DesiredChild spec = this.wanted.spec();
		return new StartOrder(id(), spec.type(), spec.name(), this.wanted.instance(), epoch(), spec.argument(),
				handed.state(), this.placement.reason(), spec.shutdownTimeout(), handed.ticks());
	}

	/**
	 * Return the version of the view in which a hand-over brought the child here, or -1.
	 * It is not moved on in the same view (O6).
	 */
	long adoptedInView() {
		return this.adoptedInView;
	}

	void adoptedInView(long version) {
		this.adoptedInView = version;
	}

	/**
	 * Return why it runs here though it was to move, if that is so.
	 */
	@Nullable String notMoved() {
		return this.notMoved;
	}

	void notMoved(String reason) {
		this.notMoved = reason;
	}

	/**
	 * Add what is to be done when the copy has stopped.
	 */
	void afterwards(Runnable task) {
		this.afterwards.add(task);
	}

	List<Runnable> takeAfterwards() {
		List<Runnable> tasks = new ArrayList<>(this.afterwards);
		this.afterwards.clear();
		return tasks;
	}

	/**
	 * Add what is to be done if its code does not end: at once if that is known.
	 */
	void whenStuck(Runnable task) {
		if (this.stuck) {
			task.run();
		}
		else {
			this.whenStuck.add(task);
		}
	}

	void stuck() {
		this.stuck = true;
		List<Runnable> tasks = List.copyOf(this.whenStuck);
		this.whenStuck.clear();
		tasks.forEach(Runnable::run);
	}

	boolean isStuck() {
		return this.stuck;
	}

	ProcessRef ref(String node) {
		return this.wanted.ref(node, epoch(), this.placement.phase().state());
	}

}
