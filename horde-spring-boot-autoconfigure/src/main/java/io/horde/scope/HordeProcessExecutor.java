package io.horde.scope;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import io.horde.process.engine.ProcessExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs users' code on virtual threads, or on a cached pool of daemon threads.
 */
public final class HordeProcessExecutor implements ProcessExecutor, AutoCloseable {

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

	/**
	 * How many tasks run at the same time on platform threads: enough for many that block
	 * in databases, and no danger to the memory.
	 */
	static final int DEFAULT_BOUND = 200;

	private static final Logger logger = LoggerFactory.getLogger(HordeProcessExecutor.class);

	private final @Nullable ClassLoader classLoader;

	private final int bound;

	private final @Nullable ThreadFactory virtualThreads;

	private final ThreadPoolExecutor pool;

	private final Set<Thread> ownThreads = ConcurrentHashMap.newKeySet();

	private final AtomicLong threadNumber = new AtomicLong();

	private final ThreadLocal<@Nullable Place> current = new ThreadLocal<>();

	private final Map<Thread, Place> places = new ConcurrentHashMap<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<Runnable> waiting = new ArrayDeque<>();

	private int running;

	private int starting;

	private volatile boolean closed;

	/**
	 * Creates an executor.
	 * @param virtual whether to use virtual threads, where the JVM has them
	 * @param classLoader the context class loader of the threads
	 */
	public HordeProcessExecutor(boolean virtual, @Nullable ClassLoader classLoader) {
		this(virtual, classLoader, DEFAULT_BOUND);
	}

	HordeProcessExecutor(boolean virtual, @Nullable ClassLoader classLoader, int bound) {
		this.classLoader = classLoader;
		this.bound = bound;
		this.virtualThreads = virtual ? VirtualThreads.factory() : null;
		this.pool = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(),
				(task) -> platformThread("horde-process-" + this.threadNumber.incrementAndGet(), task));
	}

	@Override
	public void execute(Runnable task) {
		if (this.virtualThreads != null) {
			executeOnOwnThread("horde-process-" + this.threadNumber.incrementAndGet(), task);
			return;
		}
		this.lock.lock();
		try {
			this.waiting.add(task);
			fill();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void executeOnOwnThread(String name, Runnable task) {
		if (this.closed) {
			return;
		}
		Runnable tracked = () -> {
			try {
				run(task);
			}
			finally {
				this.ownThreads.remove(Thread.currentThread());
			}
		};
		Thread thread = (this.virtualThreads != null) ? this.virtualThreads.newThread(tracked)
				: platformThread(name, tracked);
		thread.setName(name);
		thread.setContextClassLoader(this.classLoader);
		this.ownThreads.add(thread);
		thread.start();
	}

	@Override
	public <T> T blocking(Callable<T> wait) throws Exception {
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

	@Override
	public void abandon(Thread thread) {
		Place place = this.places.get(thread);
		if (place != null) {
			this.lock.lock();
			try {
				place.abandoned = true;
				giveAway(place);
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/**
	 * Tell how many tasks run and don't wait inside Horde.
	 * @return a number that exceeds the bound for moments only
	 */
	public int running() {
		this.lock.lock();
		try {
			return this.running;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Interrupt what still runs and drop what waits.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.lock.lock();
		try {
			this.waiting.clear();
		}
		finally {
			this.lock.unlock();
		}
		this.pool.shutdownNow();
		this.ownThreads.forEach(Thread::interrupt);
	}

	private Thread platformThread(String name, Runnable task) {
		Thread thread = new Thread(null, task, name, 0, false);
		thread.setDaemon(true);
		thread.setContextClassLoader(this.classLoader);
		return thread;
	}

	/**
	 * Give free places to waiting tasks. Called with the lock held.
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

	private void begun() {
		this.lock.lock();
		try {
			this.starting--;
			fill();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void work(Runnable first) {
		Place place = new Place();
		this.current.set(place);
		this.places.put(Thread.currentThread(), place);
		try {
			Runnable task = first;
			while (task != null) {
				run(task);
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

	private @Nullable Runnable next(Place place) {
		this.lock.lock();
		try {
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
		finally {
			this.lock.unlock();
		}
	}

	private boolean giveAway(Place place) {
		this.lock.lock();
		try {
			if (!place.held) {
				return false;
			}
			place.held = false;
			this.running--;
			fill();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void takeBack(Place place) {
		this.lock.lock();
		try {
			if (!place.abandoned) {
				place.held = true;
				this.running++;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			logger.error("A task on thread {} failed", Thread.currentThread().getName(), ex);
		}
	}

	/**
	 * The place of a thread among those that count; guarded by the lock.
	 */
	private static final class Place {

		private boolean held = true;

		private boolean abandoned;

	}

}
