package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.horde.test.Faults;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what becomes of cancelled calls on the way to another node (N7).
 */
class CancelledCallTests extends CallFixture {

	@Test
	void theFutureThatTheMethodHasReturnedIsCancelled() {
		CompletableFuture<String> future = proxy("a").later();
		this.cluster.run(Duration.ofMillis(10));
		assertThat(this.counters.get(0).pending).isNotDone();
		future.cancel(true);
		this.cluster.runUntil("it is cancelled", this.counters.get(0).pending::isCancelled);
		this.cluster.settle();
		assertThat(this.cluster.await(proxy("a").add(1))).isEqualTo(1);
	}

	@Test
	void aCopyOfTheWordCancelsNothingElse() {
		this.cluster.simulation.network().faults(Faults.NONE.withDuplication(1).withReordering(0.5));
		for (int i = 0; i < 20; i++) {
			CompletableFuture<String> future = proxy("a").later();
			this.cluster.run(Duration.ofMillis(20));
			future.cancel(true);
			this.cluster.runUntil("it is cancelled", this.counters.get(0).pending::isCancelled);
			this.counters.get(0).pending = new CompletableFuture<>();
			CompletableFuture<String> next = proxy("a").later();
			this.cluster.run(Duration.ofMillis(50));
			assertThat(next).isNotDone();
			this.counters.get(0).pending.complete("now");
			assertThat(this.cluster.await(next)).isEqualTo("now");
			this.counters.get(0).pending = new CompletableFuture<>();
		}
	}

	@Test
	void aCallThatWaitsForItsNameIsGivenUp() {
		this.cluster.node("a").expected.add("ghost");
		CompletableFuture<Integer> future = this.cluster.node("a").registry.proxy(CounterApi.class, "ghost").add(1);
		this.cluster.run(Duration.ofMillis(50));
		future.cancel(true);
		this.cluster.run(Duration.ofMillis(10));
		assertThat(this.cluster.node("a").engine.stats().callsWaiting()).isZero();
		this.cluster.start("c", "g", "counter", "ghost", 1);
		this.cluster.settle();
		assertThat(Counter.added).isEmpty();
	}

	@Test
	void theWordWaitsForRoomOnTheLink() {
		CompletableFuture<String> future = proxy("a").later();
		this.cluster.run(Duration.ofMillis(10));
		this.cluster.simulation.network().limits(20_000, 1 << 20);
		List<CompletableFuture<?>> others = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			others.add(proxy("a").echo(List.of(new CounterApi.Item("x".repeat(2000), i))));
		}
		future.cancel(true);
		others.forEach(this.cluster::await);
		this.cluster.runUntil("it is cancelled", this.counters.get(0).pending::isCancelled);
	}

	@Test
	void whoHasNoAnswerYetIsForgottenWithItsNode() {
		CompletableFuture<String> future = proxy("a").later();
		this.cluster.run(Duration.ofMillis(10));
		this.cluster.kill("a");
		this.cluster.awaitDown("b", "a");
		assertThat(future).isNotDone();
		assertThat(this.counters.get(0).pending).isNotDone();
		assertThat(this.cluster.await(proxy("c").add(1))).isEqualTo(1);
	}

}
