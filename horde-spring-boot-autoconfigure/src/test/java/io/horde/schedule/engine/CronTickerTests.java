package io.horde.schedule.engine;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.horde.process.MissedTicks;
import io.horde.schedule.TickOutcome;
import io.horde.test.SimulatedEventLoop;
import io.horde.test.Simulation;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CronTicker}: what it asks of the record of its schedule, and what it
 * makes of the answers (T2, T5). Instants are the full seconds.
 */
class CronTickerTests {

	private final Simulation simulation = new Simulation(7);

	private final SimulatedEventLoop loop = this.simulation.eventLoop("node");

	private final Tickers tickers = new Tickers(this.loop, "node", Integer.MAX_VALUE);

	private final Record record = new Record();

	private final TestTickingProcess process = new TestTickingProcess();

	private final Job job = new Job();

	private long start;

	@BeforeEach
	void toAFullSecond() {
		this.tickers.records((process, schedule) -> this.record);
		this.simulation.run(Duration.ofMillis(Math.floorMod(-this.loop.currentTimeMillis(), 1000)));
		this.start = this.loop.currentTimeMillis();
	}

	@Test
	void tickBeginsWhenItsRecordIsHeld() {
		open(at(0));
		run(1000);
		assertThat(this.record.log).containsExactly("find", "begin 1");
		assertThat(this.job.begun).isEmpty();
		this.record.answer(ScheduleRecord.Answer.HELD);
		assertThat(this.job.begun).containsExactly(1L);
		assertThat(this.record.log).containsExactly("find", "begin 1", "OK 1");
	}

	@Test
	void tickWhoseRecordNobodyElseHoldsSaysSo() {
		Ticker ticker = open(at(0));
		run(1000);
		this.record.answer(ScheduleRecord.Answer.UNHELD);
		assertThat(this.job.begun).containsExactly(1L);
		assertThat(ticker.history().entries()).singleElement().satisfies((entry) -> {
			assertThat(entry.outcome()).isEqualTo(TickOutcome.OK);
			assertThat(entry.remark()).isEqualTo("nobody else had confirmed its record in time");
		});
	}

	@Test
	void tickWithoutAMajorityIsTriedAgain() {
		open(at(0));
		run(1000);
		this.record.answer(ScheduleRecord.Answer.NOT_HELD);
		run(1000);
		assertThat(this.job.begun).isEmpty();
		this.record.answer(ScheduleRecord.Answer.HELD);
		assertThat(this.job.begun).as("the latest that has passed").containsExactly(2L);
	}

	@Test
	void tickThatWasDecidedOnElsewhereNeverBegins() {
		open(at(0));
		run(1000);
		this.record.answer(ScheduleRecord.Answer.ELSEWHERE);
		run(1000);
		assertThat(this.record.log).containsExactly("find", "begin 1", "begin 2");
		assertThat(this.job.begun).isEmpty();
	}

	@Test
	void stopThatOvertakesATickReleasesItAndAwaitsThat() {
		Ticker ticker = open(at(0));
		run(1000);
		this.loop.execute(ticker::close);
		run(0);
		assertThat(this.record.log).containsExactly("find", "begin 1", "release 1");
		assertThat(this.process.lasting).singleElement().matches((stage) -> !stage.toCompletableFuture().isDone());
		this.record.released.run();
		assertThat(this.process.lasting).singleElement().matches((stage) -> stage.toCompletableFuture().isDone());
		this.record.answer(ScheduleRecord.Answer.HELD);
		assertThat(this.job.begun).isEmpty();
	}

	@Test
	void tickThatAnotherNodeHasBegunMeanwhileDoesNotBegin() {
		open(at(0));
		run(1000);
		this.record.begun = false;
		this.record.answer(ScheduleRecord.Answer.HELD);
		assertThat(this.job.begun).isEmpty();
		assertThat(this.record.log).contains("release 1");
	}

	@Test
	void stopThatComesWhileItIsFoundOutHowFarTheScheduleHasComeAsksAnew() {
		Ticker ticker = open(null);
		BooleanSupplier former = this.record.wanted;
		assertThat(former.getAsBoolean()).isTrue();
		this.loop.execute(ticker::close);
		run(0);
		assertThat(former.getAsBoolean()).isFalse();
		this.loop.execute(ticker::open);
		run(0);
		assertThat(this.record.log).containsExactly("find", "find");
		assertThat(former.getAsBoolean()).isFalse();
		assertThat(this.record.wanted.getAsBoolean()).isTrue();
	}

