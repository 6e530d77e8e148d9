package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.horde.process.StopReason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Idempotent}: where the outcome is unknown the call is made again, and
 * else never (N6).
 */
class IdempotentCallTests {

	private final List<Integer> runs = new ArrayList<>();

	private RegistryCluster cluster = new RegistryCluster(20, 3);

	@BeforeEach
	void start() {
		start(20);
	}

	private void start(long seed) {
		this.runs.clear();
		Store.gate = new CompletableFuture<>();
		this.cluster = new RegistryCluster(seed, 3);
		this.cluster.nodes().forEach(this::enable);
		this.cluster.up();
		this.cluster.start("b", "p", "store", "x", 1);
		this.cluster.run(Duration.ofMillis(50));
	}

	private void enable(RegistryNode node) {
		node.factory.register("store", (context) -> new Store(this.runs), StoreApi.class);
	}

	@Test
	void aCallWhoseLinkBreaksIsMadeAgain() {
		CompletableFuture<Integer> future = proxy(Duration.ofSeconds(20)).put(1);
		this.cluster.run(Duration.ofMillis(10));
		assertThat(this.runs).containsExactly(1);
		Store.gate = CompletableFuture.completedFuture(7);
		this.cluster.simulation.network().reset("a", "b");
		assertThat(this.cluster.await(future)).isEqualTo(7);
		assertThat(this.runs).containsExactly(1, 1);
		assertThat(this.cluster.node("a").engine.stats().callsPending()).isZero();
		assertThat(this.cluster.node("a").engine.stats().callsWaiting()).isZero();
	}

	@Test
	void aCallWhoseNodeDiesFollowsTheProcess() {
		CompletableFuture<Integer> future = proxy(Duration.ofSeconds(50)).put(1);
		this.cluster.run(Duration.ofMillis(10));
		Store.gate = CompletableFuture.completedFuture(7);
		this.cluster.kill("b");
		this.cluster.run(Duration.ofMillis(500));
		this.cluster.start("c", "p", "store", "x", 2);
		assertThat(this.cluster.await(future)).isEqualTo(7);
		assertThat(this.runs).containsExactly(1, 1);
	}

	@Test
	void theDelayIsTheSameForOneSeedAndAnotherForAnother() {
		assertThat(repetitionAfter(20)).isEqualTo(repetitionAfter(20)).isNotEqualTo(repetitionAfter(21));
		assertThat(repetitionAfter(20)).isBetween(Duration.ofMillis(50), Duration.ofMillis(400));
	}

	private Duration repetitionAfter(long seed) {
		start(seed);
		CompletableFuture<Integer> future = proxy(Duration.ofSeconds(20)).put(1);
		this.cluster.run(Duration.ofMillis(10));
		this.cluster.simulation.network().reset("a", "b");
		Duration start = this.cluster.simulation.now();
		this.cluster.runUntil("it runs again", () -> this.runs.size() == 2);
		future.cancel(true);
		return this.cluster.simulation.now().minus(start);
	}

	@Test
	void itIsMadeAgainSoOftenAtMost() {
		CompletableFuture<Integer> future = proxy(Duration.ofSeconds(50)).put(1);
		CompletableFuture<Integer> once = proxy(Duration.ofSeconds(50)).putOnceAgain(2);
		for (int i = 1; i <= 4; i++) {
			int attempts = i;
			this.cluster.runUntil("it runs", () -> this.runs.stream().filter((run) -> run == 1).count() == attempts);
			this.cluster.run(Duration.ofMillis(400));
			this.cluster.simulation.network().reset("a", "b");
		}
		assertThat(failure(future)).isInstanceOf(CallOutcomeUnknownException.class)
			.hasMessageContaining("it was made 4 times");
		assertThat(((CallOutcomeUnknownException) failure(future)).mayHaveRun()).isTrue();
		assertThat(failure(once)).isInstanceOf(CallOutcomeUnknownException.class)
			.hasMessageContaining("it was made 2 times");
		assertThat(this.runs).containsExactlyInAnyOrder(1, 1, 1, 1, 2, 2);
	}

