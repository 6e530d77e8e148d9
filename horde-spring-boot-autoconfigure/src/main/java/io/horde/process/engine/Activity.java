package io.horde.process.engine;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The threads that run code of one process at this moment, to interrupt them. An
 * interrupt never outlives the task it was meant for: the thread belongs to an executor.
 */
final class Activity {

	private final LocalProcess process;

	private final Mutex mutex = new Mutex();

	private final List<Thread> threads = new ArrayList<>(1);

	private boolean interrupted;

	Activity(LocalProcess process) {
		this.process = process;
	}

	/**
	 * Run code of the process on the calling thread, with the process bound.
	 */
	void run(Runnable task) {
		enter();
		try {
			CurrentProcess.run(this.process, task);
		}
		finally {
			exit();
		}
	}

	private void enter() {
		this.mutex.locked(() -> this.threads.add(Thread.currentThread()));
	}

	private void exit() {
		this.mutex.locked(() -> {
			this.threads.remove(Thread.currentThread());
			return this.interrupted && Thread.interrupted();
		});
	}

	/**
	 * Interrupt the code that runs now; code that begins later is not.
	 * @return the threads that were interrupted
	 */
	List<Thread> interrupt() {
		return this.mutex.locked(() -> {
			this.interrupted = true;
			this.threads.forEach(Thread::interrupt);
			return List.copyOf(this.threads);
		});
	}

	/**
	 * Tell where the code hangs.
	 * @return an exception with the stack of the first thread, or {@code null} if none
	 * runs
	 */
	@Nullable Throwable whereabouts() {
		return this.mutex.locked(() -> {
			if (this.threads.isEmpty()) {
				return null;
			}
			Thread thread = this.threads.get(0);
			Throwable whereabouts = new ProcessStartException("Thread " + thread.getName() + " was here", null);
			whereabouts.setStackTrace(thread.getStackTrace());
			return whereabouts;
		});
	}

}
