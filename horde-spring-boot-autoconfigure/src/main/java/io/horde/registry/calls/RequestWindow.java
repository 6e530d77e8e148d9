package io.horde.registry.calls;

import java.util.BitSet;

/**
 * The latest requests of one peer.
 */
final class RequestWindow {

	static final int SIZE = 8192;

	private final BitSet seen = new BitSet(SIZE);

	private long highest;

	boolean accept(long id) {
		if (id > this.highest) {
			if (id - this.highest >= SIZE) {
				this.seen.clear();
			}
			else {
				for (long skipped = this.highest + 1; skipped < id; skipped++) {
					this.seen.clear((int) (skipped % SIZE));
				}
			}
			this.highest = id;
			this.seen.set((int) (id % SIZE));
			return true;
		}
		int index = (int) Math.floorMod(id, (long) SIZE);
		if (id <= 0 || this.highest - id >= SIZE || this.seen.get(index)) {
			return false;
		}
		this.seen.set(index);
		return true;
	}

}
