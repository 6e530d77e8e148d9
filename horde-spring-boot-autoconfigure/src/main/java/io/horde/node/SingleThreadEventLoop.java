package io.horde.node;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The production event loop: one daemon thread.
 */
public final class SingleThreadEventLoop implements EventLoop, AutoCloseable {

	/*
	 * Timers live on the loop's own heap and never touch a lock; a timer that is set from
	 * another thread travels through the queue like any task. After a delay of the
	 * machine, tasks that are already waiting run before timers that are due, so that
	 * what has arrived is read before silence is judged (M4); timers can't starve for it,
	 * because at most one batch of tasks runs between two looks at the timers.
	 */

	private static final Logger logger = LoggerFactory.getLogger(SingleThreadEventLoop.class);

	private static final int BATCH = 256;

	private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();

	private final PriorityQueue<ScheduledTask> timers = new PriorityQueue<>();

	private final Thread thread;

	private volatile boolean closed;

	private long order;

	private int cancelled;

	/**
	 * Creates a loop and starts its thread.
	 * @param threadName the name of the thread
	 */
	public SingleThreadEventLoop(String threadName) {
		this.thread = new Thread(this::run, threadName);
		this.thread.setDaemon(true);
		this.thread.start();
	}

	@Override
	public void execute(Runnable task) {
		if (!this.closed) {
			this.queue.add(task);
		}
	}

	@Override
	public Timer schedule(Duration delay, Runnable task) {
		ScheduledTask timer = new ScheduledTask(nanoTime() + delay.toNanos(), task);
		if (inLoop()) {
			insert(timer);
		}
		else {
			execute(() -> insert(timer));
		}
		return timer;
	}

	private void insert(ScheduledTask timer) {
		timer.order = this.order++;
		this.timers.add(timer);
	}

	@Override
	public long nanoTime() {
		return System.nanoTime();
	}

	@Override
	public long currentTimeMillis() {
		return System.currentTimeMillis();
	}

	@Override
	public boolean inLoop() {
		return Thread.currentThread() == this.thread;
	}

	/**
	 * End the loop. Tasks that were handed in before still run, timers don't. Waits for
	 * the thread, unless called by it.
	 */
	@Override
	public void close() {
		if (!this.closed) {
			this.closed = true;
			// Wakes the thread, which may be waiting for a task.
			this.queue.add(() -> {
			});
		}
		if (!inLoop()) {
			try {
				this.thread.join(TimeUnit.SECONDS.toMillis(5));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	Thread thread() {
		return this.thread;
	}

	/**
	 * Return how many timers are kept, cancelled ones included. Called within the loop.
	 */
	int pendingTimers() {
		return this.timers.size();
	}

	private void run() {
		while (!this.closed || !this.queue.isEmpty()) {
			try {
				Runnable task = await();
				for (int i = 0; task != null && i < BATCH; i++) {
					run(task);
					task = this.queue.poll();
				}
				if (task != null) {
					run(task);
				}
				runTimers();
			}
			catch (InterruptedException ex) {
				// No code of Horde interrupts this thread: close() ends the loop.
				logger.debug("The event loop was interrupted and goes on");
			}
		}
	}

	private @Nullable Runnable await() throws InterruptedException {
		ScheduledTask next = this.timers.peek();
		if (next == null) {
			return this.queue.take();
		}
		long delay = next.deadline - nanoTime();
		return (delay > 0) ? this.queue.poll(delay, TimeUnit.NANOSECONDS) : this.queue.poll();
	}

	private void runTimers() {
		long now = nanoTime();
		ScheduledTask next = this.timers.peek();
		while (next != null && next.deadline - now <= 0 && !this.closed) {
			this.timers.poll();
			Runnable task = next.task;
			if (task != null) {
				next.task = null;
				run(task);
			}
			next = this.timers.peek();
		}
		if (this.cancelled > 64 && this.cancelled > this.timers.size() / 2) {
			this.timers.removeIf((timer) -> timer.task == null);
			this.cancelled = 0;
		}
	}

	private void run(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			logger.error("A task on the event loop has failed. Please report this as a defect of Horde", ex);
		}
	}

	private final class ScheduledTask implements Timer, Comparable<ScheduledTask> {

		private final long deadline;

		private volatile @Nullable Runnable task;

		private long order;

		private ScheduledTask(long deadline, Runnable task) {
			this.deadline = deadline;
			this.task = task;
		}

		@Override
		public void cancel() {
			if (this.task != null && inLoop()) {
				SingleThreadEventLoop.this.cancelled++;
			}
			this.task = null;
		}

		@Override
		public int compareTo(ScheduledTask other) {
			int result = Long.signum(this.deadline - other.deadline);
			return (result != 0) ? result : Long.compare(this.order, other.order);
		}

	}

}
