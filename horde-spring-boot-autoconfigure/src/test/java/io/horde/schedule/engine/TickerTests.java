package io.horde.schedule.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.horde.schedule.engine.FixedTiming.FixedDelay;
import io.horde.schedule.engine.FixedTiming.FixedRate;
import io.horde.schedule.engine.FixedTiming.Once;
import io.horde.test.SimulatedEventLoop;
import io.horde.test.Simulation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Ticker}: rules T4, T5 and T7 as far as one run of a process goes.
 */
@ExtendWith(OutputCaptureExtension.class)
class TickerTests {

	private static final Timing RATE = new FixedRate(Duration.ZERO, Duration.ofMillis(100));

	/** A cron of the tests: each full second. */
	private static final Timing EACH_SECOND = new Cron("* * * * * *", null,
			(millis, zone) -> (millis / 1000 + 1) * 1000);

	private final Simulation simulation = new Simulation(7);

	private final SimulatedEventLoop loop = this.simulation.eventLoop("node");

	private final Tickers tickers = new Tickers(this.loop, "node", Integer.MAX_VALUE);

	private final TestTickingProcess process = new TestTickingProcess();

	private final TickCounters counters = this.tickers.counters();

	@BeforeEach
	void toTheBeat() {
		this.simulation.run(Duration.ofNanos(Math.floorMod(-this.loop.nanoTime(), 1_000_000L)));
	}

	@Test
	void fixedRateTicksAtItsRate() {
		Recorder recorder = open(RATE);
		run(1050);
		assertThat(recorder.begun).containsExactly(0L, 100L, 200L, 300L, 400L, 500L, 600L, 700L, 800L, 900L, 1000L);
		assertThat(this.counters.begun().sum()).isEqualTo(11);
	}

	@Test
	void fixedDelayPausesBetweenTicks() {
		this.process.hold = true;
		Recorder recorder = open(new FixedDelay(Duration.ofMillis(50), Duration.ofMillis(100)));
		run(200);
		this.process.runHeld();
		run(99);
		assertThat(recorder.begun).containsExactly(200L);
		this.process.hold = false;
		run(1);
		assertThat(recorder.begun).containsExactly(200L, 300L);
	}

	@Test
	void oneTimeTaskTicksOnce() {
		Recorder recorder = open(new Once(Duration.ofMillis(50)));
		run(10_000);
		assertThat(recorder.begun).containsExactly(50L);
		assertThat(recorder.due).isEqualTo(Timing.NEVER);
	}

	@Test
	void oneTickWaitsAndTheOthersAreSkipped() {
		this.process.hold = true;
		Recorder recorder = open(RATE);
		run(1050);
		assertThat(this.process.held).hasSize(1);
		this.process.hold = false;
		this.process.runHeld();
		run(100);
		assertThat(recorder.begun).containsExactly(1050L, 1150L);
		assertThat(this.counters.skipped().sum()).isEqualTo(10);
	}

	@Test
	void scheduleNeverRunsBesideItself() {
		Recorder recorder = open(RATE);
		recorder.lasting = new CompletableFuture<>();
		run(1050);
		assertThat(recorder.begun).containsExactly(0L);
		recorder.end();
		run(10);
		assertThat(recorder.begun).as("what fell due meanwhile").containsExactly(0L, 1050L);
		assertThat(this.counters.skipped().sum()).isEqualTo(9);
	}

	@Test
	void schedulesOfOneProcessDontWaitForEachOther() {
		Recorder slow = open(RATE);
		slow.lasting = new CompletableFuture<>();
		Recorder other = open(RATE);
		run(250);
		assertThat(slow.begun).hasSize(1);
		assertThat(other.begun).hasSize(3);
	}

	@Test
	void fixedRateTicksOnceAfterAPause() {
		Recorder recorder = open(RATE);
		run(50);
		this.loop.pause();
		run(10_000);
		this.loop.resume();
		run(0);
		assertThat(recorder.begun).containsExactly(0L, 10_050L);
		assertThat(this.counters.skipped().sum()).isEqualTo(99);
		run(100);
		assertThat(recorder.begun).containsExactly(0L, 10_050L, 10_150L);
	}

	@Test
	void cronTicksAtItsInstants() {
		Recorder recorder = open(EACH_SECOND);
		run(3100);
		assertThat(recorder.wall).hasSize(3).allMatch((millis) -> millis % 1000 == 0);
	}

