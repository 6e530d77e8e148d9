package io.horde.process.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

import io.horde.node.Changed;
import io.horde.process.RestartPolicy;
import io.horde.process.StateHandoff;
import io.horde.process.StopReason;
import io.horde.schedule.engine.FixedTiming;
import io.horde.schedule.engine.Schedule;
import io.horde.schedule.engine.Timing;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a process starts when it is owner, and stops before all else (T8).
 */
class OwnedLifecycleTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final Duration MARGIN = ProcessSettings.defaults().stopMargin();

	private static final Duration MOMENT = Duration.ofMillis(1);

	/** So much later than asked for the first tick may come. */
	private static final Duration BEAT = Duration.ofMillis(10);

	private final TestProcesses processes = new TestProcesses(
			Changed.of(ProcessSettings.defaults(), "shutdownTimeout", TIMEOUT));

	private final List<String> events = this.processes.events;

	private final List<Runnable> callbacks = new ArrayList<>();

	private boolean stopsAtOnce = true;

	private Runnable whileStarting = () -> {
	};

	private Runnable whileStopping = () -> {
	};

	@BeforeEach
	void defineType() {
		this.processes.type("room", (context) -> new Room());
		this.processes.schedule("room", new Tick());
	}

	@Test
	void startComesAsOwnerBeforeCallsTicksAndRun() {
		LocalProcess process = openHeld();
		assertThat(process.isOpen()).isTrue();
		assertThat(process.offer(() -> this.events.add("call"))).isTrue();
		assertThat(this.processes.executor.ownThreads).isEmpty();
		this.processes.executor.release();
		this.processes.run(BEAT);
		assertThat(this.events).endsWith("start as owner true", "call", "tick");
		assertThat(this.processes.executor.ownThreads).hasSize(1);
	}

	@Test
	void startComesBeforeTasksThatTheProcessHasHandedItself() {
		this.processes.type("room", (context) -> {
			context.execute(() -> this.events.add("task"));
			return new Room();
		});
		start();
		assertThat(this.events).containsSubsequence("start as owner true", "task");
	}

	@Test
	void callsOfAConcurrentProcessRunBesideItsStart() {
		this.processes.type(new ProcessType("room", false, 1, RestartPolicy.PERMANENT, "", null, true, List.of(),
				Map.of(), Object.class), (context) -> new Room());
		LocalProcess process = openHeld();
		process.offer(() -> this.events.add("call"));
		assertThat(this.processes.executor.held).hasSize(2);
	}

	@Test
	void startWaitsUntilTheProcessIsOwner() {
		openHeld();
		this.processes.runtime.loopLease().rest();
		this.processes.executor.release();
		this.processes.run(Duration.ofSeconds(1));
		assertThat(this.events).doesNotContain("start as owner false", "start as owner true", "tick");
		this.processes.runtime.loopLease().extend(Moment.of(this.processes.loop).plus(3_000_000_000L));
		this.processes.run(Duration.ofSeconds(1));
		assertThat(this.events).contains("start as owner true", "tick");
	}

	@Test
	void startThatThrowsFailsTheProcess() {
		IllegalStateException expected = new IllegalStateException("expected");
		this.whileStarting = () -> {
			throw expected;
		};
		LocalProcess process = start();
		assertThat(this.processes.end(process)).isEqualTo(new End(End.Kind.FAILED, StopReason.ERROR, expected));
		assertThat(this.events).doesNotContain("tick")
			.endsWith("start as owner true", "stop as owner true", "destroy room", "ended room");
		assertThat(this.processes.executor.ownThreads).isEmpty();
	}

	@Test
	void stopComesFirstAsOwnerAndIsAwaited() {
		this.stopsAtOnce = false;
		LocalProcess process = start();
		CompletableFuture<String> work = new CompletableFuture<>();
		process.offer(() -> process.lastUntil(work));
		this.processes.run();
		process.stop(StopReason.MOVED, true, (state) -> this.events.add("stopped"));
		this.processes.run();
		assertThat(this.events).endsWith("stop as owner true");
		assertThat(process.offer(() -> this.events.add("call"))).isFalse();
		work.complete("done");
		this.processes.run(TIMEOUT.minus(MOMENT));
		assertThat(process.isOwner()).isTrue();
		assertThat(this.events).endsWith("stop as owner true");
		callBack();
		assertThat(this.events).endsWith("stop as owner true", "hand off", "destroy room", "ended room", "stopped");
	}

	@Test
	void stopOfAProcessThatHasNotStartedComesAllTheSame() {
		LocalProcess process = openHeld();
		process.stop(StopReason.TERMINATED, false, (state) -> {
		});
		this.processes.executor.release();
		this.processes.run();
		assertThat(this.events).doesNotContain("start as owner true")
			.endsWith("stop as owner true", "destroy room", "ended room");
	}

	@Test
	void stopComesAfterAStartThatHasBegun() {
		this.whileStarting = () -> {
			room().stop(StopReason.TERMINATED, false, (state) -> {
			});
			this.events.add("still starting");
		};
		start();
		assertThat(this.events).endsWith("start as owner true", "still starting", "stop as owner true", "destroy room",
				"ended room");
	}

	@Test
	void stopThatThrowsCountsAsStopped() {
		this.whileStopping = () -> {
			throw new IllegalStateException("expected");
		};
		LocalProcess process = start();
		this.processes.stop(process);
		assertThat(this.events).endsWith("stop as owner true", "destroy room", "ended room", "stopped room");
	}

	@Test
	void processWhoseMachineryDoesNotStopIsStuck() {
		this.stopsAtOnce = false;
		LocalProcess process = start();
		this.processes.stop(process);
		this.processes.run(TIMEOUT.plus(MARGIN).minus(MOMENT));
		assertThat(process.isOwner()).isFalse();
		assertThat(this.events).doesNotContain("stuck room");
		this.processes.run(MOMENT);
		assertThat(this.events).endsWith("stuck room");
		assertThat(this.processes.whereabouts).hasMessageContaining("has not run its callback");
		this.processes.run(Duration.ofDays(1));
		assertThat(this.processes.hasEnded(process)).isFalse();
		callBack();
		assertThat(this.events).endsWith("stuck room", "destroy room", "ended room", "stopped room");
	}

	@Test
	void machineryStartsAgainWhenTheStopIsCalledOff() {
		LocalProcess process = start();
		CompletableFuture<String> work = new CompletableFuture<>();
		process.offer(() -> process.lastUntil(work));
		this.processes.run();
		this.events.clear();
		stopVoluntarily(process);
		assertThat(this.events).containsExactly("stop as owner true");
		this.processes.run(TIMEOUT);
		assertThat(process.isOpen()).isTrue();
		assertThat(this.events).startsWith("stop as owner true", "start as owner true").contains("tick");
	}

	@Test
	void machineryStartsAgainOnceItHasStopped() {
		this.stopsAtOnce = false;
		LocalProcess process = start();
		this.events.clear();
		stopVoluntarily(process);
		this.processes.run(TIMEOUT);
		assertThat(process.isOpen()).isTrue();
		assertThat(this.events).containsExactly("stop as owner true");
		callBack();
		assertThat(this.events).containsExactly("stop as owner true", "start as owner true", "tick");
		this.stopsAtOnce = true;
		this.processes.stop(process);
		assertThat(this.events).endsWith("stop as owner true", "destroy room", "ended room", "stopped room");
	}

	@Test
	void machineryIsAwaitedThatStillStopsWhenTheNextStopBegins() {
		this.stopsAtOnce = false;
		LocalProcess process = start();
		stopVoluntarily(process);
		this.processes.run(TIMEOUT);
		this.events.clear();
		this.processes.stop(process);
		assertThat(this.events).isEmpty();
		callBack();
		assertThat(this.events).containsExactly("destroy room", "ended room", "stopped room");
	}

	@Test
	void startThatTakesLongerThanAVoluntaryStopGoesOn() throws InterruptedException {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		this.whileStarting = () -> {
			begun.countDown();
			await(goOn);
		};
		LocalProcess process = openHeld();
		Thread thread = new Thread(this.processes.executor.held.remove());
		thread.start();
		begun.await();
		this.processes.executor.release();
		stopVoluntarily(process);
		this.processes.run(TIMEOUT);
		assertThat(process.isOpen()).isTrue();
		goOn.countDown();
		thread.join();
		this.processes.run(BEAT);
		assertThat(this.events).endsWith("start as owner true", "tick").doesNotContain("stop as owner true");
	}

	@ParameterizedTest
	@EnumSource(names = { "QUORUM_LOST", "SUPERSEDED", "NODE_LOST" })
	void whoHasLostItsChildStopsAtOnceAsNoOwner(StopReason reason) {
		this.stopsAtOnce = false;
		LocalProcess process = start();
		process.stop(reason, false, (state) -> {
		});
		assertThat(process.isOwner()).isFalse();
		this.processes.run(MARGIN.minus(MOMENT));
		assertThat(this.events).endsWith("stop as owner false");
		this.processes.run(MOMENT);
		assertThat(this.processes.end(process).stop()).isEqualTo(reason);
		assertThat(this.events).endsWith("stop as owner false", "ended room");
		callBack();
		assertThat(this.events).endsWith("ended room", "destroy room");
	}

	@Test
	void stopIsNotInterruptedWhenTheChildIsLost() {
		boolean[] interrupted = new boolean[1];
		this.whileStopping = () -> {
			room().stop(StopReason.QUORUM_LOST, false, (state) -> {
			});
			interrupted[0] = Thread.currentThread().isInterrupted();
		};
		LocalProcess process = start();
		this.processes.stop(process);
		assertThat(interrupted[0]).isFalse();
		assertThat(this.processes.end(process).stop()).isEqualTo(StopReason.QUORUM_LOST);
	}

	@Test
	void processThatEndsBeforeItIsOpenedIsNotStopped() {
		this.processes.open = false;
		LocalProcess process = start();
		this.processes.stop(process);
		assertThat(this.events).containsExactly("create room", "created room", "destroy room", "ended room",
				"stopped room");
	}

	private LocalProcess start() {
		return this.processes.start("room");
	}

	private LocalProcess openHeld() {
		this.processes.open = false;
		LocalProcess process = start();
		this.processes.executor.hold = true;
		this.processes.loop.execute(process::open);
		this.processes.run();
		return process;
	}

	private void stopVoluntarily(LocalProcess process) {
		process.stop(new StopOrder(StopReason.MOVED, true, null, true), (state) -> {
		});
		this.processes.run();
	}

	private void callBack() {
		List<Runnable> callbacks = List.copyOf(this.callbacks);
		this.callbacks.clear();
		callbacks.forEach(Runnable::run);
		this.processes.run();
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private LocalProcess room() {
		return Objects.requireNonNull(this.processes.runtime.process("room"));
	}

	private final class Room implements OwnedLifecycle, Runnable, StateHandoff<String> {

		@Override
		public void start() {
			OwnedLifecycleTests.this.events.add("start as owner " + room().isOwner());
			OwnedLifecycleTests.this.whileStarting.run();
		}

		@Override
		public void stop(Runnable stopped) {
			OwnedLifecycleTests.this.events.add("stop as owner " + room().isOwner());
			OwnedLifecycleTests.this.whileStopping.run();
			if (OwnedLifecycleTests.this.stopsAtOnce) {
				stopped.run();
			}
			else {
				OwnedLifecycleTests.this.callbacks.add(stopped);
			}
		}

		@Override
		public void run() {
			OwnedLifecycleTests.this.events.add("run");
		}

		@Override
		public String handOff() {
			OwnedLifecycleTests.this.events.add("hand off");
			return "state";
		}

		@Override
		public void takeOver(String state) {
			throw new UnsupportedOperationException();
		}

	}

	private final class Tick implements Schedule {

		@Override
		public String name() {
			return "tick";
		}

		@Override
		public String key() {
			return "tick";
		}

		@Override
		public Timing timing() {
			return new FixedTiming.FixedRate(Duration.ZERO, Duration.ofDays(7));
		}

		@Override
		public void due(long millis) {
		}

		@Override
		public @Nullable CompletionStage<?> run(long due) {
			OwnedLifecycleTests.this.events.add("tick");
			return null;
		}

	}

}