	@Test
	void itEndsWithinItsDeadlineAndMayHaveRun() {
		CompletableFuture<Integer> future = proxy(Duration.ofSeconds(2)).put(1);
		this.cluster.run(Duration.ofMillis(10));
		Duration start = this.cluster.simulation.now();
		this.cluster.node("b").stopProcess("p", StopReason.MOVED);
		this.cluster.simulation.network().partition(List.of("b"), List.of("a", "c"));
		this.cluster.simulation.network().reset("a", "b");
		Throwable failure = failure(future);
		assertThat(failure).isInstanceOfAny(CallTimeoutException.class, CallOutcomeUnknownException.class);
		assertThat((failure instanceof CallTimeoutException timeout) ? timeout.mayHaveRun()
				: ((CallOutcomeUnknownException) failure).mayHaveRun())
			.isTrue();
		assertThat(this.cluster.simulation.now().minus(start)).isLessThan(Duration.ofMillis(2100));
	}

	@Test
	void ifItCannotBeMadeAgainTheOutcomeIsUnknown() {
		CompletableFuture<Integer> future = proxy(Duration.ofSeconds(50)).put(1);
		this.cluster.run(Duration.ofMillis(10));
		this.cluster.simulation.network().reset("a", "b");
		this.cluster.node("b").stopProcess("p", StopReason.TERMINATED);
		assertThat(failure(future)).isInstanceOf(CallOutcomeUnknownException.class)
			.hasMessageContaining("it could not be made again")
			.hasCauseInstanceOf(ProcessNotFoundException.class);
	}

	@Test
	void whatTheProcessThrowsIsAnOutcome() {
		Store.gate = CompletableFuture.failedFuture(new IllegalStateException("full"));
		assertThat(failure(proxy(Duration.ofSeconds(5)).put(1))).isInstanceOf(IllegalStateException.class);
		assertThat(this.runs).containsExactly(1);
	}

	@Test
	void anOtherMethodIsNotMadeAgain() {
		CompletableFuture<Integer> future = proxy(Duration.ofSeconds(20)).add(1);
		this.cluster.run(Duration.ofMillis(10));
		this.cluster.simulation.network().reset("a", "b");
		assertThat(failure(future)).isInstanceOf(CallOutcomeUnknownException.class)
			.hasMessageContaining("it ran once or not at all");
		this.cluster.settle();
		assertThat(this.runs).containsExactly(1);
	}

	@Test
	void aStoppedNodeMakesNoneAgain() {
		CompletableFuture<Integer> future = proxy(Duration.ofSeconds(20)).put(1);
		this.cluster.run(Duration.ofMillis(10));
		this.cluster.simulation.network().reset("a", "b");
		this.cluster.runUntil("it waits", () -> this.cluster.node("a").engine.stats().callsWaiting() == 1);
		this.cluster.node("a").loop.execute(this.cluster.node("a").engine::stop);
		assertThat(failure(future)).isInstanceOf(CallOutcomeUnknownException.class);
		assertThat(this.cluster.node("a").engine.stats().callsWaiting()).isZero();
	}

	@Test
	void aOneWayMethodCannotHaveIt() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.cluster.node("a").registry.proxy(WrongApi.class, "x"))
			.withMessageContaining("is @OneWay and @Idempotent")
			.withMessageContaining("take one of them away");
	}

	private Throwable failure(CompletableFuture<?> future) {
		this.cluster.runUntil("the future fails", future::isDone);
		Throwable failure = future.handle((value, thrown) -> thrown).join();
		assertThat(failure).isNotNull();
		return failure;
	}

	private StoreApi proxy(Duration timeout) {
		return this.cluster.node("a").registry.proxy(StoreApi.class, "x", timeout);
	}

	public interface StoreApi {

		@Idempotent
		CompletableFuture<Integer> put(int number);

		@Idempotent(retries = 1)
		CompletableFuture<Integer> putOnceAgain(int number);

		CompletableFuture<Integer> add(int number);

	}

	public interface WrongApi {

		@OneWay
		@Idempotent
		void put();

	}

	static class Store implements StoreApi {

		static CompletableFuture<Integer> gate = new CompletableFuture<>();

		private final List<Integer> runs;

		Store(List<Integer> runs) {
			this.runs = runs;
		}

		@Override
		public CompletableFuture<Integer> put(int number) {
			this.runs.add(number);
			return gate;
		}

		@Override
		public CompletableFuture<Integer> putOnceAgain(int number) {
			return put(number);
		}

		@Override
		public CompletableFuture<Integer> add(int number) {
			return put(number);
		}

	}

}
