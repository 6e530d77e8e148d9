package io.horde.process.engine;

import java.util.concurrent.Callable;

/**
 * Runs users' code. All methods may be called from any thread.
 */
public interface ProcessExecutor {

	/**
	 * Run a task soon.
	 */
	void execute(Runnable task);

	/**
	 * Run a task that may take as long as it likes on a thread of its own.
	 * @param name the name of the thread
	 */
	void executeOnOwnThread(String name, Runnable task);

	/**
	 * Wait inside Horde. Meanwhile the thread doesn't count, so that those it waits for
	 * can run.
	 * @param <T> the type of the result
	 * @param wait what blocks
	 * @throws Exception what it throws
	 */
	<T> T blocking(Callable<T> wait) throws Exception;

	/**
	 * Tell how many tasks run at the same time, those on threads of their own left out.
	 * @return the number, by default without a bound
	 */
	default int threads() {
		return Integer.MAX_VALUE;
	}

	/**
	 * Give up on the task that a thread runs: it ignores interrupts and doesn't count any
	 * more.
	 */
	default void abandon(Thread thread) {
	}

}
