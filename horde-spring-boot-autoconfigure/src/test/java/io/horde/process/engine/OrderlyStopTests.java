package io.horde.process.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.horde.node.Changed;
import io.horde.process.StateHandoff;
import io.horde.process.StopReason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of the work of a process that stops (T8, T9).
 */
class OrderlyStopTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final Duration MARGIN = ProcessSettings.defaults().stopMargin();

	private static final Duration MOMENT = Duration.ofMillis(1);

	private final TestProcesses processes = new TestProcesses(
			Changed.of(ProcessSettings.defaults(), "shutdownTimeout", TIMEOUT));

	private final CompletableFuture<String> work = new CompletableFuture<>();

	private LocalProcess process;

	@BeforeEach
	void start() {
		this.processes.type("room", (context) -> new Room());
		this.process = this.processes.start("room");
	}

	@Test
	void whatRunsIsAwaitedAsOwnerAndTheStateIsHandedOffAfterIt() {
		work(this.work);
		byte[][] state = new byte[1][];
		this.process.stop(StopReason.MOVED, true, (handedOff) -> state[0] = handedOff);
		this.processes.run(TIMEOUT.minus(MOMENT));
		assertThat(this.process.isOwner()).isTrue();
		assertThat(this.process.context().isStopping()).isTrue();
		assertThat(this.processes.events).doesNotContain("hand off as owner true");
		this.work.complete("done");
		this.processes.run();
		assertThat(this.processes.events).endsWith("hand off as owner true", "destroy room", "ended room");
		assertThat(this.processes.codec.<String>decode(state[0], String.class)).isEqualTo("state");
		assertThat(this.process.isOwner()).isFalse();
	}

	@Test
	void nothingBeginsOnceTheStopHasBegun() {
		work(this.work);
		this.process.stop(StopReason.TERMINATED, false, (state) -> {
		});
		assertThat(this.process.offer(() -> this.processes.events.add("call"))).isFalse();
		assertThat(this.process.run(() -> this.processes.events.add("event"))).isFalse();
		this.process.context().execute(() -> this.processes.events.add("task"));
		this.processes.run();
		this.work.complete("done");
		this.processes.run();
		assertThat(this.processes.events).doesNotContain("call", "event", "task").endsWith("ended room");
	}

	@Test
	void whatTakesLongerThanTheTimeoutIsInterruptedAsNoOwner() {
		boolean[] owner = { true };
		this.work.whenComplete((result, failure) -> owner[0] = this.process.isOwner());
		work(this.work);
		this.process.stop(StopReason.TERMINATED, false, (state) -> {
		});
		this.processes.run(TIMEOUT.minus(MOMENT));
		assertThat(this.work).isNotDone();
		this.processes.run(MOMENT);
		assertThat(this.work).isCancelled();
		assertThat(owner[0]).isFalse();
		this.processes.run();
		assertThat(this.processes.end(this.process).stop()).isEqualTo(StopReason.TERMINATED);
	}

	@Test
	void whatIgnoresTheInterruptMakesTheProcessStuckUntilItEnds() {
		work(this.work.minimalCompletionStage());
		this.process.stop(StopReason.TERMINATED, false, (state) -> {
		});
		this.processes.run(TIMEOUT.plus(MARGIN).minus(MOMENT));
		assertThat(this.processes.events).doesNotContain("stuck room");
		this.processes.run(MOMENT);
		assertThat(this.processes.events).endsWith("stuck room");
		this.processes.run(Duration.ofDays(1));
		assertThat(this.processes.hasEnded(this.process)).isFalse();
		this.work.complete("at last");
		this.processes.run();
		assertThat(this.processes.events).endsWith("stuck room", "destroy room", "ended room");
	}

	@Test
	void stuckProcessEndsWhenAnOperatorGivesItUp() {
		work(this.work.minimalCompletionStage());
		this.process.stop(StopReason.TERMINATED, false, (state) -> {
		});
		this.processes.run(TIMEOUT.plus(MARGIN));
		this.process.giveUp();
		assertThat(this.processes.end(this.process).stop()).isEqualTo(StopReason.TERMINATED);
		this.work.complete("at last");
		this.processes.run();
		assertThat(this.processes.events).endsWith("ended room", "destroy room");
	}

	@Test
	void voluntaryStopIsCalledOffBeforeTheInterrupt() {
		work(this.work);
		this.process.stop(new StopOrder(StopReason.MOVED, true, null, true), new Told());
		this.process.context().execute(() -> this.processes.events.add("task"));
		this.processes.run(TIMEOUT.minus(MOMENT));
		assertThat(this.process.isOpen()).isFalse();
		this.processes.run(MOMENT);
		assertThat(this.processes.events).contains("called off");
		assertThat(this.work).isNotDone();
		assertThat(this.process.isOpen()).isTrue();
		assertThat(this.process.isOwner()).isTrue();
		assertThat(this.process.context().isStopping()).isFalse();
		assertThat(this.process.offer(() -> this.processes.events.add("call"))).isTrue();
		this.processes.run();
		assertThat(this.processes.events).endsWith("task", "call");
		this.processes.stop(this.process);
		this.work.complete("done");
		this.processes.run();
		assertThat(this.processes.events).endsWith("destroy room", "ended room", "stopped room");
	}

	@Test
	void endThatTheProcessWantedMeanwhileTakesPlaceWhenTheStopIsCalledOff() {
		work(this.work);
		this.process.stop(new StopOrder(StopReason.MOVED, true, null, true), new Told());
		this.process.context().fail(new IllegalStateException("expected"));
		this.processes.run(TIMEOUT);
		this.work.complete("done");
		this.processes.run();
		assertThat(this.processes.end(this.process).kind()).isEqualTo(End.Kind.FAILED);
	}

	@Test
	void voluntaryStopThatIsOrderedToIsNotCalledOff() {
		work(this.work);
		this.process.stop(new StopOrder(StopReason.MOVED, true, null, true), new Told());
		this.process.stop(StopOrder.of(StopReason.TERMINATED), new Told());
		this.processes.run(TIMEOUT);
		assertThat(this.work).isCancelled();
		assertThat(this.processes.events).doesNotContain("called off");
		assertThat(this.processes.hasEnded(this.process)).isTrue();
	}

	@Test
	void orderSaysHowLongWorkIsAwaited() {
		work(this.work);
		this.process.stop(new StopOrder(StopReason.MOVED, true, null, true), new Told());
		this.process.stop(new StopOrder(StopReason.MOVED, true, Duration.ofSeconds(60), false), new Told());
		this.processes.run(Duration.ofSeconds(60).minus(MOMENT));
		assertThat(this.process.isOwner()).isTrue();
		this.processes.run(MOMENT);
		assertThat(this.work).isCancelled();
	}

	@ParameterizedTest
	@EnumSource(names = { "QUORUM_LOST", "SUPERSEDED", "NODE_LOST" })
	void whoHasLostItsChildIsInterruptedAtOnce(StopReason reason) {
		work(this.work);
		this.process.stop(reason, false, (state) -> {
		});
		assertThat(this.process.isOwner()).isFalse();
		assertThat(this.work).isCancelled();
		this.processes.run();
		assertThat(this.processes.end(this.process).stop()).isEqualTo(reason);
	}

	@ParameterizedTest
	@EnumSource(names = { "QUORUM_LOST", "SUPERSEDED", "NODE_LOST" })
	void whoLosesItsChildWhileItStopsIsAwaitedNoLonger(StopReason reason) {
		work(this.work.minimalCompletionStage());
		this.processes.stop(this.process);
		assertThat(this.process.isOwner()).isTrue();
		this.process.stop(reason, false, (state) -> {
		});
		assertThat(this.process.isOwner()).isFalse();
		this.processes.run(MARGIN.minus(MOMENT));
		assertThat(this.processes.hasEnded(this.process)).isFalse();
		this.processes.run(MOMENT);
		assertThat(this.processes.end(this.process).stop()).isEqualTo(reason);
	}

	private void work(CompletionStage<String> stage) {
		assertThat(this.process.offer(() -> this.process.lastUntil(stage))).isTrue();
		this.processes.run();
	}

	private final class Room implements StateHandoff<String> {

		@Override
		public String handOff() {
			OrderlyStopTests.this.processes.events.add("hand off as owner " + OrderlyStopTests.this.process.isOwner());
			return "state";
		}

		@Override
		public void takeOver(String state) {
			throw new UnsupportedOperationException();
		}

	}

	private final class Told implements StopListener {

		@Override
		public void stopped(byte @Nullable [] state) {
			OrderlyStopTests.this.processes.events.add("stopped");
		}

		@Override
		public void calledOff(String why) {
			OrderlyStopTests.this.processes.events.add("called off");
		}

	}

}
