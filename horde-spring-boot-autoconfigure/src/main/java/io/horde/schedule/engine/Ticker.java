package io.horde.schedule.engine;

import java.time.Duration;
import java.time.ZoneId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.horde.schedule.TickOutcome;
import io.horde.time.EventLoop;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one schedule of one process tick. Touched on the loop only; the ticks themselves
 * run on the process executor.
 */
public abstract sealed class Ticker permits FixedTicker, CronTicker {

	/*-
	 *            due            place            begins
	 *  ARMED ---------> WAITING ------> HANDED IN ------> RUNNING
	 *    ^  timer set     in line       in the mailbox       | ended: next due time
	 *    `---------------------------------------------------'
	 *
	 * A schedule is in one of these states at any time. So it never runs beside itself
	 * (T7), and at most one of its ticks waits (T5). Nothing happens at the due times that
	 * pass meanwhile: how many they were follows from when the tick began.
	 *
	 * close() leads back to ARMED, without a timer, from all states but RUNNING. A tick
	 * that runs goes on, and its end sets the timer only if the process is open again by
	 * then. Begin and close() may meet: `taken` says who was first.
	 *
	 * A tick that somebody asks for is HANDED IN at once, and leaves the due time alone
	 * (T6).
	 */

	/** How often a process that is open and not owner is asked again. */
	private static final Duration OWNER_CHECK = Duration.ofMillis(100);

	private static final Logger logger = LoggerFactory.getLogger(Ticker.class);

	private final Tickers tickers;

	private final EventLoop loop;

	private final TickingProcess process;

	private final Schedule schedule;

	private final ScheduleRecord record;

	private final TickHistory history;

	private boolean open;

	private EventLoop.@Nullable Timer timer;

	private @Nullable Tick tick;

	Ticker(Tickers tickers, TickingProcess process, Schedule schedule) {
		this.tickers = tickers;
		this.loop = tickers.loop();
		this.process = process;
		this.schedule = schedule;
		this.record = tickers.record(process, schedule);
		this.history = tickers.history(id());
	}

	/**
	 * Return what tells the schedule from all others of the cluster.
	 */
	public String id() {
		return this.process.id() + "#" + this.schedule.key();
	}

	public Schedule schedule() {
		return this.schedule;
	}

	/**
	 * Return what is known of it elsewhere.
	 */
	public ScheduleRecord record() {
		return this.record;
	}

	public TickHistory history() {
		return this.history;
	}

	/**
	 * Return the tick that runs.
	 * @return {@code null} if none runs
	 */
	public @Nullable TickEntry running() {
		Tick tick = this.tick;
		long begun = (tick != null) ? tick.begunMillis : 0;
		return (tick != null && begun > 0) ? new TickEntry(tick.due, begun, -1, TickOutcome.RUNNING, 0, "") : null;
	}

	/**
	 * Tell whether a tick runs, or waits for its turn.
	 */
	public boolean isBusy() {
		return this.tick != null;
	}

	/**
	 * Return when the next tick is due.
	 * @return by the clock of the cluster, or {@link Timing#NEVER} if there is none or it
	 * is not known
	 */
	public abstract long nextDue();

	/**
	 * Return the zone that it goes by.
	 * @return {@code null} if there is none, or it is not known
	 */
	public @Nullable ZoneId zone() {
		return null;
	}

	/**
	 * Tick from now on. After {@link #close()} it goes on with the due time there was; if
	 * that has passed, one late tick follows.
	 */
	public void open() {
		if (!this.open) {
			this.open = true;
			if (this.tick == null) {
				arm();
			}
		}
	}

	/**
	 * Let no tick begin from now on. One that has begun goes on.
	 */
	public void close() {
		this.open = false;
		cancelTimer();
		this.tickers.places().forget(this);
		Tick tick = this.tick;
		if (tick != null && tick.take()) {
			drop();
			called(tick);
		}
	}

