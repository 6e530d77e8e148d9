package io.horde.scope;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;

import io.horde.process.engine.ProcessExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs users' code on virtual threads, or on a cached pool of daemon threads.
 */
public final class HordeProcessExecutor implements ProcessExecutor, AutoCloseable {

	/**
	 * How many tasks run at the same time on platform threads: enough for many that block
	 * in databases, and no danger to the memory.
	 */
	static final int DEFAULT_BOUND = 200;

	private static final Logger logger = LoggerFactory.getLogger(HordeProcessExecutor.class);

	private final @Nullable ClassLoader classLoader;

	private final @Nullable ThreadFactory virtualThreads;

	private final int bound;

	private final BoundedPool pool;

	private final Set<Thread> ownThreads = ConcurrentHashMap.newKeySet();

	private final AtomicLong threadNumber = new AtomicLong();

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
		this.virtualThreads = virtual ? VirtualThreads.factory() : null;
		this.bound = bound;
		this.pool = new BoundedPool(bound,
				(task) -> platformThread("horde-process-" + this.threadNumber.incrementAndGet(), task));
	}

	@Override
	public void execute(Runnable task) {
		if (this.virtualThreads != null) {
			executeOnOwnThread("horde-process-" + this.threadNumber.incrementAndGet(), task);
		}
		else {
			this.pool.execute(() -> run(task));
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
		return this.pool.blocking(wait);
	}

	@Override
	public int threads() {
		return (this.virtualThreads != null) ? Integer.MAX_VALUE : this.bound;
	}

	@Override
	public void abandon(Thread thread) {
		this.pool.abandon(thread);
	}

	/**
	 * Tell how many tasks run and don't wait inside Horde.
	 * @return a number that exceeds the bound for moments only
	 */
	public int running() {
		return this.pool.running();
	}

	/**
	 * Interrupt what still runs and drop what waits.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.pool.close();
		this.ownThreads.forEach(Thread::interrupt);
	}

	private Thread platformThread(String name, Runnable task) {
		Thread thread = new Thread(null, task, name, 0, false);
		thread.setDaemon(true);
		thread.setContextClassLoader(this.classLoader);
		return thread;
	}

	private void run(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			logger.error("A task on thread {} failed", Thread.currentThread().getName(), ex);
		}
	}

}
