package io.horde.time.clock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one thing that waits: what comes when it has waited too long, and what it
 * does again and again meanwhile. They end with it, so that the loop keeps nothing of it.
 * Confined to the loop.
 */
public final class Timers {

	private final EventLoop loop;

	private final List<EventLoop.Timer> limits = new ArrayList<>(1);

	private EventLoop.@Nullable Timer repetition;

	public Timers(EventLoop loop) {
		this.loop = loop;
	}

	/**
	 * Do something after a time, unless the wait ends before.
	 */
	public void after(Duration limit, Runnable task) {
		this.limits.add(this.loop.schedule(limit, task));
	}

	/**
	 * Do once more what was done just now: there is one of these at a time.
	 */
	public void again(Duration pause, Runnable task) {
		this.repetition = this.loop.schedule(pause, task);
	}

	/**
	 * The wait has ended, or begins anew.
	 */
	public void cancel() {
		this.limits.forEach(EventLoop.Timer::cancel);
		this.limits.clear();
		if (this.repetition != null) {
			this.repetition.cancel();
			this.repetition = null;
		}
	}

}