	/**
	 * Close for good, and don't wait for the end of a tick that runs: the process has
	 * ended or is stuck.
	 */
	public void end() {
		close();
		Tick tick = this.tick;
		if (tick != null) {
			drop();
			if (tick.answer != null) {
				tick.answer.completeExceptionally(new TimeoutException("its process has ended and the tick has not"));
			}
		}
		this.schedule.due(Timing.NEVER);
		this.tickers.ended(id(), this.history);
	}

	/**
	 * Return how long it is until the next tick, for the node to which the process is
	 * handed over (T7).
	 * @return nanoseconds, or {@link Timing#NEVER}
	 */
	public abstract long remaining();

	/**
	 * Tick as soon as it is the turn of this, whatever the timing says (T6).
	 * @return completes on the loop when the tick has ended; exceptionally if it did not
	 * begin, and with a {@link TimeoutException} if nobody waits for its end any more
	 */
	public CompletableFuture<TickEntry> runNow() {
		CompletableFuture<TickEntry> answer = new CompletableFuture<>();
		if (!this.open || this.tick != null) {
			answer.completeExceptionally(
					new IllegalStateException(this.open ? "a tick of it runs or waits" : "its process is not open"));
			return answer;
		}
		cancelTimer();
		this.tickers.places().forget(this);
		Tick tick = new Tick(this.tickers.now().millis(), answer);
		this.tick = tick;
		if (!this.process.offer(tick)) {
			notBegun(tick);
		}
		return answer;
	}

	/**
	 * It was paused (T6): a tick that waits does not begin.
	 */
	public void paused() {
		Tick tick = this.tick;
		if (!this.open || (tick != null && (tick.answer != null || !tick.take()))
				|| (tick == null && !this.tickers.places().forget(this))) {
			return;
		}
		if (tick != null) {
			drop();
			dropped(tick);
		}
		pass();
	}

	/**
	 * Leave out what is due: the schedule is paused.
	 */
	abstract void pass();

	/**
	 * Set the timer for the next tick, or take a place for one that is due. Called when
	 * the process is open and no tick is under way.
	 */
	abstract void arm();

	/**
	 * Hand a tick in: there is a place for it, and the process is owner.
	 */
	abstract void due();

	/**
	 * A tick has ended. Find the next due time.
	 */
	abstract void ended(long due, Moment begun, Moment ended);

	/**
	 * A tick that was handed in never begins.
	 */
	void dropped(Tick tick) {
	}

	final void handIn() {
		if (this.process.isOwner()) {
			due();
		}
		else {
			this.tickers.places().free();
			again(OWNER_CHECK);
		}
	}

	final void offer(Tick tick) {
		tick.placed = true;
		this.tick = tick;
		if (!this.process.offer(tick)) {
			drop();
		}
	}

	final void sleep(long nanos) {
		again(Duration.ofNanos(nanos));
	}

	final void again(Duration delay) {
		this.timer = this.loop.schedule(delay, () -> {
			this.timer = null;
			arm();
		});
	}

	private void cancelTimer() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

	final void drop() {
		Tick tick = this.tick;
		this.tick = null;
		if (tick != null && tick.placed) {
			this.tickers.places().free();
		}
	}

	/**
	 * A tick comes to nothing, for now.
	 */
	final void notBegun(Tick tick) {
		if (this.tick == tick) {
			drop();
			called(tick);
			if (this.open) {
				again(OWNER_CHECK);
			}
		}
	}

	private void called(Tick tick) {
		if (tick.answer != null) {
			tick.answer.completeExceptionally(new IllegalStateException("its process stops or is no owner"));
		}
		else {
			dropped(tick);
		}
	}

	private void ended(Tick tick, TickEntry entry, Moment begun, Moment ended) {
		this.history.add(entry);
		if (tick.answer != null) {
			tick.answer.complete(entry);
		}
		else {
			this.record.ended(entry);
		}
		if (this.tick == tick) {
			if (tick.answer == null) {
				ended(tick.due, begun, ended);
			}
			drop();
			if (this.open) {
				arm();
			}
		}
	}

