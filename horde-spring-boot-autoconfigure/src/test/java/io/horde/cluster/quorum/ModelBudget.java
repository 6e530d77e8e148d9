package io.horde.cluster.quorum;

import java.util.Locale;

/**
 * How often what may happen, and all the ways to have used it up in part: each is a
 * number.
 */
final class ModelBudget {

	private static final Event[] EVENTS = Event.values();

	private final int[] counts = new int[EVENTS.length];

	private final int[] weights = new int[EVENTS.length];

	private final int size;

	private final long[] dominators;

	/**
	 * Read a budget: {@code "ACT 3 LOSS 2 RESTART 1"}.
	 */
	ModelBudget(String text) {
		String[] words = text.toUpperCase(Locale.ROOT).trim().split(" +");
		for (int i = 0; i < words.length; i += 2) {
			this.counts[Event.valueOf(words[i]).ordinal()] = Integer.parseInt(words[i + 1]);
		}
		int size = 1;
		for (int i = 0; i < this.counts.length; i++) {
			this.weights[i] = size;
			size *= this.counts[i] + 1;
		}
		if (size > Long.SIZE) {
			throw new IllegalArgumentException("There are " + size + " ways to use up a part of " + text);
		}
		this.size = size;
		this.dominators = new long[size];
		for (int used = 0; used < size; used++) {
			for (int other = 0; other < size; other++) {
				if (other != used && isWithin(other, used)) {
					this.dominators[used] |= 1L << other;
				}
			}
		}
	}

	/**
	 * Tell whether something can happen at all.
	 */
	boolean knows(Event event) {
		return this.counts[event.ordinal()] > 0;
	}

	private boolean isWithin(int less, int more) {
		for (Event event : EVENTS) {
			if (used(less, event) > used(more, event)) {
				return false;
			}
		}
		return true;
	}

	private int used(int used, Event event) {
		return used / this.weights[event.ordinal()] % (this.counts[event.ordinal()] + 1);
	}

	boolean has(int used, Event event) {
		return used(used, event) < this.counts[event.ordinal()];
	}

	int use(int used, Event event) {
		return used + this.weights[event.ordinal()];
	}

	/**
	 * Return how much was used in all.
	 */
	int total(int used) {
		int total = 0;
		for (Event event : EVENTS) {
			total += used(used, event);
		}
		return total;
	}

	int total() {
		return total(this.size - 1);
	}

	/**
	 * Return a bit for each way to have used no more, and not the same.
	 */
	long dominators(int used) {
		return this.dominators[used];
	}

	/**
	 * What can happen.
	 */
	enum Event {

		/** A node claims a child, or releases it, also between rounds. */
		ACT,

		/** A node claims a child. */
		CLAIM,

		/** A frame is lost. */
		LOSS,

		/** A frame is lost, or overtaken by any number of others. */
		LATE,

		/** A node is started anew. */
		RESTART,

		/** A living node is forgotten, and its seat is given away. */
		CHANGE,

		/** A node is cut off from others that have seats, for as long as it takes. */
		CUT

	}

}
