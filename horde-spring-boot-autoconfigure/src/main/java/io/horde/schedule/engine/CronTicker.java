package io.horde.schedule.engine;

import java.time.Duration;
import java.time.ZoneId;
import java.util.concurrent.CompletableFuture;

import io.horde.process.MissedTicks;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * Lets a cron schedule tick: at most once for each of its instants, wherever its process
 * runs (T2).
 */
final class CronTicker extends Ticker {

	/*-
	 *  open --> FINDING: how far has it come? (T3) --> ARMED --due--> WAITING --place--> HANDED IN
	 *                                                    ^                                   | its turn
	 *                                                    |      not held, begun elsewhere    v
	 *                                                    |<----------------------------- RECORDING
	 *                                                    |            ended                  | held
	 *                                                    `----------- RUNNING <--- owner? ---'
	 *
	 * Who is stopped while it records, or before it has begun, takes the record back, and
	 * the process ends only when so many know of that as knew of the record.
	 */

	private static final long LONGEST_SLEEP = Duration.ofSeconds(10).toNanos();

	private static final long NANOS_PER_MILLI = 1_000_000;

	private static final Duration NEXT_TRY = Duration.ofSeconds(1);

	/**
	 * How many instants that have passed are counted at most, so that a clock that was
	 * set does not stop the loop.
	 */
	private static final int MOST_COUNTED = 10_000;

	private static final long LATEST_STRETCH = Duration.ofHours(1).toMillis();

	private final Cron cron;

	private @Nullable ZoneId zone;

	private long search;

	/** The next instant, in milliseconds since the epoch. */
	private long due = Timing.NEVER;

	/** Whether it had passed before the process ran here. */
	private boolean missed;

	CronTicker(Tickers tickers, TickingProcess process, Schedule schedule, Cron cron) {
		super(tickers, process, schedule);
		this.cron = cron;
	}

	@Override
	public void close() {
		this.search++;
		super.close();
	}

	@Override
	public long remaining() {
		return Timing.NEVER;
	}

	@Override
	public long nextDue() {
		return isDueUnderWay() ? after(this.due) : this.due;
	}

	@Override
	public @Nullable ZoneId zone() {
		return (this.zone != null) ? this.zone : this.cron.zone();
	}

	@Override
	void arm() {
		ZoneId zone = this.zone;
		if (zone == null) {
			long search = ++this.search;
			record().find(() -> search == this.search && isOpen(), this::found);
			return;
		}
		schedule().due(this.due);
		if (this.due == Timing.NEVER) {
			return;
		}
		long remaining = this.due - tickers().now().millis();
		if (remaining <= 0) {
			tickers().places().take(this);
		}
		else {
			// The wall clock may be set, and goes on while the machine is suspended
			sleep((remaining < LONGEST_SLEEP / NANOS_PER_MILLI) ? remaining * NANOS_PER_MILLI : LONGEST_SLEEP);
		}
	}

	private void found(Progress progress) {
		TickEntry lost = record().lost();
		if (lost != null) {
			history().add(lost);
		}
		this.zone = progress.zone();
		long now = tickers().now().millis();
		long from = (progress.due() == Progress.FROM_NOW) ? now : progress.due();
		this.due = (progress.again()) ? from : after(from);
		this.missed = this.due <= now && progress.due() != Progress.FROM_NOW;
		if (this.missed && !progress.again() && schedule().missedTicks() == MissedTicks.SKIP) {
			leaveOut("missed");
		}
		arm();
	}

	private long after(long millis) {
		ZoneId zone = this.zone;
		if (zone == null || millis == Timing.NEVER) {
			return Timing.NEVER;
		}
		return this.cron.instants().after(millis, zone);
	}

	/**
	 * Return the latest instant that has passed, at least the one that is due, the one
	 * before it, and how many others there are from the one that is due on.
	 */
	private Passed passed(long now) {
		long latest = this.due;
		long before = latest;
		int count = 0;
		long next = after(latest);
		while (next <= now && count < MOST_COUNTED) {
			before = latest;
			latest = next;
			next = after(next);
			count++;
		}
		if (next <= now) {
			long late = after(now - LATEST_STRETCH);
			for (; late <= now && count < 2 * MOST_COUNTED; late = after(late)) {
				before = latest;
				latest = Math.max(latest, late);
				count++;
			}
		}
		return new Passed(latest, before, count);
	}

	@Override
	void due() {
		if (record().isPaused()) {
			tickers().places().free();
			pass();
		}
		else {
			offer(new CronTick());
		}
	}

	@Override
	void pass() {
		leaveOut("paused");
		arm();
	}

	private void leaveOut(String reason) {
		Passed passed = passed(tickers().now().millis());
		skipped(passed.latest(), passed.count() + 1L, reason, true);
		this.missed = false;
		this.due = after(passed.latest());
	}

	private void itsTurn(CronTick tick, Runnable ready) {
		if (!isUnderWay(tick) || tick.isTaken()) {
			ready.run();
			return;
		}
		if (!process().isOwner() || record().isPaused()) {
			tick.take();
			ready.run();
			notBegun(tick);
			return;
		}
		Passed passed = passed(tickers().now().millis());
		skipped(passed.before(), passed.count(), this.missed ? "missed" : "one waited", this.missed);
		this.missed = false;
		this.due = passed.latest();
		tick.due(this.due);
		tick.recorded = true;
		record().begin(this.due, (answer) -> {
			answered(tick, answer);
			ready.run();
		});
	}

	private void answered(CronTick tick, ScheduleRecord.Answer answer) {
		if (answer == ScheduleRecord.Answer.UNHELD) {
			tick.note("nobody else had confirmed its record in time");
		}
		if (!isUnderWay(tick) || answer == ScheduleRecord.Answer.HELD || answer == ScheduleRecord.Answer.UNHELD
				|| !tick.take()) {
			return;
		}
		drop();
		if (answer == ScheduleRecord.Answer.ELSEWHERE) {
			this.due = after(this.due);
		}
		if (isOpen()) {
			if (answer == ScheduleRecord.Answer.ELSEWHERE) {
				arm();
			}
			else {
				again(NEXT_TRY);
			}
		}
	}

	@Override
	void dropped(Tick tick) {
		if (!((CronTick) tick).recorded) {
			return;
		}
		if (!isOpen()) {
			history().add(TickEntry.released(tick.due()));
		}
		CompletableFuture<Void> released = new CompletableFuture<>();
		if (process().isOwner()) {
			process().lasting(released);
		}
		record().release(tick.due(), () -> released.complete(null));
	}

	@Override
	void ended(long due, Moment begun, Moment ended) {
		this.due = after(due);
	}

	private record Passed(long latest, long before, int count) {

	}

	/**
	 * A tick that is recorded first.
	 */
	private final class CronTick extends Tick implements PreparedTick {

		private boolean recorded;

		CronTick() {
			super(CronTicker.this.due, null);
		}

		@Override
		boolean mayRun() {
			return super.mayRun() && record().isBegun(due());
		}

		@Override
		public void prepare(Runnable ready) {
			post(() -> itsTurn(this, ready));
		}

	}

}
