package io.horde.schedule.engine;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * How many ticks may be under way at the same time. Those that find no place wait in the
 * order in which they fell due, so that long ticks leave some threads of the executor to
 * calls. Touched on the loop only.
 */
final class TickPlaces {

	private final Set<Ticker> waiting = new LinkedHashSet<>();

	private int free;

	private boolean giving;

	/**
	 * Creates the places.
	 * @param threads how many tasks the executor runs at the same time
	 */
	TickPlaces(int threads) {
		this.free = Math.max(1, threads - threads / 8);
	}

	/**
	 * Take a place as soon as there is one.
	 * @param ticker is told when it has it
	 */
	void take(Ticker ticker) {
		this.waiting.add(ticker);
		give();
	}

	/**
	 * Stop waiting for a place.
	 * @return whether it has waited for one
	 */
	boolean forget(Ticker ticker) {
		return this.waiting.remove(ticker);
	}

	/**
	 * Give a place back.
	 */
	void free() {
		this.free++;
		give();
	}

	/* Who gets a place may give it back at once. */
	private void give() {
		if (this.giving) {
			return;
		}
		this.giving = true;
		while (this.free > 0 && !this.waiting.isEmpty()) {
			Iterator<Ticker> first = this.waiting.iterator();
			Ticker ticker = first.next();
			first.remove();
			this.free--;
			ticker.handIn();
		}
		this.giving = false;
	}

}
