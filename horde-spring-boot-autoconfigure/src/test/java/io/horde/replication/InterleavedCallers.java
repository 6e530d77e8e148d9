package io.horde.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Callers on threads of their own, of which one goes on at a time: at every point the
 * seed decides which. So what threads do to each other follows from the seed too.
 */
final class InterleavedCallers {

	private static final ExecutorService THREADS = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "interleaved-caller");
		thread.setDaemon(true);
		return thread;
	});

	private static final ThreadLocal<Caller> CURRENT = new ThreadLocal<>();

	private final SplittableRandom random;

	private final Semaphore turn = new Semaphore(0);

	InterleavedCallers(SplittableRandom random) {
		this.random = random;
	}

	/**
	 * Run all callers to their ends.
	 */
	void run(List<Runnable> tasks) {
		List<Caller> callers = new ArrayList<>();
		for (Runnable task : tasks) {
			Caller caller = new Caller(task);
			callers.add(caller);
			THREADS.execute(caller);
		}
		List<Caller> running = new ArrayList<>(callers);
		while (!running.isEmpty()) {
			Caller next = running.get(this.random.nextInt(running.size()));
			next.go.release();
			this.turn.acquireUninterruptibly();
			if (next.ended) {
				running.remove(next);
			}
		}
		callers.forEach(Caller::rethrow);
	}

	/**
	 * Somebody else may go on here.
	 */
	void point() {
		Caller caller = CURRENT.get();
		if (caller != null) {
			this.turn.release();
			caller.go.acquireUninterruptibly();
		}
	}

	/**
	 * Return a lock at which callers wait for each other.
	 * @param locks {@code false} for one that lets everybody pass
	 */
	Lock lock(boolean locks) {
		return new PointLock(locks);
	}

	/**
	 * A caller.
	 */
	private final class Caller implements Runnable {

		private final Runnable task;

		private final Semaphore go = new Semaphore(0);

		private volatile boolean ended;

		private volatile Throwable failure;

		Caller(Runnable task) {
			this.task = task;
		}

		@Override
		public void run() {
			this.go.acquireUninterruptibly();
			CURRENT.set(this);
			try {
				this.task.run();
			}
			catch (RuntimeException | Error ex) {
				this.failure = ex;
			}
			finally {
				CURRENT.remove();
				this.ended = true;
				InterleavedCallers.this.turn.release();
			}
		}

		void rethrow() {
			if (this.failure != null) {
				throw new AssertionError(this.failure.toString(), this.failure);
			}
		}

	}

	/**
	 * A lock whose waiting is visible to the callers.
	 */
	private final class PointLock extends ReentrantLock {

		private static final long serialVersionUID = 1L;

		private final transient boolean locks;

		private transient Caller owner;

		PointLock(boolean locks) {
			this.locks = locks;
		}

		@Override
		public void lock() {
			point();
			while (this.owner != null) {
				point();
			}
			if (this.locks) {
				this.owner = CURRENT.get();
			}
		}

		@Override
		public void unlock() {
			this.owner = null;
			point();
		}

	}

}
