package io.horde.hazelcast;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.horde.time.EventLoop;

/**
 * Lets links send what one turn of the loop has left for them. Whoever is first gets
 * there sooner, so they take turns. Lives on the event loop.
 */
final class Turns {

	private final EventLoop loop;

	private List<Runnable> waiting = new ArrayList<>();

	private int turn;

	Turns(EventLoop loop) {
		this.loop = loop;
	}

	/**
	 * Let a link send after whatever else this turn of the loop does.
	 * @param flush sends
	 */
	void await(Runnable flush) {
		if (this.waiting.isEmpty()) {
			this.loop.execute(this::next);
		}
		this.waiting.add(flush);
	}

	private void next() {
		List<Runnable> due = this.waiting;
		this.waiting = new ArrayList<>();
		Collections.rotate(due, ++this.turn);
		due.forEach(this.loop::execute);
	}

}
