package io.horde.process.engine;

import java.util.ArrayList;
import java.util.List;

import io.horde.time.EventLoop;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * Until when the processes of this node that need no quorum may act for the cluster: as
 * long as the event loop turns, so that the others have no reason to take this node for
 * gone (T10). Without bounds until it is extended for the first time. Changed on the
 * loop, read from any thread.
 */
public final class LoopLease {

	private final EventLoop loop;

	private final List<Runnable> waiting = new ArrayList<>();

	private volatile @Nullable Lease lease = Lease.UNBOUNDED;

	LoopLease(EventLoop loop) {
		this.loop = loop;
	}

	/**
	 * Tell whether it runs. Who asks looks at the clocks himself: after a pause of the
	 * whole node his thread may run before the loop does. May be called from any thread.
	 */
	public boolean holds() {
		Lease lease = this.lease;
		return lease != null && lease.holds(this.loop);
	}

	/**
	 * Let it run until a point in time. Called on the loop.
	 */
	public void extend(Moment end) {
		this.lease = new Lease(end.nanos(), end.millis());
		this.waiting.forEach(this.loop::execute);
		this.waiting.clear();
	}

	/**
	 * Run a task when it runs: at once, or when ownership rests no longer. Called on the
	 * loop.
	 */
	public void whenItHolds(Runnable task) {
		if (holds()) {
			task.run();
		}
		else {
			this.waiting.add(task);
		}
	}

	/**
	 * Let it rest, whatever the clocks say, until it is extended. Called on the loop.
	 */
	public void rest() {
		this.lease = null;
	}

}
