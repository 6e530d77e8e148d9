package io.horde.schedule.engine;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.horde.schedule.TickOutcome;
import io.horde.schedule.engine.FixedTiming.FixedDelay;
import io.horde.schedule.engine.FixedTiming.FixedRate;
import io.horde.schedule.engine.FixedTiming.Once;
import io.horde.test.SimulatedEventLoop;
import io.horde.test.Simulation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What operators do to a {@link Ticker}: rule T6 as far as one run of a process goes.
 */
class TickerOperationTests {

	private static final Timing RATE = new FixedRate(Duration.ofSeconds(1), Duration.ofSeconds(1));

	private static final Timing EACH_SECOND = new Cron("* * * * * *", null,
			(millis, zone) -> (millis / 1000 + 1) * 1000);

	private final Simulation simulation = new Simulation(7);

	private final SimulatedEventLoop loop = this.simulation.eventLoop("node");

	private Tickers tickers = new Tickers(this.loop, "node", Integer.MAX_VALUE);

	private final TestTickingProcess process = new TestTickingProcess();

	private final List<String> record = new ArrayList<>();

	private boolean paused;

	private int begun;

	private @Nullable CompletableFuture<Void> lasting;

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void tickThatWaitsWhenItsScheduleIsPausedNeverBegins(boolean cron) {
		this.process.hold = true;
		Ticker ticker = open(cron ? EACH_SECOND : RATE);
		run(1500);
		assertThat(ticker.isBusy()).isTrue();
		pause(ticker);
		assertThat(ticker.isBusy()).isFalse();
		this.paused = false;
		this.process.runPrepared();
		assertThat(this.begun).isZero();
		assertThat(ticker.history().entries()).singleElement().satisfies((tick) -> {
			assertThat(tick.outcome()).isEqualTo(TickOutcome.SKIPPED);
			assertThat(tick.remark()).isEqualTo("paused");
		});
		this.process.hold = false;
		run(1000);
		assertThat(this.begun).isOne();
	}

	@Test
	void tickWhoseRecordIsNotConfirmedWhenItIsPausedIsReleased() {
		this.process.hold = true;
		Ticker ticker = open(EACH_SECOND);
		run(1500);
		this.process.prepareHeld();
		run(0);
		assertThat(this.record).containsExactly("begin");
		pause(ticker);
		assertThat(this.record).containsExactly("begin", "release", "skipped");
		assertThat(ticker.history().entries()).extracting(TickEntry::outcome).containsExactly(TickOutcome.SKIPPED);
		this.process.runPrepared();
		assertThat(this.begun).isZero();
	}