	@Test
	void nothingIsFoundOutForAProcessThatHasEnded() {
		Ticker ticker = open(null);
		this.loop.execute(ticker::end);
		run(0);
		assertThat(this.record.wanted.getAsBoolean()).isFalse();
	}

	@Test
	void latestMissedTickBeginsAndTheOthersAreSkipped() {
		open(at(-5));
		run(0);
		assertThat(this.record.log).containsExactly("find", "skip 4 until -1", "begin 0");
	}

	@Test
	void releasedTickBeginsOnceMore() {
		open(new Progress(this.start, true, ZoneOffset.UTC));
		run(0);
		assertThat(this.record.log).containsExactly("find", "begin 0");
	}

	@Test
	void allMissedTicksAreSkippedIfTheTypeSaysSo() {
		this.job.missed = MissedTicks.SKIP;
		open(at(-5));
		run(900);
		assertThat(this.record.log).containsExactly("find", "skip 5 until 0");
		run(100);
		assertThat(this.record.log).containsExactly("find", "skip 5 until 0", "begin 1");
	}

	@Test
	void ticksOfAPausedScheduleAreSkipped() {
		this.record.paused = true;
		open(at(0));
		run(2000);
		this.record.paused = false;
		run(1000);
		assertThat(this.record.log).containsExactly("find", "skip 1 until 1", "skip 1 until 2", "begin 3");
	}

	@Test
	void clockThatWasSetForwardByYearsIsNoEndlessLoop() {
		open(at(0));
		run(500);
		this.loop.clock().step(Duration.ofDays(1000));
		run(10_000);
		assertThat(this.record.log).last().asString().startsWith("begin ");
		assertThat(this.record.last).isCloseTo(this.loop.currentTimeMillis(), Offset.offset(20_000L));
	}

	private Progress at(long seconds) {
		return new Progress(this.start + 1000 * seconds, false, ZoneOffset.UTC);
	}

	private Ticker open(@Nullable Progress progress) {
		this.record.progress = progress;
		Ticker ticker = this.tickers.ticker(this.process, this.job, -1);
		this.loop.execute(ticker::open);
		run(0);
		return ticker;
	}

	private void run(long millis) {
		this.simulation.run(Duration.ofMillis(millis));
	}

	private long second(long millis) {
		return (millis - this.start) / 1000;
	}

	private final class Record implements ScheduleRecord {

		private final List<String> log = new ArrayList<>();

		private @Nullable Progress progress;

		private BooleanSupplier wanted = () -> false;

		private @Nullable Consumer<Answer> asked;

		private Runnable released = () -> {
		};

		private boolean paused;

		private boolean begun = true;

		private long last;

		void answer(Answer answer) {
			CronTickerTests.this.loop.execute(() -> {
				Consumer<Answer> asked = this.asked;
				assertThat(asked).isNotNull();
				asked.accept(answer);
			});
			run(0);
		}

		@Override
		public boolean isPaused() {
			return this.paused;
		}

		@Override
		public void find(BooleanSupplier wanted, Consumer<Progress> found) {
			this.log.add("find");
			this.wanted = wanted;
			if (this.progress != null) {
				found.accept(this.progress);
			}
		}

		@Override
		public void begin(long due, Consumer<Answer> answer) {
			this.log.add("begin " + second(due));
			this.last = due;
			this.asked = answer;
		}

		@Override
		public boolean isBegun(long due) {
			return this.begun;
		}

		@Override
		public void release(long due, Runnable held) {
			this.log.add("release " + second(due));
			this.released = held;
		}

		@Override
		public void ended(TickEntry tick) {
			assertThat(tick.outcome()).isEqualTo(TickOutcome.OK);
			this.log.add(tick.outcome() + " " + second(tick.due()));
		}

		@Override
		public void skipped(TickEntry ticks) {
			this.log.add("skip " + ticks.skipped() + " until " + second(ticks.due()));
		}

	}

	private final class Job implements Schedule {

		private final List<Long> begun = new ArrayList<>();

		private MissedTicks missed = MissedTicks.RUN_ONCE;

		@Override
		public String name() {
			return "job";
		}

		@Override
		public String key() {
			return "job";
		}

		@Override
		public Timing timing() {
			return new Cron("* * * * * *", null, (millis, zone) -> next(millis, zone));
		}

		private static long next(long millis, ZoneId zone) {
			return (Math.floorDiv(millis, 1000) + 1) * 1000;
		}

		@Override
		public MissedTicks missedTicks() {
			return this.missed;
		}

		@Override
		public void due(long millis) {
		}

		@Override
		public @Nullable CompletionStage<?> run(long due) {
			this.begun.add(second(due));
			return CompletableFuture.completedFuture(null);
		}

	}

}
