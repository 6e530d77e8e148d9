package io.horde.process.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.horde.node.Changed;
import io.horde.process.RestartPolicy;
import io.horde.schedule.engine.FixedTiming;
import io.horde.schedule.engine.Schedule;
import io.horde.schedule.engine.Timing;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the ticks of a process: when they begin and end, and what they run beside.
 */
class ProcessTicksTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final TestProcesses processes = new TestProcesses(
			Changed.of(ProcessSettings.defaults(), "mailboxCapacity", 3));

	private final List<Object> seen = new ArrayList<>();

	@BeforeEach
	void toTheBeat() {
		this.processes.run(Duration.ofNanos(Math.floorMod(-this.processes.loop.nanoTime(), 10_000_000L)));
	}

	@Test
	void processIsBoundAndOwnerAtItsFirstTick() {
		LocalProcess process = start(() -> {
			LocalProcess current = CurrentProcess.get();
			this.seen.add(current);
			this.seen.add(current.context().isOwner());
			return null;
		});
		this.processes.run();
		assertThat(this.seen).containsExactly(process, true);
	}

	@Test
	void nothingTicksBeforeTheProcessIsOpened() {
		this.processes.open = false;
		LocalProcess process = start(this::tick);
		this.processes.run(SECOND);
		assertThat(this.seen).isEmpty();
		this.processes.loop.execute(process::open);
		this.processes.run();
		assertThat(this.seen).containsExactly("tick");
	}

	@Test
	void ticksAreSerialWithCalls() {
		LocalProcess process = start(this::tick);
		this.processes.run();
		this.seen.clear();
		this.processes.executor.hold = true;
		process.offer(() -> this.seen.add("call"));
		this.processes.run(SECOND);
		process.offer(() -> this.seen.add("later call"));
		assertThat(this.processes.executor.held).hasSize(1);
		this.processes.executor.release();
		this.processes.run();
		assertThat(this.seen).containsExactly("call", "tick", "later call");
	}

	@Test
	void ticksOfAConcurrentProcessRunBesideItsCalls() {
		LocalProcess process = startConcurrent(this::tick);
		process.offer(() -> this.seen.add("call"));
		this.processes.run();
		assertThat(this.processes.executor.held).hasSize(2);
	}

	@Test
	void tickFindsRoomInAFullMailbox() {
		LocalProcess process = start(this::tick);
		this.processes.run();
		this.seen.clear();
		this.processes.executor.hold = true;
		for (int i = 0; i < 3; i++) {
			process.offer(() -> this.seen.add("call"));
		}
		this.processes.run(SECOND);
		this.processes.executor.release();
		this.processes.run();
		assertThat(this.seen).containsExactly("call", "call", "call", "tick");
	}

	@Test
	void tickThatThrowsDoesNotFailTheProcess() {
		LocalProcess process = start(() -> {
			tick();
			throw new IllegalStateException("expected");
		});
		this.processes.run(SECOND);
		assertThat(this.seen).hasSize(2);
		assertThat(process.isOpen()).isTrue();
		assertThat(this.processes.runtime.tickers().counters().failed().sum()).isEqualTo(2);
	}

	@Test
	void nothingTicksOnceTheProcessIsBeingStopped() {
		LocalProcess process = start(this::tick);
		this.processes.run();
		this.processes.executor.hold = true;
		this.processes.run(SECOND);
		this.processes.stop(process);
		this.processes.executor.release();
		this.processes.run(Duration.ofSeconds(10));
		assertThat(this.seen).containsExactly("tick");
		assertThat(this.processes.hasEnded(process)).isTrue();
	}

	@Test
	void processIsNotDestroyedBeforeATickThatLastsHasEnded() {
		CompletableFuture<Void> lasting = new CompletableFuture<>();
		LocalProcess process = start(() -> lasting);
		this.processes.run();
		this.processes.stop(process);
		assertThat(this.processes.events).doesNotContain("destroy room");
		lasting.complete(null);
		this.processes.run();
		assertThat(this.processes.events).contains("destroy room", "ended room");
	}

	@Test
	void callsGoOnWhileATickLastsOnNoThread() {
		LocalProcess process = start(CompletableFuture::new);
		this.processes.run();
		process.offer(() -> this.seen.add("call"));
		this.processes.run();
		assertThat(this.seen).containsExactly("call");
	}

	@Test
	void processEndsThoughATickNeverDoes() {
		LocalProcess process = start(CompletableFuture::new);
		this.processes.run();
		this.processes.stop(process);
		this.processes.run(Duration.ofSeconds(30));
		assertThat(this.processes.hasEnded(process)).isTrue();
	}

	@Test
	void whatATickReturnedIsCancelledWhenItsTimeIsUp() {
		CompletableFuture<Void> lasting = new CompletableFuture<>();
		LocalProcess process = start(() -> lasting);
		this.processes.run();
		this.processes.stop(process);
		this.processes.run(Duration.ofSeconds(30));
		assertThat(lasting).isCancelled();
	}

	private @Nullable CompletionStage<?> tick() {
		this.seen.add("tick");
		return null;
	}

	private LocalProcess start(Callable<@Nullable CompletionStage<?>> body) {
		this.processes.type("room", (context) -> "instance");
		this.processes.schedule("room", new EachSecond(body));
		return this.processes.start("room");
	}

	private LocalProcess startConcurrent(Callable<@Nullable CompletionStage<?>> body) {
		this.processes.type(new ProcessType("room", false, 1, RestartPolicy.PERMANENT, "", null, true, List.of(),
				Map.of(), Object.class), (context) -> "instance");
		this.processes.schedule("room", new EachSecond(body));
		this.processes.open = false;
		LocalProcess process = this.processes.start("room");
		this.processes.executor.hold = true;
		this.processes.loop.execute(process::open);
		this.processes.run();
		return process;
	}

	private record EachSecond(Callable<@Nullable CompletionStage<?>> body) implements Schedule {

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
			return new FixedTiming.FixedRate(Duration.ZERO, SECOND);
		}

		@Override
		public void due(long millis) {
		}

		@Override
		public @Nullable CompletionStage<?> run(long due) throws Exception {
			return this.body.call();
		}

	}

}
