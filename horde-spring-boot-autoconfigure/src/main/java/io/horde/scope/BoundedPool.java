package io.horde.scope;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cached pool of platform threads of which a bounded number run at the same time; those
 * that wait inside Horde don't count.
 */
final class BoundedPool {

	/*
	 * The pool can't deadlock on itself: a task that waits inside Horde, for a child to
	 * start or a call to be answered, gives its place away meanwhile, and the task it
	 * waits for gets one. After the wait it goes on at once, even if that makes one
	 * running task too many: were it to wait for a place, it could wait for a task that
	 * waits for it, through a lock that Horde knows nothing of.
	 *
	 * Threads start each other: only a few are on their way at a time, and each that has
	 * begun starts the next one if tasks still wait. So whoever hands in hundreds of
	 * short tasks at once, as the event loop does when a node has died, does not spend
	 * its time on the start of threads for which there are no processors; and long ones
	 * keep nobody waiting.
	 */

	private static final int STARTING = 2;

	private static final Logger logger = LoggerFactory.getLogger(BoundedPool.class);

	private final int bound;

	private final ThreadPoolExecutor pool;

	private final ThreadLocal<@Nullable Place> current = new ThreadLocal<>();

	private final Map<Thread, Place> places = new ConcurrentHashMap<>();

	private final Deque<Runnable> waiting = new ArrayDeque<>();

	private int running;

	private int starting;

	private volatile boolean closed;

	/**
	 * Creates a pool.
	 * @param bound how many tasks run at the same time
	 * @param threads makes the threads
	 */
	BoundedPool(int bound, ThreadFactory threads) {
		this.bound = bound;
		this.pool = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(),
				threads);
	}

	/**
	 * Run a task as soon as there is a place for it.
	 * @param task the task, which throws nothing
	 */
	synchronized void execute(Runnable task) {
		this.waiting.add(task);
		fill();
	}

	/**
	 * Wait, with the place of the calling thread given away if it has one.
	 */
	<T> T blocking(Callable<T> wait) throws Exception {
		Place place = this.current.get();
		if (place == null || !giveAway(place)) {
			return wait.call();
		}
		try {
			return wait.call();
		}
		finally {
			takeBack(place);
		}
	}

	/**
	 * Take the place of a thread away for good.
	 */
	void abandon(Thread thread) {
		Place place = this.places.get(thread);
		if (place != null) {
			synchronized (this) {
				place.abandoned = true;
				giveAway(place);
			}
		}
	}

	/**
	 * Tell how many tasks run and don't wait inside Horde.
	 */
	synchronized int running() {
		return this.running;
	}

	void close() {
		this.closed = true;
		synchronized (this) {
			this.waiting.clear();
		}
		this.pool.shutdownNow();
	}

	/**
	 * Give free places to waiting tasks. Called with the monitor held.
	 */
	private void fill() {
		while (!this.closed && this.running < this.bound && this.starting < STARTING) {
			Runnable task = this.waiting.poll();
			if (task == null) {
				return;
			}
			this.running++;
			this.starting++;
			try {
				this.pool.execute(() -> {
					begun();
					work(task);
				});
			}
			catch (RejectedExecutionException | OutOfMemoryError ex) {
				// It gets the place of the next task that ends
				this.running--;
				this.starting--;
				this.waiting.addFirst(task);
				logger.error("No thread for a task; {} run, {} wait", this.running, this.waiting.size(), ex);
				return;
			}
		}
	}

	private synchronized void begun() {
		this.starting--;
		fill();
	}

	private void work(Runnable first) {
		Place place = new Place();
		this.current.set(place);
		this.places.put(Thread.currentThread(), place);
		try {
			Runnable task = first;
			while (task != null) {
				task.run();
				if (!this.closed) {
					Thread.interrupted();
				}
				task = next(place);
			}
		}
		finally {
			this.places.remove(Thread.currentThread());
			this.current.remove();
		}
	}

	private synchronized @Nullable Runnable next(Place place) {
		if (!place.held) {
			return null;
		}
		Runnable task = (this.running <= this.bound && !this.closed) ? this.waiting.poll() : null;
		if (task == null) {
			place.held = false;
			this.running--;
		}
		return task;
	}

	private synchronized boolean giveAway(Place place) {
		if (!place.held) {
			return false;
		}
		place.held = false;
		this.running--;
		fill();
		return true;
	}

	private synchronized void takeBack(Place place) {
		if (!place.abandoned) {
			place.held = true;
			this.running++;
		}
	}

	/**
	 * The place of a thread among those that count; guarded by the monitor of the pool.
	 */
	private static final class Place {

		private boolean held = true;

		private boolean abandoned;

	}

}
