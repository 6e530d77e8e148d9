package io.horde.cluster.quorum;

import java.util.Arrays;

/**
 * The worlds that were seen, each a number, and for each with how much of the budget
 * used.
 */
final class ModelTable {

	private static final long SPREAD = 0x9E3779B97F4A7C15L;

	private static final int CAPACITY = 1 << 16;

	private long[] worlds = new long[CAPACITY];

	private long[] known = new long[CAPACITY];

	private long[] tried = new long[CAPACITY];

	private int size;

	/**
	 * Try all of them once more.
	 */
	void again() {
		Arrays.fill(this.tried, 0);
	}

	int size() {
		return this.size;
	}

	/**
	 * Take notice of a world.
	 * @param used which part of the budget was used up
	 * @param dominators the parts from which more can happen
	 */
	Seen see(long world, int used, long dominators) {
		if (this.size * 8L > this.worlds.length * 7L) {
			grow();
		}
		int slot = slot(world);
		long bit = 1L << used;
		boolean first = this.worlds[slot] == 0;
		if (first) {
			this.worlds[slot] = (world != 0) ? world : 1;
			this.size++;
		}
		else if ((this.known[slot] & dominators) != 0 || (this.tried[slot] & bit) != 0) {
			return Seen.BEFORE;
		}
		this.known[slot] |= bit;
		this.tried[slot] |= bit;
		return first ? Seen.NEVER : Seen.WITH_LESS;
	}

	private int slot(long world) {
		long value = (world != 0) ? world : 1;
		int slot = (int) Math.multiplyHigh((value * SPREAD) >>> 1, (long) this.worlds.length << 1);
		while (this.worlds[slot] != 0 && this.worlds[slot] != value) {
			slot = (slot + 1 < this.worlds.length) ? slot + 1 : 0;
		}
		return slot;
	}

	private void grow() {
		long[] worlds = this.worlds;
		long[] known = this.known;
		long[] tried = this.tried;
		int capacity = (int) Math.min(worlds.length * 2L, Integer.MAX_VALUE - 8);
		this.worlds = new long[capacity];
		this.known = new long[capacity];
		this.tried = new long[capacity];
		for (int i = 0; i < worlds.length; i++) {
			if (worlds[i] != 0) {
				int slot = slot(worlds[i]);
				this.worlds[slot] = worlds[i];
				this.known[slot] = known[i];
				this.tried[slot] = tried[i];
			}
		}
	}

	/**
	 * Whether a world is to be tried.
	 */
	enum Seen {

		NEVER, WITH_LESS, BEFORE

	}

}