	@Test
	void cronFollowsAClockThatIsSetForward() {
		Timing daily = new Cron("0 0 0 * * *", null, (millis, zone) -> (millis / 86_400_000 + 1) * 86_400_000);
		Recorder recorder = open(daily);
		run(0);
		this.loop.clock().step(Duration.ofDays(1));
		run(10_000);
		assertThat(recorder.begun).hasSize(1);
	}

	@Test
	void cronDoesNotRepeatWhenTheClockIsSetBack() {
		Recorder recorder = open(EACH_SECOND);
		run(1100);
		this.loop.clock().step(Duration.ofMillis(-1000));
		run(1000);
		assertThat(recorder.begun).hasSize(1);
		run(1000);
		assertThat(recorder.begun).hasSize(2);
	}

	@Test
	void cronGoesByTheCorrectedClock() {
		this.tickers.correct(-300);
		Recorder recorder = open(EACH_SECOND);
		run(1000);
		assertThat(recorder.wall).hasSize(1).allMatch((millis) -> millis % 1000 == 300);
	}

	@Test
	void tickThatThrowsIsLoggedAndCountedAndTheNextComes(CapturedOutput output) {
		Recorder recorder = open(RATE);
		recorder.failure = new IllegalStateException("expected");
		run(150);
		assertThat(recorder.begun).hasSize(2);
		assertThat(this.counters.failed().sum()).isEqualTo(2);
		assertThat(output).contains("Tick recorder of process p on node node failed")
			.contains("IllegalStateException: expected");
	}

	@Test
	void stageThatFailsIsAFailureOfTheTick(CapturedOutput output) {
		Recorder recorder = open(RATE);
		recorder.lasting = new CompletableFuture<>();
		run(50);
		recorder.lasting.completeExceptionally(new IllegalStateException("expected"));
		recorder.lasting = null;
		run(100);
		assertThat(recorder.begun).hasSize(2);
		assertThat(this.counters.failed().sum()).isEqualTo(1);
		assertThat(output).contains("IllegalStateException: expected");
	}

	@Test
	void processKnowsOfTicksThatLast() {
		Recorder recorder = open(RATE);
		recorder.lasting = new CompletableFuture<>();
		run(50);
		assertThat(this.process.lasting).singleElement().matches((stage) -> !stage.toCompletableFuture().isDone());
		recorder.end();
		assertThat(this.process.lasting).singleElement().matches((stage) -> stage.toCompletableFuture().isDone());
	}

	@Test
	void nothingTicksBeforeTheProcessIsOwner() {
		this.process.owner = false;
		Recorder recorder = open(RATE);
		run(950);
		assertThat(recorder.begun).isEmpty();
		this.process.owner = true;
		run(100);
		assertThat(recorder.begun).containsExactly(1000L);
	}

	@Test
	void tickThatComesToItsTurnWithoutOwnershipWaits() {
		this.process.hold = true;
		Recorder recorder = open(RATE);
		run(50);
		this.process.owner = false;
		this.process.hold = false;
		this.process.runHeld();
		assertThat(recorder.begun).isEmpty();
		this.process.owner = true;
		run(100);
		assertThat(recorder.begun).containsExactly(150L);
		assertThat(this.counters.begun().sum()).isEqualTo(1);
	}

	@Test
	void nothingBeginsAfterClose() {
		this.process.hold = true;
		Recorder recorder = new Recorder(RATE);
		Ticker ticker = open(recorder);
		run(50);
		this.loop.execute(ticker::close);
		run(0);
		this.process.runHeld();
		run(1000);
		assertThat(recorder.begun).isEmpty();
	}

	@Test
	void reopenedScheduleGoesOnWithItsDueTime() {
		Recorder recorder = new Recorder(RATE);
		Ticker ticker = open(recorder);
		run(50);
		this.loop.execute(ticker::close);
		run(20);
		this.loop.execute(ticker::open);
		run(50);
		assertThat(recorder.begun).containsExactly(0L, 100L);
	}

	@Test
	void reopenedScheduleThatIsLateTicksOnce() {
		Recorder recorder = new Recorder(RATE);
		Ticker ticker = open(recorder);
		run(50);
		this.loop.execute(ticker::close);
		run(1000);
		this.loop.execute(ticker::open);
		run(50);
		assertThat(recorder.begun).containsExactly(0L, 1050L);
	}

	@Test
	void tickThatRunsWhileItsProcessIsClosedAndOpenedKeepsOthersAway() {
		Recorder recorder = new Recorder(RATE);
		recorder.lasting = new CompletableFuture<>();
		Ticker ticker = open(recorder);
		run(50);
		this.loop.execute(ticker::close);
		this.loop.execute(ticker::open);
		run(500);
		assertThat(recorder.begun).containsExactly(0L);
		recorder.end();
		run(0);
		assertThat(recorder.begun).containsExactly(0L, 550L);
	}

