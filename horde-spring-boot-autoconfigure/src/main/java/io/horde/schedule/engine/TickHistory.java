package io.horde.schedule.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The last ticks of one schedule on this node. Touched on the loop only.
 */
public final class TickHistory {

	private static final int LENGTH = 20;

	private final Deque<TickEntry> entries = new ArrayDeque<>(1);

	void add(TickEntry entry) {
		if (this.entries.size() == LENGTH) {
			this.entries.remove();
		}
		this.entries.add(entry);
	}

	/**
	 * Return the ticks.
	 * @return in the order in which they ended or were skipped
	 */
	public List<TickEntry> entries() {
		return List.copyOf(this.entries);
	}

}
