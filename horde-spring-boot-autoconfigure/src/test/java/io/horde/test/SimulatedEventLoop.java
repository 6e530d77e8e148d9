package io.horde.test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The event loop of one simulated process.
 */
public final class SimulatedEventLoop implements EventLoop {

	/*
	 * The loop has its own two queues, as the production loop has, and the simulation
	 * only wakes it. After a pause it is up to the seed whether tasks or due timers come
	 * first: whoever judges by a timer must expect that frames are waiting behind it
	 * (M4).
	 */

	private final Simulation simulation;

	private final String machine;

	private final SimulatedClock clock;

	private final SplittableRandom random;

	private final Deque<Runnable> tasks = new ArrayDeque<>();

	private final PriorityQueue<LocalTimer> timers = new PriorityQueue<>();

	private final List<Runnable> onKill = new ArrayList<>();

	private final List<Runnable> onPause = new ArrayList<>();

	private final List<Runnable> afterPause = new ArrayList<>();

	private long pauses;

	private boolean draining;

	private boolean paused;

	private boolean suspended;

	private boolean ended;

	private long order;

	private long wakeAt = Long.MAX_VALUE;

	SimulatedEventLoop(Simulation simulation, String machine, SimulatedClock clock, SplittableRandom random) {
		this.simulation = simulation;
		this.machine = machine;
		this.clock = clock;
		this.random = random;
		clock.onChange(this::wakeForTimers);
	}

	String machine() {
		return this.machine;
	}

	/**
	 * Return the clock of the machine.
	 * @return the clock
	 */
	public SimulatedClock clock() {
		return this.clock;
	}

	/**
	 * Stop the process without ending it, as {@code SIGSTOP} or a long garbage collection
	 * do: its clocks go on, its kernel accepts connections and keeps what arrives.
	 */
	public void pause() {
		if (!this.paused && !this.ended) {
			this.paused = true;
			this.pauses++;
			List.copyOf(this.onPause).forEach(Runnable::run);
		}
	}

	/**
	 * Suspend the machine: like {@link #pause()}, but the monotonic clock stands still
	 * and the machine is gone from the network.
	 */
	public void suspend() {
		if (!this.paused && !this.ended) {
			this.suspended = true;
			this.clock.suspend();
			this.simulation.network().dark(this.machine, true);
			pause();
		}
	}

	/**
	 * End a pause or a suspension.
	 */
	public void resume() {
		if (!this.paused || this.ended) {
			return;
		}
		this.paused = false;
		if (this.suspended) {
			this.suspended = false;
			this.clock.resume();
			this.simulation.network().dark(this.machine, false);
		}
		if (this.random.nextBoolean()) {
			this.tasks.addFirst(this::runTimers);
		}
		drainLater();
		wakeForTimers();
		List<Runnable> waiting = List.copyOf(this.afterPause);
		this.afterPause.clear();
		waiting.forEach((task) -> this.simulation.post(0, () -> whenRunning(task)));
	}

	/**
	 * Kill the process: nothing of it runs any more, and its kernel closes its
	 * connections.
	 */
	public void kill() {
		if (this.ended) {
			return;
		}
		if (this.suspended) {
			this.clock.resume();
			this.simulation.network().dark(this.machine, false);
		}
		this.ended = true;
		this.tasks.clear();
		this.timers.clear();
		List.copyOf(this.onKill).forEach(Runnable::run);
	}

	/**
	 * Tell whether the process can run.
	 * @return {@code false} once it was killed
	 */
	public boolean isAlive() {
		return !this.ended;
	}

	/**
	 * Tell whether the process is paused or its machine suspended.
	 * @return {@code true} until it is resumed
	 */
	public boolean isPaused() {
		return this.paused;
	}

	@Override
	public void execute(Runnable task) {
		if (!this.ended) {
			this.tasks.add(task);
			drainLater();
		}
	}

	@Override
	public Timer schedule(Duration delay, Runnable task) {
		LocalTimer timer = new LocalTimer(nanoTime() + delay.toNanos(), this.order++, task);
		if (!this.ended) {
			this.timers.add(timer);
			wakeForTimers();
		}
		return timer;
	}

	@Override
	public long nanoTime() {
		return this.clock.nanoTime();
	}

	@Override
	public long currentTimeMillis() {
		return this.clock.currentTimeMillis();
	}

	@Override
	public boolean inLoop() {
		return this.simulation.current() == this;
	}

	/**
	 * Run something of this process that is not on its loop: at once, or after the pause,
	 * or never if the process is killed.
	 */
	void whenRunning(Runnable task) {
		if (this.paused && !this.ended) {
			this.afterPause.add(task);
		}
		else if (!this.ended) {
			task.run();
		}
	}

	/**
	 * Return how many timers wait for their time, cancelled ones left out.
	 */
	public long pendingTimers() {
		return this.timers.stream().filter((timer) -> timer.task != null).count();
	}

	void onKill(Runnable listener) {
		this.onKill.add(listener);
	}

	void onPause(Runnable listener) {
		this.onPause.add(listener);
	}

	long pauses() {
		return this.pauses;
	}

	private void drainLater() {
		if (!this.draining && !this.paused && !this.tasks.isEmpty()) {
			this.draining = true;
			this.simulation.post(0, this::drain);
		}
	}

	private void drain() {
		this.draining = false;
		int count = this.tasks.size();
		for (int i = 0; i < count && !this.paused; i++) {
			Runnable task = this.tasks.poll();
			if (task == null) {
				return;
			}
			this.simulation.run(this, task);
		}
		drainLater();
	}

	private void runTimers() {
		LocalTimer next = this.timers.peek();
		long now = nanoTime();
		long newer = this.order;
		while (next != null && next.deadline - now <= 0 && next.order < newer && !this.paused) {
			this.timers.poll();
			Runnable task = next.task;
			if (task != null) {
				next.task = null;
				this.simulation.run(this, task);
			}
			next = this.timers.peek();
		}
	}

	/**
	 * Make sure that this loop wakes when its first timer is due. A wake-up that comes
	 * too early, because the clock was slowed down or stopped meanwhile, leads to the
	 * next one.
	 */
	private void wakeForTimers() {
		LocalTimer next = this.timers.peek();
		while (next != null && next.task == null) {
			this.timers.poll();
			next = this.timers.peek();
		}
		if (next == null || this.paused) {
			return;
		}
		long delay = this.clock.trueNanos(Math.max(0, next.deadline - nanoTime()));
		long at = this.simulation.nanos() + delay;
		if (at < this.wakeAt) {
			this.wakeAt = at;
			this.simulation.post(delay, () -> wake(at));
		}
	}

	private void wake(long at) {
		if (this.wakeAt == at) {
			this.wakeAt = Long.MAX_VALUE;
			if (!this.paused) {
				runTimers();
				wakeForTimers();
			}
		}
	}

	@Override
	public String toString() {
		return "SimulatedEventLoop[" + this.machine + "]";
	}

	private static final class LocalTimer implements Timer, Comparable<LocalTimer> {

		private final long deadline;

		private final long order;

		private @Nullable Runnable task;

		private LocalTimer(long deadline, long order, Runnable task) {
			this.deadline = deadline;
			this.order = order;
			this.task = task;
		}

		@Override
		public void cancel() {
			this.task = null;
		}

		@Override
		public int compareTo(LocalTimer other) {
			int result = Long.signum(this.deadline - other.deadline);
			return (result != 0) ? result : Long.compare(this.order, other.order);
		}

	}

}
