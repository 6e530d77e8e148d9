package io.horde.process.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.horde.HordeException;
import io.horde.node.Changed;
import io.horde.process.Cancellable;
import io.horde.process.RestartPolicy;
import io.horde.process.StopReason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of calls and of the tasks that a process gives itself.
 */
class ProcessMailboxTests {

	private final TestProcesses processes = new TestProcesses(
			Changed.of(ProcessSettings.defaults(), "mailboxCapacity", 3));

	private final List<Object> seen = new ArrayList<>();

	@Test
	void callsRunInOrderWithTheProcessBound() {
		LocalProcess process = start();
		process.offer(() -> this.seen.add(CurrentProcess.get()));
		process.offer(() -> this.seen.add("second"));
		this.processes.run();
		assertThat(this.seen).containsExactly(process, "second");
	}

	@Test
	void callsOfASerialProcessNeverOverlap() {
		LocalProcess process = start();
		this.processes.executor.hold = true;
		process.offer(() -> this.seen.add("first"));
		process.offer(() -> this.seen.add("second"));
		assertThat(this.processes.executor.held).hasSize(1);
	}

	@Test
	void callsOfAConcurrentProcessAreHandedOutAtOnce() {
		LocalProcess process = startConcurrent();
		this.processes.executor.hold = true;
		process.offer(() -> this.seen.add("first"));
		process.offer(() -> this.seen.add("second"));
		assertThat(this.processes.executor.held).hasSize(2);
	}

	@Test
	void fullMailboxRefusesCalls() {
		LocalProcess process = start();
		this.processes.executor.hold = true;
		for (int i = 0; i < 3; i++) {
			assertThat(process.offer(() -> this.seen.add("call"))).isTrue();
		}
		assertThat(process.offer(() -> this.seen.add("too many"))).isFalse();
		this.processes.executor.release();
		this.processes.run();
		assertThat(this.seen).containsExactly("call", "call", "call");
		assertThat(process.offer(() -> this.seen.add("again"))).isTrue();
	}

	@Test
	void concurrentProcessHasABoundToo() {
		LocalProcess process = startConcurrent();
		this.processes.executor.hold = true;
		for (int i = 0; i < 3; i++) {
			assertThat(process.offer(() -> this.seen.add("call"))).isTrue();
		}
		assertThat(process.offer(() -> this.seen.add("too many"))).isFalse();
	}

	@Test
	void manyCallsAllRun() {
		TestProcesses processes = new TestProcesses();
		processes.type("room", (context) -> "instance");
		LocalProcess process = processes.start("room");
		for (int i = 0; i < 100; i++) {
			assertThat(process.offer(() -> this.seen.add("call"))).isTrue();
		}
		processes.run();
		assertThat(this.seen).hasSize(100);
	}

	@Test
	void executeIsSerialWithCalls() {
		LocalProcess process = start();
		process.offer(() -> {
			process.context().execute(() -> this.seen.add("task"));
			this.seen.add("call");
		});
		process.offer(() -> this.seen.add("next call"));
		this.processes.run();
		assertThat(this.seen).containsExactly("call", "next call", "task");
	}

	@Test
	void executeOnAFullMailboxFails() {
		LocalProcess process = start();
		this.processes.executor.hold = true;
		for (int i = 0; i < 3; i++) {
			process.context().execute(() -> this.seen.add("task"));
		}
		assertThatExceptionOfType(HordeException.class)
			.isThrownBy(() -> process.context().execute(() -> this.seen.add("too many")))
			.withMessageContaining("mailbox of process room");
	}

	@Test
	void taskThatThrowsFailsTheProcess() {
		LocalProcess process = start();
		IllegalStateException failure = new IllegalStateException("expected");
		process.context().execute(() -> {
			throw failure;
		});
		this.processes.run();
		assertThat(this.processes.end(process)).isEqualTo(new End(End.Kind.FAILED, StopReason.ERROR, failure));
	}

	@Test
	void scheduledTaskRunsAfterItsDelay() {
		LocalProcess process = start();
		process.context().schedule(Duration.ofSeconds(5), () -> this.seen.add(CurrentProcess.get()));
		this.processes.run(Duration.ofMillis(4999));
		assertThat(this.seen).isEmpty();
		this.processes.run(Duration.ofMillis(2));
		assertThat(this.seen).containsExactly(process);
	}

	@Test
	void cancelledTaskDoesNotRun() {
		LocalProcess process = start();
		Cancellable task = process.context().schedule(Duration.ofSeconds(5), () -> this.seen.add("task"));
		this.processes.run(Duration.ofSeconds(1));
		task.cancel();
		this.processes.run(Duration.ofSeconds(10));
		assertThat(this.seen).isEmpty();
	}

	@Test
	void taskCancelledAfterItsTimeButBeforeItsTurnDoesNotRun() {
		LocalProcess process = start();
		this.processes.executor.hold = true;
		Cancellable task = process.context().schedule(Duration.ofSeconds(5), () -> this.seen.add("task"));
		this.processes.run(Duration.ofSeconds(6));
		task.cancel();
		this.processes.executor.release();
		this.processes.run();
		assertThat(this.seen).isEmpty();
	}

	@Test
	void fixedDelayRunsAgainAndAgain() {
		LocalProcess process = start();
		Cancellable task = process.context().scheduleWithFixedDelay(Duration.ofSeconds(1), () -> this.seen.add("tick"));
		this.processes.run(Duration.ofMillis(3500));
		assertThat(this.seen).hasSize(3);
		task.cancel();
		this.processes.run(Duration.ofSeconds(5));
		assertThat(this.seen).hasSize(3);
	}

	@Test
	void fixedDelayCountsFromTheEndOfARun() {
		LocalProcess process = start();
		process.context().scheduleWithFixedDelay(Duration.ofSeconds(1), () -> this.seen.add("tick"));
		this.processes.executor.hold = true;
		this.processes.run(Duration.ofSeconds(10));
		assertThat(this.processes.executor.held).hasSize(1);
		this.processes.executor.release();
		this.processes.run();
		assertThat(this.seen).hasSize(1);
		this.processes.run(Duration.ofMillis(1001));
		assertThat(this.seen).hasSize(2);
	}

	@Test
	void fixedDelayEndsWithAFailure() {
		LocalProcess process = start();
		process.context().scheduleWithFixedDelay(Duration.ofSeconds(1), () -> {
			this.seen.add("tick");
			throw new IllegalStateException("expected");
		});
		this.processes.run(Duration.ofSeconds(5));
		assertThat(this.seen).hasSize(1);
		assertThat(this.processes.end(process).kind()).isEqualTo(End.Kind.FAILED);
	}

	@Test
	void scheduledTasksEndWithTheProcess() {
		LocalProcess process = start();
		process.context().scheduleWithFixedDelay(Duration.ofSeconds(1), () -> this.seen.add("tick"));
		process.context().schedule(Duration.ofSeconds(1), () -> this.seen.add("once"));
		this.processes.stop(process);
		process.context().schedule(Duration.ofSeconds(1), () -> this.seen.add("afterwards"));
		process.context().execute(() -> this.seen.add("afterwards"));
		this.processes.run(Duration.ofSeconds(10));
		assertThat(this.seen).isEmpty();
	}

	private LocalProcess start() {
		this.processes.type("room", (context) -> "instance");
		return this.processes.start("room");
	}

	private LocalProcess startConcurrent() {
		this.processes.type(new ProcessType("room", false, 1, RestartPolicy.PERMANENT, "", null, true, List.of(),
				Map.of(), Object.class), (context) -> "instance");
		return this.processes.start("room");
	}

}
