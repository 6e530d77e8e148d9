package io.horde.process.engine;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * The process that is bound to a thread: the one whose constructor, call, {@code run()},
 * tick, event listener or task the thread executes. Code of one process may lead to code
 * of another one on the same thread: an event has listeners. So there may be several, of
 * which the innermost counts.
 */
public final class CurrentProcess {

	private static final ThreadLocal<@Nullable Bound> current = new ThreadLocal<>();

	private CurrentProcess() {
	}

	/**
	 * Return the process that is bound to the calling thread.
	 * @return the process, or {@code null}
	 */
	public static @Nullable LocalProcess get() {
		Bound bound = current.get();
		return (bound != null) ? bound.process : null;
	}

	/**
	 * Return all processes whose code the calling thread executes, the outermost first.
	 */
	public static Deque<Bound> all() {
		Deque<Bound> all = new ArrayDeque<>(2);
		for (Bound bound = current.get(); bound != null; bound = bound.outer) {
			all.addFirst(bound);
		}
		return all;
	}

	/**
	 * Run a task with a process bound that takes no calls meanwhile.
	 */
	public static void run(LocalProcess process, Runnable task) {
		run(process, true, task);
	}

	/**
	 * Run a task with a process bound.
	 * @param busy whether the process takes no calls meanwhile
	 */
	static void run(LocalProcess process, boolean busy, Runnable task) {
		Bound outer = current.get();
		current.set(new Bound(process, busy, outer));
		try {
			task.run();
		}
		finally {
			if (outer != null) {
				current.set(outer);
			}
			else {
				current.remove();
			}
		}
	}

	/**
	 * A process whose code a thread executes.
	 *
	 * @param process the process
	 * @param busy whether it takes no calls meanwhile
	 * @param outer the one whose code led to that
	 */
	public record Bound(LocalProcess process, boolean busy, @Nullable Bound outer) {

	}

}
