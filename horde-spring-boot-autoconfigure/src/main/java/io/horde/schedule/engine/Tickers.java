package io.horde.schedule.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.horde.time.EventLoop;
import io.horde.time.clock.Moment;

/**
 * What the schedules of all processes of a node share.
 */
public final class Tickers {

	/** The histories of how many schedules are kept whose processes have gone. */
	private static final int MOST_KEPT = 1000;

	private final EventLoop loop;

	private final String node;

	private final TickPlaces places;

	private final TickCounters counters = new TickCounters();

	private final Map<String, TickHistory> histories = new LinkedHashMap<>();

	private ScheduleRecord.Source records = ScheduleRecord.Source.NONE;

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
	 * Set what is known of schedules elsewhere. Called before any process is started.
	 */
	public void records(ScheduleRecord.Source records) {
		this.records = records;
	}

	/**
	 * Return a ticker for a schedule of a process, which is not open yet.
	 * @param remaining how long it was to the next tick when the process was handed over,
	 * in nanoseconds; a negative number if it was not
	 */
	public Ticker ticker(TickingProcess process, Schedule schedule, long remaining) {
		Timing timing = schedule.timing();
		if (timing instanceof Cron cron) {
			return new CronTicker(this, process, schedule, cron);
		}
		return new FixedTicker(this, process, schedule, (FixedTiming) timing, remaining);
	}

	ScheduleRecord record(TickingProcess process, Schedule schedule) {
		return this.records.of(process, schedule);
	}

	TickHistory history(String id) {
		TickHistory former = this.histories.remove(id);
		return (former != null) ? former : new TickHistory();
	}

	/**
	 * Return what schedules have done here whose process has gone.
	 * @return histories by the ids of the schedules
	 */
	public Map<String, TickHistory> formers() {
		return Collections.unmodifiableMap(this.histories);
	}

	void ended(String id, TickHistory history) {
		this.histories.put(id, history);
		if (this.histories.size() > MOST_KEPT) {
			this.histories.remove(this.histories.keySet().iterator().next());
		}
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

	/**
	 * Return the present, by the clock of the cluster.
	 */
	public Moment now() {
		return new Moment(this.loop.nanoTime(), this.loop.currentTimeMillis() + this.correctionMillis);
	}

}
