package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import io.horde.time.EventLoop;

/**
 * Spreads many starts over time, so that the processes of a node that died don't all ask
 * one database at once. Confined to the loop.
 */
final class StartPace {

	/*
	 * The generic cell rate algorithm (ITU-T I.371): each start moves the time of the
	 * next one on by an interval, and a second's worth of starts may come at once.
	 */

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private final EventLoop loop;

	private final long interval;

	private final Deque<Runnable> waiting = new ArrayDeque<>();

	private long next;

	/**
	 * Creates a pace.
	 * @param rate starts per second; 0 for no limit
	 */
	StartPace(EventLoop loop, int rate) {
		this.loop = loop;
		this.interval = (rate > 0) ? Math.max(1, SECOND / rate) : 0;
		this.next = loop.nanoTime() - SECOND;
	}

	/**
	 * Start now, or in turn.
	 */
	void start(Runnable start) {
		if (this.interval == 0) {
			start.run();
			return;
		}
		this.waiting.add(start);
		if (this.waiting.size() == 1) {
			proceed();
		}
	}

	private void proceed() {
		long now = this.loop.nanoTime();
		long earliest = now - SECOND + this.interval;
		if (this.next - earliest < 0) {
			this.next = earliest;
		}
		while (!this.waiting.isEmpty() && this.next - now <= 0) {
			this.next += this.interval;
			// Taken out only then: whatever it does, a start that it brings about waits
			this.waiting.peek().run();
			this.waiting.remove();
		}
		if (!this.waiting.isEmpty()) {
			this.loop.schedule(Duration.ofNanos(this.next - now), this::proceed);
		}
	}

}
