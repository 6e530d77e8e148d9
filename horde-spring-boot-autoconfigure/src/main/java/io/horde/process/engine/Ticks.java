package io.horde.process.engine;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

import io.horde.schedule.engine.FixedTiming;
import io.horde.schedule.engine.PreparedTick;
import io.horde.schedule.engine.Schedule;
import io.horde.schedule.engine.Ticker;
import io.horde.schedule.engine.TickingProcess;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ticks of one process, from when it is opened to its end. They begin and end on the
 * loop.
 */
final class Ticks implements TickingProcess {

	private static final Logger logger = LoggerFactory.getLogger(Ticks.class);

	private final ProcessRuntime runtime;

	private final LocalProcess process;

	private final Mailbox mailbox;

	private @Nullable List<Ticker> tickers;

	/**
	 * When a tick was in the way of calls, the last time.
	 */
	private volatile @Nullable Span last;

	Ticks(ProcessRuntime runtime, LocalProcess process, Mailbox mailbox) {
		this.runtime = runtime;
		this.process = process;
		this.mailbox = mailbox;
	}

	/**
	 * Tick from now on, or again after {@link #close()}.
	 */
	void open() {
		List<Ticker> tickers = this.tickers;
		if (tickers == null) {
			tickers = this.runtime.factory().schedules(this.process).stream().map(this::ticker).toList();
			this.tickers = tickers;
		}
		tickers.forEach(Ticker::open);
	}

	private Ticker ticker(Schedule schedule) {
		long remaining = this.process.order().ticks().getOrDefault(schedule.key(), -1L);
		return this.runtime.tickers().ticker(this, schedule, remaining);
	}

	/**
	 * Return the schedules of the process. Called on the loop.
	 * @return none if it was not opened
	 */
	List<Ticker> tickers() {
		return (this.tickers != null) ? this.tickers : List.of();
	}

	/**
	 * Return how long it is until the next ticks, for the node to which the process is
	 * handed over (T7).
	 * @return by the keys of the schedules, in nanoseconds
	 */
	SortedMap<String, Long> remaining() {
		SortedMap<String, Long> remaining = new TreeMap<>();
		for (Ticker ticker : tickers()) {
			if (ticker.schedule().timing() instanceof FixedTiming) {
				remaining.put(ticker.schedule().key(), ticker.remaining());
			}
		}
		return remaining;
	}

	/**
	 * Let no tick begin. Those that run go on.
	 */
	void close() {
		if (this.tickers != null) {
			this.tickers.forEach(Ticker::close);
		}
	}

	/**
	 * Close for good.
	 */
	void end() {
		if (this.tickers != null) {
			this.tickers.forEach(Ticker::end);
		}
	}

	@Override
	public String id() {
		return this.process.id();
	}

	@Override
	public long epoch() {
		return this.process.epoch();
	}

	@Override
	public boolean isOwner() {
		return this.process.isOwner();
	}

	@Override
	public boolean offer(Runnable tick) {
		if (this.process.type().concurrent()) {
			return this.mailbox.offerTick(tick);
		}
		return this.mailbox
			.offerTick((tick instanceof PreparedTick prepared) ? new SerialTick(prepared) : () -> runSerially(tick));
	}

	private void runSerially(Runnable tick) {
		long begun = this.runtime.loop().nanoTime();
		tick.run();
		this.last = new Span(begun, this.runtime.loop().nanoTime());
	}

	void callBegins(long arrival, long timeout) {
		Span last = this.last;
		if (last != null && last.nanosSince(arrival) > timeout / 2 && this.runtime.isSlow(this.process.type().name())) {
			logger.warn(
					"A call of process {} on node {} has waited behind a tick for more than half its timeout of {} ms. Calls"
							+ " and ticks of type '{}' are serial: make its ticks shorter, or let them run beside calls"
							+ " with @HordeProcess(concurrent = true), if several threads may use it",
					this.process.id(), this.runtime.node(), timeout / 1_000_000, this.process.type().name());
		}
	}

	@Override
	public void lasting(CompletionStage<?> tick) {
		this.process.lastUntil(tick);
	}

	private final class SerialTick implements PreparedTick {

		private final PreparedTick tick;

		SerialTick(PreparedTick tick) {
			this.tick = tick;
		}

		@Override
		public void prepare(Runnable ready) {
			this.tick.prepare(ready);
		}

		@Override
		public void run() {
			runSerially(this.tick);
		}

	}

	private record Span(long begun, long ended) {

		long nanosSince(long nanoTime) {
			return this.ended - ((this.begun - nanoTime > 0) ? this.begun : nanoTime);
		}

	}

}