	@Test
	void endOfATickDoesNotRearmAClosedSchedule() {
		Recorder recorder = new Recorder(RATE);
		recorder.lasting = new CompletableFuture<>();
		Ticker ticker = open(recorder);
		run(50);
		this.loop.execute(ticker::close);
		run(0);
		recorder.end();
		run(1000);
		assertThat(recorder.begun).containsExactly(0L);
	}

	@Test
	void nextTickIsTold() {
		Recorder recorder = open(EACH_SECOND);
		run(10);
		assertThat(recorder.due % 1000).isZero();
		assertThat(recorder.due - this.loop.currentTimeMillis()).isBetween(0L, 1000L);
	}

	@Test
	void ticksLeavePlacesToCalls() {
		Tickers few = new Tickers(this.loop, "node", 8);
		List<Recorder> recorders = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			Recorder recorder = new Recorder(new Once(Duration.ZERO));
			recorder.lasting = new CompletableFuture<>();
			recorders.add(recorder);
			this.loop.execute(few.ticker(this.process, recorder, -1)::open);
		}
		run(0);
		assertThat(recorders).filteredOn((recorder) -> !recorder.begun.isEmpty()).hasSize(7);
		recorders.get(0).end();
		run(0);
		assertThat(recorders).filteredOn((recorder) -> !recorder.begun.isEmpty())
			.hasSize(8)
			.isEqualTo(recorders.subList(0, 8));
	}

	@Test
	void placeOfAProcessThatHasEndedIsFree() {
		Tickers few = new Tickers(this.loop, "node", 1);
		Recorder stuck = new Recorder(RATE);
		stuck.lasting = new CompletableFuture<>();
		Ticker ticker = few.ticker(this.process, stuck, -1);
		Recorder other = new Recorder(RATE);
		this.loop.execute(ticker::open);
		this.loop.execute(few.ticker(this.process, other, -1)::open);
		run(50);
		assertThat(other.begun).isEmpty();
		this.loop.execute(ticker::end);
		run(10);
		stuck.end();
		run(40);
		assertThat(other.begun).containsExactly(50L, 100L);
	}

	@Test
	void schedulesThatFindNoOwnerPassTheirPlaceOn() {
		Tickers few = new Tickers(this.loop, "node", 1);
		TestTickingProcess lost = new TestTickingProcess();
		lost.owner = false;
		for (int i = 0; i < 10_000; i++) {
			this.loop.execute(few.ticker(lost, new Recorder(RATE), -1)::open);
		}
		Recorder recorder = new Recorder(RATE);
		this.loop.execute(few.ticker(this.process, recorder, -1)::open);
		run(0);
		assertThat(recorder.begun).containsExactly(0L);
	}

	private Recorder open(Timing timing) {
		Recorder recorder = new Recorder(timing);
		open(recorder);
		return recorder;
	}

	private Ticker open(Recorder recorder) {
		Ticker ticker = this.tickers.ticker(this.process, recorder, -1);
		this.loop.execute(ticker::open);
		return ticker;
	}

	private void run(long millis) {
		this.simulation.run(Duration.ofMillis(millis));
	}

	/**
	 * Notes when it ticks, in milliseconds since its creation.
	 */
	private final class Recorder implements Schedule {

		private final long created = TickerTests.this.loop.nanoTime();

		private final List<Long> begun = new ArrayList<>();

		private final List<Long> wall = new ArrayList<>();

		private final Timing timing;

		private long due;

		private @Nullable CompletableFuture<Void> lasting;

		private @Nullable RuntimeException failure;

		Recorder(Timing timing) {
			this.timing = timing;
		}

		void end() {
			CompletableFuture<Void> lasting = this.lasting;
			assertThat(lasting).isNotNull();
			this.lasting = null;
			lasting.complete(null);
		}

		@Override
		public String name() {
			return "recorder";
		}

		@Override
		public String key() {
			return "recorder";
		}

		@Override
		public Timing timing() {
			return this.timing;
		}

		@Override
		public void due(long millis) {
			this.due = millis;
		}

		@Override
		public @Nullable CompletionStage<?> run(long due) {
			this.begun.add(Duration.ofNanos(TickerTests.this.loop.nanoTime() - this.created).toMillis());
			this.wall.add(TickerTests.this.loop.currentTimeMillis());
			if (this.failure != null) {
				throw this.failure;
			}
			return this.lasting;
		}

	}

}
