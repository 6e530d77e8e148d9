package io.horde.process.engine;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import io.horde.node.Changed;
import io.horde.process.NameConflict;
import io.horde.process.NameConflictAware;
import io.horde.process.RestartPolicy;
import io.horde.process.StateHandoff;
import io.horde.process.StopReason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of how processes end.
 */
class ProcessStopTests {

	private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);

	private final TestProcesses processes = new TestProcesses(
			Changed.of(ProcessSettings.defaults(), "shutdownTimeout", SHUTDOWN_TIMEOUT));

	@Test
	void stopDestroysTheProcessAndThenTellsTheListenerAndTheCaller() {
		LocalProcess process = start();
		this.processes.stop(process);
		assertThat(this.processes.events).containsExactly("create room", "created room", "destroy room", "ended room",
				"stopped room");
		assertThat(this.processes.end(process)).isEqualTo(new End(End.Kind.STOPPED, StopReason.TERMINATED, null));
		assertThat(process.instance()).isNull();
		assertThat(process.isOpen()).isFalse();
		assertThat(this.processes.runtime.processes()).isEmpty();
	}

	@Test
	void waitingCallsAreDroppedAndTheRunningOneMayFinish() {
		LocalProcess process = start();
		this.processes.executor.hold = true;
		process.offer(call("first"));
		process.offer(call("second"));
		Runnable turn = this.processes.executor.held.remove();
		process.offer(() -> {
		});
		this.processes.loop.execute(() -> {
			process.stop(StopReason.MOVED, false, (state) -> {
			});
		});
		this.processes.run();
		assertThat(this.processes.events).endsWith("dropped first", "dropped second");
		turn.run();
		this.processes.executor.release();
		this.processes.run();
		assertThat(this.processes.events).endsWith("dropped first", "dropped second", "destroy room", "ended room");
	}

	@Test
	void concurrentCallThatHasNotBegunIsDropped() {
		this.processes.type(new ProcessType("room", false, 1, RestartPolicy.PERMANENT, "", null, true,
				java.util.List.of(), java.util.Map.of(), Object.class), (context) -> "instance");
		LocalProcess process = this.processes.start("room");
		this.processes.executor.hold = true;
		process.offer(call("call"));
		this.processes.stop(process);
		assertThat(this.processes.hasEnded(process)).isFalse();
		this.processes.executor.release();
		this.processes.run();
		assertThat(this.processes.events).contains("dropped call").doesNotContain("call");
		assertThat(this.processes.hasEnded(process)).isTrue();
	}

	@Test
	void noCallIsAcceptedOnceTheStopBegan() {
		LocalProcess process = start();
		process.stop(StopReason.MOVED, false, (state) -> {
		});
		assertThat(process.offer(() -> this.processes.events.add("call"))).isFalse();
	}

	@Test
	void firstReasonCountsAndEachCallerIsTold() {
		LocalProcess process = start();
		process.stop(StopReason.MOVED, false, (state) -> this.processes.events.add("first"));
		process.stop(StopReason.TERMINATED, false, (state) -> this.processes.events.add("second"));
		this.processes.run();
		assertThat(this.processes.end(process).stop()).isEqualTo(StopReason.MOVED);
		assertThat(this.processes.events).endsWith("ended room", "first", "second");
	}

	@Test
	void stopOfAnEndedProcessTellsTheCaller() {
		LocalProcess process = start();
		this.processes.stop(process);
		this.processes.stop(process);
		assertThat(this.processes.events).endsWith("ended room", "stopped room", "stopped room");
	}

	@Test
	void exitEndsTheProcessNormally() {
		LocalProcess process = start();
		process.context().exit();
		this.processes.run();
		assertThat(this.processes.end(process)).isEqualTo(new End(End.Kind.EXITED, StopReason.NORMAL, null));
	}

	@Test
	void failEndsTheProcessWithItsCause() {
		LocalProcess process = start();
		IllegalStateException cause = new IllegalStateException("expected");
		process.context().fail(cause);
		process.context().fail(new IllegalStateException("too late"));
		this.processes.run();
		assertThat(this.processes.end(process)).isEqualTo(new End(End.Kind.FAILED, StopReason.ERROR, cause));
	}

	@Test
	void stopHandsTheStateOffAfterTheLastCall() {
		this.processes.type("room", (context) -> new Stateful());
		LocalProcess process = this.processes.start("room");
		Stateful stateful = (Stateful) process.instance();
		assertThat(stateful).isNotNull();
		process.offer(() -> stateful.state = "changed by a call");
		AtomicReference<byte[]> state = new AtomicReference<>();
		this.processes.run();
		process.stop(StopReason.MOVED, true, state::set);
		this.processes.run();
		assertThat(this.processes.codec.<String>decode(state.get(), String.class)).isEqualTo("changed by a call");
	}

	@Test
	void stopWithoutHandOffAsksForNoState() {
		this.processes.type("room", (context) -> new Stateful());
		AtomicReference<byte[]> state = new AtomicReference<>();
		this.processes.start("room").stop(StopReason.TERMINATED, false, state::set);
		this.processes.run();
		assertThat(state.get()).isNull();
	}

	@Test
	void processThatFailsToHandOffStopsAllTheSame() {
		this.processes.type("room", (context) -> new Stateful());
		LocalProcess process = this.processes.start("room");
		Stateful stateful = (Stateful) process.instance();
		assertThat(stateful).isNotNull();
		stateful.state = null;
		AtomicReference<byte[]> state = new AtomicReference<>(new byte[0]);
		process.stop(StopReason.MOVED, true, state::set);
		this.processes.run();
		assertThat(state.get()).isNull();
		assertThat(this.processes.events).endsWith("destroy room", "ended room");
	}

	@Test
	void runnableProcessRunsOnItsOwnThreadOnceItIsOpened() {
		this.processes.open = false;
		LocalProcess process = startRunnable(() -> {
		});
		assertThat(this.processes.executor.ownThreads).isEmpty();
		process.open();
		assertThat(this.processes.executor.ownThreads).hasSize(1);
	}

	@Test
	void runnableProcessThatReturnsHasExited() {
		LocalProcess process = startRunnable(
				() -> assertThat(CurrentProcess.get()).isSameAs(this.processes.runtime.process("room")));
		this.processes.executor.ownThreads.remove().run();
		this.processes.run();
		assertThat(this.processes.end(process)).isEqualTo(new End(End.Kind.EXITED, StopReason.NORMAL, null));
	}

	@Test
	void runnableProcessThatThrowsHasFailed() {
		IllegalStateException failure = new IllegalStateException("expected");
		LocalProcess process = startRunnable(() -> {
			throw failure;
		});
		this.processes.executor.ownThreads.remove().run();
		this.processes.run();
		assertThat(this.processes.end(process)).isEqualTo(new End(End.Kind.FAILED, StopReason.ERROR, failure));
	}

	@Test
	void processThatLosesANameStops() {
		LocalProcess process = start();
		process.signalConflict(new NameConflict("name", null, "horde", "other"));
		this.processes.run();
		assertThat(this.processes.end(process)).isEqualTo(new End(End.Kind.STOPPED, StopReason.NAME_CONFLICT, null));
	}

	@Test
	void processThatIsAwareOfNameConflictsIsToldAndGoesOn() {
		AtomicReference<NameConflict> told = new AtomicReference<>();
		NameConflictAware aware = told::set;
		this.processes.type("room", (context) -> aware);
		LocalProcess process = this.processes.start("room");
		NameConflict conflict = new NameConflict("name", "value", "horde", "other");
		process.signalConflict(conflict);
		this.processes.run();
		assertThat(told.get()).isSameAs(conflict);
		assertThat(process.isOpen()).isTrue();
	}

	private Runnable call(String name) {
		return new ProcessCall() {

			@Override
			public void run() {
				ProcessStopTests.this.processes.events.add(name);
			}

			@Override
			public void dropped() {
				ProcessStopTests.this.processes.events.add("dropped " + name);
			}

		};
	}

	private LocalProcess start() {
		this.processes.type("room", (context) -> "instance");
		return this.processes.start("room");
	}

	private LocalProcess startRunnable(Runnable runnable) {
		this.processes.type("room", (context) -> runnable);
		return this.processes.start("room");
	}

	/**
	 * Has a state, and fails to hand it off if it is {@code null}.
	 */
	private static final class Stateful implements StateHandoff<String> {

		private String state = "initial";

		@Override
		public String handOff() {
			return this.state.trim();
		}

		@Override
		public void takeOver(String state) {
			this.state = state;
		}

	}

}
