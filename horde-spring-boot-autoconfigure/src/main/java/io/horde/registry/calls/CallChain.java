package io.horde.registry.calls;

import java.util.ArrayList;
import java.util.List;

import io.horde.process.engine.LocalProcess;
import org.jspecify.annotations.Nullable;

/**
 * Which calls led to the one that a thread is running, so that the message of a call that
 * waits for itself in a circle shows the circle.
 */
final class CallChain {

	private static final int MAX_LENGTH = 16;

	private static final ThreadLocal<@Nullable List<String>> current = new ThreadLocal<>();

	private CallChain() {
	}

	/**
	 * Return the chain for a call that the calling thread makes.
	 * @param caller the process that is bound to it
	 * @return the processes, the first caller first
	 */
	static List<String> of(@Nullable LocalProcess caller) {
		List<String> before = current.get();
		if (caller == null) {
			return (before != null) ? before : List.of();
		}
		List<String> chain = new ArrayList<>((before != null) ? before : List.of());
		chain.add(caller.id());
		return (chain.size() <= MAX_LENGTH) ? chain : chain.subList(chain.size() - MAX_LENGTH, chain.size());
	}

	/**
	 * Run a task within a chain.
	 * @param chain the processes
	 * @param task the task
	 */
	static void run(List<String> chain, Runnable task) {
		List<String> before = current.get();
		current.set(chain);
		try {
			task.run();
		}
		finally {
			if (before != null) {
				current.set(before);
			}
			else {
				current.remove();
			}
		}
	}

}
