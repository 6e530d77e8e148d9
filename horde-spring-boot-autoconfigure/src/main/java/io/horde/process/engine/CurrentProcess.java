package io.horde.process.engine;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

/**
 * The process that is bound to a thread: the one whose constructor, call, {@code run()},
 * tick, event listener or task the thread executes.
 */
public final class CurrentProcess {

	private static final ThreadLocal<@Nullable LocalProcess> current = new ThreadLocal<>();

	private CurrentProcess() {
	}

	/**
	 * Return the process that is bound to the calling thread.
	 * @return the process, or {@code null}
	 */
	public static @Nullable LocalProcess get() {
		return current.get();
	}

	/**
	 * Run a task with a process bound.
	 * @param process the process, or {@code null} for none
	 */
	public static void run(@Nullable LocalProcess process, Runnable task) {
		LocalProcess before = bind(process);
		try {
			task.run();
		}
		finally {
			bind(before);
		}
	}

	/**
	 * Call a task with a process bound.
	 * @param <T> the type of the result
	 * @param process the process, or {@code null} for none
	 * @throws Exception what it throws
	 */
	public static <T extends @Nullable Object> T call(@Nullable LocalProcess process, Callable<T> task)
			throws Exception {
		LocalProcess before = bind(process);
		try {
			return task.call();
		}
		finally {
			bind(before);
		}
	}

	private static @Nullable LocalProcess bind(@Nullable LocalProcess process) {
		LocalProcess before = current.get();
		if (process != null) {
			current.set(process);
		}
		else {
			current.remove();
		}
		return before;
	}

}
