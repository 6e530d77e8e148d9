package io.horde.schedule.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The last ticks of one schedule on this node. Touched on the loop only.
 */
public final class TickHistory {

	/** How many ticks are kept. */
	public static final int LENGTH = 20;

	private final Deque<TickEntry> entries = new ArrayDeque<>(1);

	/*
	 * Ticks that are skipped for the same reason one after the other are one entry: a
	 * pause does not wipe out what was before it.
	 */
	void add(TickEntry entry) {
		TickEntry last = this.entries.peekLast();
		if (last != null && entry.follows(last)) {
			this.entries.removeLast();
			this.entries.add(TickEntry.skipped(entry.due(), (long) last.skipped() + entry.skipped(), entry.remark()));
			return;
		}
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