	/**
	 * Ticks were left out.
	 * @param due when the last of them was due, in milliseconds since the epoch
	 * @param write whether others have to know
	 */
	final void skipped(long due, long count, String reason, boolean write) {
		if (count > 0) {
			TickEntry entry = TickEntry.skipped(due, count, reason);
			this.tickers.counters().skipped().add(count);
			this.history.add(entry);
			if (write) {
				this.record.skipped(entry);
			}
		}
	}

	final Tickers tickers() {
		return this.tickers;
	}

	final TickingProcess process() {
		return this.process;
	}

	final boolean isOpen() {
		return this.open;
	}

	/**
	 * Tell whether the tick that is due runs, or waits for its turn.
	 */
	final boolean isDueUnderWay() {
		return this.tick != null && this.tick.answer == null;
	}

	final boolean isUnderWay(Tick tick) {
		return this.tick == tick;
	}

	final void post(Runnable task) {
		this.loop.execute(task);
	}

	@Override
	public String toString() {
		return "Ticker[" + id() + "]";
	}

	/**
	 * One tick, from when it is handed in.
	 */
	class Tick implements Runnable {

		private final AtomicBoolean taken = new AtomicBoolean();

		private final @Nullable CompletableFuture<TickEntry> answer;

		private long due;

		private String note = "";

		private boolean placed;

		private volatile long begunMillis;

		/**
		 * Creates a tick.
		 * @param due when it is due, in milliseconds since the epoch
		 * @param answer is told when it has ended, if somebody asked for it
		 */
		Tick(long due, @Nullable CompletableFuture<TickEntry> answer) {
			this.due = due;
			this.answer = answer;
		}

		/**
		 * Decide that it begins, or that it never does.
		 * @return {@code false} if the other one has been decided
		 */
		boolean take() {
			return this.taken.compareAndSet(false, true);
		}

		boolean isTaken() {
			return this.taken.get();
		}

		/**
		 * Tell whether it may begin, as far as others are concerned. Called by the thread
		 * that runs it, when the process was just found to be owner.
		 */
		boolean mayRun() {
			return !Ticker.this.record.isPaused();
		}

		long due() {
			return this.due;
		}

		void due(long due) {
			this.due = due;
		}

		/**
		 * Say something about it in its entry, before it begins.
		 */
		void note(String note) {
			this.note = note;
		}

		@Override
		public void run() {
			if (!take()) {
				return;
			}
			Ticker ticker = Ticker.this;
			if (!ticker.process.isOwner() || (this.answer == null && !mayRun())) {
				ticker.post(() -> ticker.notBegun(this));
				return;
			}
			Moment begun = ticker.tickers.now();
			this.begunMillis = begun.millis();
			ticker.tickers.counters().begun().increment();
			try {
				CompletionStage<?> lasting = ticker.schedule.run(this.due);
				if (lasting != null) {
					lasting.whenComplete((result, failure) -> ended(begun, failure));
					ticker.process.lasting(lasting);
					return;
				}
				ended(begun, null);
			}
			catch (Throwable ex) {
				ended(begun, ex);
			}
		}

		private void ended(Moment begun, @Nullable Throwable failure) {
			Ticker ticker = Ticker.this;
			Throwable cause = (failure != null) ? cause(failure) : null;
			if (cause != null) {
				ticker.tickers.counters().failed().increment();
				logger.error("Tick {} of process {} on node {} failed", ticker.schedule.name(), ticker.process.id(),
						ticker.tickers.node(), cause);
			}
			Moment ended = ticker.tickers.now();
			TickEntry entry = TickEntry.ended(this.due, begun, ended, cause, this.note);
			ticker.post(() -> ticker.ended(this, entry, begun, ended));
		}

		private static Throwable cause(Throwable failure) {
			Throwable cause = failure.getCause();
			return (failure instanceof CompletionException && cause != null) ? cause : failure;
		}

	}

}
