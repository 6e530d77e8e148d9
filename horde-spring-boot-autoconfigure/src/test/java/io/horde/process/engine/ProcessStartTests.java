package io.horde.process.engine;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import io.horde.process.IgnoreProcessException;
import io.horde.process.StartReason;
import io.horde.process.StopReason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of how processes start.
 */
class ProcessStartTests {

	private final TestProcesses processes = new TestProcesses();

	@Test
	void startCreatesTheProcessAndTellsTheListener() {
		this.processes.type("room", (context) -> "instance");
		LocalProcess process = this.processes.start("room");
		assertThat(this.processes.events).containsExactly("create room", "created room");
		assertThat(process.instance()).isEqualTo("instance");
		assertThat(process.isOpen()).isTrue();
		assertThat(this.processes.runtime.process("room")).isSameAs(process);
		assertThat(this.processes.runtime.processes()).containsExactly(process);
	}

	@Test
	void listenerIsNeverToldFromWithinStart() {
		LocalProcess process = this.processes.runtime.start(TestProcesses.order("id", "unknown"), this.processes);
		assertThat(this.processes.hasEnded(process)).isFalse();
		this.processes.run();
		assertThat(this.processes.hasEnded(process)).isTrue();
	}

	@Test
	void processIsBoundWhileItIsCreated() {
		AtomicReference<LocalProcess> bound = new AtomicReference<>();
		this.processes.type("room", (context) -> {
			bound.set(CurrentProcess.get());
			return "instance";
		});
		assertThat(this.processes.start("room")).isSameAs(bound.get());
		assertThat(CurrentProcess.get()).isNull();
	}

	@Test
	void processOwnsNothingAndTakesNoCallsBeforeItIsOpened() {
		this.processes.open = false;
		this.processes.type("room", (context) -> "instance");
		LocalProcess process = this.processes.start("room");
		assertThat(process.isOwner()).isFalse();
		assertThat(process.isOpen()).isFalse();
		assertThat(process.offer(() -> {
		})).isFalse();
		process.open();
		assertThat(process.isOwner()).isTrue();
		assertThat(process.offer(() -> {
		})).isTrue();
	}

	@Test
	void failureOfTheConstructorIsAFailedStart() {
		IllegalStateException failure = new IllegalStateException("expected");
		this.processes.type("room", (context) -> {
			throw failure;
		});
		LocalProcess process = this.processes.start("room");
		assertThat(this.processes.end(process)).isEqualTo(new End(End.Kind.START_FAILED, null, failure));
		assertThat(this.processes.events).containsExactly("create room", "ended room");
		assertThat(this.processes.runtime.process("room")).isNull();
	}

	@Test
	void errorIsAFailedStartToo() {
		this.processes.type("room", (context) -> {
			throw new NoClassDefFoundError("expected");
		});
		assertThat(this.processes.end(this.processes.start("room")).kind()).isEqualTo(End.Kind.START_FAILED);
	}

	@Test
	void ignoreExceptionAnywhereAmongTheCausesIsNoFailure() {
		this.processes.type("room", (context) -> {
			throw new IllegalStateException(new IllegalArgumentException(new IgnoreProcessException("not needed")));
		});
		assertThat(this.processes.end(this.processes.start("room")).kind()).isEqualTo(End.Kind.IGNORED);
	}

	@Test
	void unknownTypeIsAFailedStart() {
		End end = this.processes.end(this.processes.start("unknown"));
		assertThat(end.kind()).isEqualTo(End.Kind.START_FAILED);
		assertThat(end.failure()).hasMessageContaining("node node has no process type unknown");
	}

	@Test
	void idThatStillRunsIsAFailedStartAndLeavesTheRunningOneAlone() {
		this.processes.type("room", (context) -> "instance");
		LocalProcess running = this.processes.start("room");
		AtomicReference<End> end = new AtomicReference<>();
		this.processes.runtime.start(TestProcesses.order("room", "room"), new ProcessListener() {

			@Override
			public void created(LocalProcess process) {
			}

			@Override
			public void ended(LocalProcess process, End ended) {
				end.set(ended);
			}

		});
		this.processes.run();
		assertThat(end.get().kind()).isEqualTo(End.Kind.START_FAILED);
		assertThat(end.get().failure()).hasMessageContaining("has not ended");
		assertThat(this.processes.runtime.process("room")).isSameAs(running);
		assertThat(running.isOpen()).isTrue();
	}

