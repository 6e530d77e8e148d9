package io.horde.supervisor.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Operations that wait for a child to get into some state. Confined to the loop.
 */
final class Waiters {

	private final Map<String, List<BooleanSupplier>> waiters = new HashMap<>();

	/**
	 * Wait.
	 * @param done asked now and after each change of the child, until it returns
	 * {@code true}
	 */
	void await(String id, BooleanSupplier done) {
		if (!done.getAsBoolean()) {
			this.waiters.computeIfAbsent(id, (key) -> new ArrayList<>(1)).add(done);
		}
	}

	void changed(String id) {
		List<BooleanSupplier> waiting = this.waiters.remove(id);
		if (waiting != null) {
			waiting.removeIf(BooleanSupplier::getAsBoolean);
			if (!waiting.isEmpty()) {
				this.waiters.merge(id, waiting, (added, rest) -> {
					rest.addAll(added);
					return rest;
				});
			}
		}
	}

}
