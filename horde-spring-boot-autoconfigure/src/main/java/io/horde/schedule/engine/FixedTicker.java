package io.horde.schedule.engine;

import java.util.concurrent.TimeUnit;

import io.horde.time.clock.Moment;

/**
 * Lets a schedule with a rate or a delay tick.
 */
final class FixedTicker extends Ticker {

	private final FixedTiming timing;

	/** On the monotonic clock. */
	private long due;

	/**
	 * Creates a ticker.
	 * @param remaining how long it was to the next tick when the process was handed over,
	 * or a negative number if it was not
	 */
	FixedTicker(Tickers tickers, TickingProcess process, Schedule schedule, FixedTiming timing, long remaining) {
		super(tickers, process, schedule);
		this.timing = timing;
		Moment now = tickers.now();
		this.due = (remaining < 0) ? timing.first(now) : timing.resumed(now, remaining);
	}

	@Override
	public long remaining() {
		return (this.due == Timing.NEVER) ? Timing.NEVER : Math.max(0, this.due - tickers().now().nanos());
	}

	@Override
	public long nextDue() {
		return (this.due == Timing.NEVER || isDueUnderWay()) ? Timing.NEVER : millis(tickers().now());
	}

	@Override
	void arm() {
		if (this.due == Timing.NEVER) {
			schedule().due(Timing.NEVER);
			return;
		}
		Moment now = tickers().now();
		long remaining = this.due - now.nanos();
		schedule().due(millis(now));
		if (remaining <= 0) {
			tickers().places().take(this);
		}
		else {
			sleep(remaining);
		}
	}

	@Override
	void due() {
		if (record().isPaused()) {
			tickers().places().free();
			pass();
		}
		else {
			offer(new Tick(millis(tickers().now()), null));
		}
	}

	@Override
	void pass() {
		Moment now = tickers().now();
		skipped(millis(now), 1, "paused", false);
		next(now, now);
		arm();
	}

	private long millis(Moment now) {
		return now.millis() - TimeUnit.NANOSECONDS.toMillis(now.nanos() - this.due);
	}

	private void next(Moment begun, Moment ended) {
		FixedTiming.Next next = this.timing.next(this.due, begun, ended);
		this.due = next.due();
		skipped(begun.millis(), next.skipped(), "one waited", false);
	}

	@Override
	void ended(long due, Moment begun, Moment ended) {
		next(begun, ended);
	}

}