	@Test
	void idCanBeStartedAgainAfterItsEnd() {
		this.processes.type("room", (context) -> new Object());
		LocalProcess first = this.processes.start("room");
		Object instance = first.instance();
		AtomicReference<LocalProcess> second = new AtomicReference<>();
		first.stop(StopReason.TERMINATED, false,
				(state) -> second.set(this.processes.runtime.start(TestProcesses.order("room", "room"), new Silent())));
		this.processes.run();
		assertThat(second.get().instance()).isNotNull().isNotSameAs(instance);
	}

	@Test
	void failureThatIsReportedWhileTheProcessStartsIsAFailedStart() {
		IllegalStateException failure = new IllegalStateException("expected");
		this.processes.type("room", (context) -> {
			context.fail(failure);
			return "instance";
		});
		LocalProcess process = this.processes.start("room");
		assertThat(this.processes.end(process).kind()).isEqualTo(End.Kind.START_FAILED);
		assertThat(this.processes.end(process).failure()).isSameAs(failure);
		assertThat(this.processes.events).containsExactly("create room", "destroy room", "ended room");
	}

	@Test
	void exitThatIsAskedForWhileTheProcessStartsTakesPlaceOnceItIsOpened() {
		this.processes.open = false;
		this.processes.type("room", (context) -> {
			context.exit();
			return "instance";
		});
		LocalProcess process = this.processes.start("room");
		assertThat(this.processes.events).containsExactly("create room", "created room");
		process.open();
		this.processes.run();
		assertThat(this.processes.end(process).kind()).isEqualTo(End.Kind.EXITED);
	}

	@Test
	void tasksOfTheConstructorRunOnceTheProcessIsOpened() {
		this.processes.open = false;
		this.processes.type("room", (context) -> {
			context.execute(() -> this.processes.events.add("task " + context.isOwner()));
			return "instance";
		});
		LocalProcess process = this.processes.start("room");
		assertThat(this.processes.events).containsExactly("create room", "created room");
		process.open();
		this.processes.run();
		assertThat(this.processes.events).endsWith("task true");
	}

	@Test
	void stopBeforeTheStartBeganCreatesNothing() {
		this.processes.type("room", (context) -> "instance");
		this.processes.executor.hold = true;
		LocalProcess process = this.processes.start("room");
		this.processes.stop(process);
		assertThat(this.processes.events).isEmpty();
		this.processes.executor.release();
		this.processes.run();
		assertThat(this.processes.events).containsExactly("ended room", "stopped room");
		assertThat(this.processes.end(process)).isEqualTo(new End(End.Kind.STOPPED, StopReason.TERMINATED, null));
	}

	@Test
	void stopWhileItStartsDestroysWhatWasCreated() {
		this.processes.type("room", (context) -> {
			this.processes.runtime.process("room").stop(StopReason.SUPERSEDED, false, (state) -> {
			});
			return "instance";
		});
		LocalProcess process = this.processes.start("room");
		assertThat(this.processes.events).containsExactly("create room", "destroy room", "ended room");
		assertThat(this.processes.end(process)).isEqualTo(new End(End.Kind.STOPPED, StopReason.SUPERSEDED, null));
	}

	@Test
	void stateIsGivenBackIfTheMoveGoesOnBeforeTheStartBegan() {
		this.processes.type("room", (context) -> "instance");
		this.processes.executor.hold = true;
		byte[] state = { 1, 2, 3 };
		LocalProcess process = this.processes
			.start(new StartOrder("room", "room", null, 0, 1, null, state, StartReason.HAND_OFF, null, Map.of()));
		AtomicReference<byte[]> givenBack = new AtomicReference<>();
		process.stop(StopReason.MOVED, true, givenBack::set);
		this.processes.executor.release();
		this.processes.run();
		assertThat(givenBack.get()).isSameAs(state);
	}

	/**
	 * Doesn't care.
	 */
	private static final class Silent implements ProcessListener {

		@Override
		public void created(LocalProcess process) {
		}

		@Override
		public void ended(LocalProcess process, End end) {
		}

	}

}
