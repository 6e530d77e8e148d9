package io.horde.schedule.engine;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

import io.horde.time.EventLoop;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one schedule of one process tick. Touched on the loop only; the ticks themselves
 * run on the process executor.
 */
public final class Ticker {

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
	 */

	/** How often a process that is open and not owner is asked again. */
	private static final Duration OWNER_CHECK = Duration.ofMillis(100);

	private static final Logger logger = LoggerFactory.getLogger(Ticker.class);

	private final Tickers tickers;

	private final EventLoop loop;

	private final TickingProcess process;

	private final Schedule schedule;

	private boolean open;

	private boolean started;

	private long due;

	private EventLoop.@Nullable Timer timer;

	private @Nullable Tick tick;

	Ticker(Tickers tickers, TickingProcess process, Schedule schedule) {
		this.tickers = tickers;
		this.loop = tickers.loop();
		this.process = process;
		this.schedule = schedule;
	}

	/**
	 * Tick from now on. After {@link #close()} it goes on with the due time there was; if
	 * that has passed, one late tick follows.
	 */
	public void open() {
		if (this.open) {
			return;
		}
		this.open = true;
		if (!this.started) {
			this.started = true;
			this.due = this.schedule.timing().first(this.tickers.now());
		}
		if (this.tick == null) {
			arm();
		}
	}

	/**
	 * Let no tick begin from now on. One that has begun goes on.
	 */
	public void close() {
		this.open = false;
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
		this.tickers.places().forget(this);
		if (this.tick != null && this.tick.take()) {
			drop();
		}
	}

	/**
	 * Close for good, and don't wait for the end of a tick that runs: the process has
	 * ended or is stuck.
	 */
	public void end() {
		close();
		if (this.tick != null) {
			drop();
		}
		this.schedule.due(Timing.NEVER);
	}

	private void arm() {
		if (this.due == Timing.NEVER) {
			this.schedule.due(Timing.NEVER);
			return;
		}
		Timing timing = this.schedule.timing();
		Moment now = this.tickers.now();
		long remaining = timing.remaining(this.due, now);
		this.schedule.due(now.plus(remaining).millis());
		if (remaining <= 0) {
			this.tickers.places().take(this);
		}
		else {
			this.timer = this.loop.schedule(Duration.ofNanos(Math.min(remaining, timing.longestSleep())), this::wake);
		}
	}

	private void wake() {
		this.timer = null;
		arm();
	}

	/**
	 * There is a place for the tick that is due.
	 */
	void handIn() {
		if (!this.process.isOwner()) {
			this.tickers.places().free();
			askAgain();
			return;
		}
		Tick tick = new Tick();
		this.tick = tick;
		if (!this.process.offer(tick)) {
			drop();
		}
	}

	private void askAgain() {
		this.timer = this.loop.schedule(OWNER_CHECK, this::wake);
	}

	private void drop() {
		this.tick = null;
		this.tickers.places().free();
	}

	private void notOwner(Tick tick) {
		if (this.tick == tick) {
			drop();
			if (this.open) {
				askAgain();
			}
		}
	}

	private void ended(Tick tick, Moment begun, Moment ended) {
		if (this.tick != tick) {
			return;
		}
		Timing.Next next = this.schedule.timing().next(this.due, begun, ended);
		this.due = next.due();
		if (next.skipped() > 0) {
			this.tickers.counters().skipped().add(next.skipped());
		}
		drop();
		if (this.open) {
			arm();
		}
	}

	@Override
	public String toString() {
		return "Ticker[" + this.schedule.name() + " of " + this.process.id() + "]";
	}

	/**
	 * One tick, from when it is handed in.
	 */
	private final class Tick implements Runnable {

		private final AtomicBoolean taken = new AtomicBoolean();

		/**
		 * Decide that it begins, or that it never does.
		 * @return {@code false} if the other one has been decided
		 */
		boolean take() {
			return this.taken.compareAndSet(false, true);
		}

		@Override
		public void run() {
			if (!take()) {
				return;
			}
			Ticker ticker = Ticker.this;
			if (!ticker.process.isOwner()) {
				ticker.loop.execute(() -> ticker.notOwner(this));
				return;
			}
			Moment begun = ticker.tickers.now();
			ticker.tickers.counters().begun().increment();
			try {
				CompletionStage<?> lasting = ticker.schedule.run();
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
			if (failure != null) {
				ticker.tickers.counters().failed().increment();
				logger.error("Tick {} of process {} on node {} failed", ticker.schedule.name(), ticker.process.id(),
						ticker.tickers.node(), cause(failure));
			}
			Moment ended = ticker.tickers.now();
			ticker.loop.execute(() -> ticker.ended(this, begun, ended));
		}

		private static Throwable cause(Throwable failure) {
			Throwable cause = failure.getCause();
			return (failure instanceof CompletionException && cause != null) ? cause : failure;
		}

	}

}