	@Test
	void tickWhoseProcessStopsBeforeItBeginsIsRemembered() {
		this.process.hold = true;
		Ticker ticker = open(EACH_SECOND);
		run(1500);
		this.process.prepareHeld();
		run(0);
		this.loop.execute(ticker::close);
		run(0);
		assertThat(ticker.history().entries()).extracting(TickEntry::outcome).containsExactly(TickOutcome.RELEASED);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void tickThatWaitsForAPlaceIsLeftOut(boolean cron) {
		this.tickers = new Tickers(this.loop, "node", 1);
		this.process.hold = true;
		open(RATE);
		run(2100);
		Ticker waits = open(cron ? EACH_SECOND : RATE);
		run(1500);
		assertThat(waits.isBusy()).isFalse();
		pause(waits);
		assertThat(waits.history().entries()).isNotEmpty()
			.allMatch((tick) -> tick.outcome() == TickOutcome.SKIPPED && tick.remark().equals("paused"));
		assertThat(waits.nextDue()).isGreaterThan(this.loop.currentTimeMillis());
	}

	@Test
	void tickThatRunsWhenItsScheduleIsPausedGoesOn() {
		this.lasting = new CompletableFuture<>();
		Ticker ticker = open(RATE);
		run(1500);
		pause(ticker);
		assertThat(ticker.running()).isNotNull().satisfies((tick) -> {
			assertThat(tick.outcome()).isEqualTo(TickOutcome.RUNNING);
			assertThat(tick.nanos()).isNegative();
		});
		this.lasting.complete(null);
		run(2000);
		assertThat(this.begun).isOne();
		assertThat(ticker.running()).isNull();
		assertThat(ticker.history().entries()).extracting(TickEntry::outcome)
			.containsExactly(TickOutcome.OK, TickOutcome.SKIPPED);
		assertThat(ticker.history().entries()).last().satisfies((tick) -> {
			assertThat(tick.skipped()).isEqualTo(2);
			assertThat(tick.due()).isGreaterThan(this.loop.currentTimeMillis() - 1000);
		});
	}

	@Test
	void pauseOfAClosedScheduleOrOneThatIsNotDueChangesNothing() {
		Ticker ticker = open(RATE);
		run(500);
		long due = ticker.nextDue();
		pause(ticker);
		this.loop.execute(ticker::close);
		run(0);
		pause(ticker);
		assertThat(ticker.nextDue()).isEqualTo(due);
		assertThat(ticker.history().entries()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void tickOnRequestRunsAtOnceAndLeavesTheDueTimesAlone(boolean cron) {
		Ticker ticker = open(cron ? EACH_SECOND : RATE);
		run(100);
		this.paused = true;
		long due = ticker.nextDue();
		CompletableFuture<TickEntry> tick = runNow(ticker);
		assertThat(tick)
			.isCompletedWithValueMatching((entry) -> entry.outcome() == TickOutcome.OK && entry.due() == entry.begun());
		assertThat(ticker.history().entries()).containsExactly(tick.join());
		assertThat(ticker.nextDue()).isEqualTo(due);
		assertThat(this.record).as("of others").isEmpty();
	}

	@Test
	void tickOnRequestDoesNotBeginBesideAnotherOne() {
		this.process.hold = true;
		Ticker ticker = open(RATE);
		run(1500);
		assertThatThrownBy(runNow(ticker)::join).hasMessageContaining("runs or waits");
	}

	@Test
	void tickOnRequestDoesNotBeginWhenItsProcessStops() {
		this.process.hold = true;
		Ticker ticker = open(RATE);
		CompletableFuture<TickEntry> tick = runNow(ticker);
		assertThat(tick).isNotDone();
		this.loop.execute(ticker::close);
		run(0);
		assertThatThrownBy(tick::join).hasCauseInstanceOf(IllegalStateException.class);
		assertThatThrownBy(runNow(ticker)::join).hasMessageContaining("not open");
		this.process.runPrepared();
		assertThat(this.begun).isZero();
	}

	@Test
	void nobodyWaitsForATickThatOutlivesItsProcess() {
		this.lasting = new CompletableFuture<>();
		Ticker ticker = open(RATE);
		CompletableFuture<TickEntry> tick = runNow(ticker);
		this.loop.execute(ticker::end);
		run(0);
		assertThatThrownBy(tick::join).hasCauseInstanceOf(TimeoutException.class);
	}

	@Test
	void nextDueTimeIsToldAsFarAsItIsKnown() {
		Ticker cron = open(EACH_SECOND);
		Ticker rate = open(RATE);
		assertThat(rate.zone()).isNull();
		run(0);
		assertThat(cron.zone()).isEqualTo(ZoneOffset.UTC);
		assertThat(cron.nextDue()).isEqualTo((this.loop.currentTimeMillis() / 1000 + 1) * 1000);
		assertThat(rate.nextDue()).isBetween(this.loop.currentTimeMillis() + 900, this.loop.currentTimeMillis() + 1100);
		this.lasting = new CompletableFuture<>();
		run(1500);
		assertThat(cron.nextDue()).as("after the one that runs").isGreaterThan(this.loop.currentTimeMillis() - 1000);
		assertThat(rate.nextDue()).isEqualTo(Timing.NEVER);
		Ticker once = open(new Once(Duration.ZERO));
		run(10);
		assertThat(once.nextDue()).isEqualTo(Timing.NEVER);
	}

	@Test
	void timingsAreShownWithTheirPeriods() {
		assertThat(RATE.expression()).isEqualTo("fixedRate PT1S");
		assertThat(new FixedDelay(Duration.ZERO, Duration.ofMinutes(5)).expression()).isEqualTo("fixedDelay PT5M");
		assertThat(new Once(Duration.ofHours(1)).expression()).isEqualTo("once PT1H");
		assertThat(EACH_SECOND.expression()).isEqualTo("* * * * * *");
	}

	private Ticker open(Timing timing) {
		this.tickers.records((process, schedule) -> new Record());
		Ticker ticker = this.tickers.ticker(this.process, new Ticking(timing), -1);
		this.loop.execute(ticker::open);
		return ticker;
	}

	private void pause(Ticker ticker) {
		this.paused = true;
		this.loop.execute(ticker::paused);
		run(0);
	}

	private CompletableFuture<TickEntry> runNow(Ticker ticker) {
		run(0);
		CompletableFuture<TickEntry> tick = CompletableFuture.supplyAsync(ticker::runNow, this.loop::execute)
			.thenCompose((answer) -> answer);
		run(0);
		return tick;
	}

	private void run(long millis) {
		this.simulation.run(Duration.ofMillis(millis));
	}

	private final class Ticking implements Schedule {

		private final Timing timing;

		Ticking(Timing timing) {
			this.timing = timing;
		}

		@Override
		public String name() {
			return "ticking";
		}

		@Override
		public String key() {
			return "ticking" + System.identityHashCode(this);
		}

		@Override
		public Timing timing() {
			return this.timing;
		}

		@Override
		public void due(long millis) {
		}

		@Override
		public @Nullable CompletionStage<?> run(long due) {
			TickerOperationTests.this.begun++;
			return TickerOperationTests.this.lasting;
		}

	}

	private final class Record implements ScheduleRecord {

		@Override
		public boolean isPaused() {
			return TickerOperationTests.this.paused;
		}

		@Override
		public void find(BooleanSupplier wanted, Consumer<Progress> found) {
			found.accept(new Progress(Progress.FROM_NOW, false, ZoneOffset.UTC));
		}

		@Override
		public void begin(long due, Consumer<Answer> answer) {
			TickerOperationTests.this.record.add("begin");
			if (!TickerOperationTests.this.process.hold) {
				answer.accept(Answer.HELD);
			}
		}

		@Override
		public boolean isBegun(long due) {
			return true;
		}

		@Override
		public void release(long due, Runnable held) {
			TickerOperationTests.this.record.add("release");
			held.run();
		}

		@Override
		public void ended(TickEntry tick) {
			TickerOperationTests.this.record.add("ended");
		}

		@Override
		public void skipped(TickEntry ticks) {
			TickerOperationTests.this.record.add("skipped");
		}

	}

}
