package io.horde.schedule.engine;

import io.horde.time.EventLoop;
import io.horde.time.clock.Moment;

/**
 * What the schedules of all processes of a node share.
 */
public final class Tickers {

	private final EventLoop loop;

	private final String node;

	private final TickPlaces places;

	private final TickCounters counters = new TickCounters();

	private volatile long correctionMillis;

	/**
	 * Creates the tickers of a node.
	 * @param node the name of the node, for the log
	 * @param threads how many tasks the executor of processes runs at the same time
	 */
	public Tickers(EventLoop loop, String node, int threads) {
		this.loop = loop;
		this.node = node;
		this.places = new TickPlaces(threads);
	}

	/**
	 * Return a ticker for a schedule of a process, which is not open yet.
	 */
	public Ticker ticker(TickingProcess process, Schedule schedule) {
		return new Ticker(this, process, schedule);
	}

	/**
	 * Return what has become of the ticks.
	 */
	public TickCounters counters() {
		return this.counters;
	}

	/**
	 * Set what is added to the wall clock of this node, because it is off from its peers
	 * (R7, T4).
	 * @param millis milliseconds to add
	 */
	public void correct(long millis) {
		this.correctionMillis = millis;
	}

	EventLoop loop() {
		return this.loop;
	}

	String node() {
		return this.node;
	}

	TickPlaces places() {
		return this.places;
	}

	Moment now() {
		return new Moment(this.loop.nanoTime(), this.loop.currentTimeMillis() + this.correctionMillis);
	}

}
