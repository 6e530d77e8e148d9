package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.horde.HordeException;
import io.horde.node.Changed;
import io.horde.process.StopReason;
import io.horde.registry.CounterApi.Item;
import io.horde.transport.Channels;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what becomes of calls when processes move, nodes die, and deadlines pass
 * (N4).
 */
class CallDeliveryTests extends CallFixture {

	@Test
	void noAnswerFailsAtTheDeadline() {
		Duration start = this.cluster.simulation.now();
		CompletableFuture<String> future = this.cluster.node("a").registry
			.proxy(CounterApi.class, "x", Duration.ofSeconds(2))
			.later();
		assertThat(failure(future)).isExactlyInstanceOf(CallTimeoutException.class)
			.hasMessageContaining("CounterApi.later of 'x'")
			.hasMessageContaining("PT2S")
			.hasMessageContaining("may still run");
		assertThat(this.cluster.simulation.now().minus(start)).isBetween(Duration.ofSeconds(2),
				Duration.ofMillis(2100));
		assertThat(this.cluster.node("a").engine.stats().callsPending()).isZero();
	}

	@Test
	void anAnswerAfterTheDeadlineIsIgnored() {
		CompletableFuture<String> future = this.cluster.node("a").registry
			.proxy(CounterApi.class, "x", Duration.ofSeconds(2))
			.later();
		failure(future);
		this.counters.get(0).pending.complete("late");
		this.cluster.settle();
		assertThat(this.cluster.node("a").engine.stats().callsPending()).isZero();
	}

	@Test
	void aCallerThatGivesUpLeavesNothingBehind() {
		CompletableFuture<String> future = proxy("a").later();
		this.cluster.run(Duration.ofMillis(10));
		assertThat(this.cluster.node("a").engine.stats().callsPending()).isEqualTo(1);
		future.cancel(true);
		this.cluster.run(Duration.ofMillis(10));
		assertThat(this.cluster.node("a").engine.stats().callsPending()).isZero();
	}

	@Test
	void aNodeThatDiesWithACallInFlightLeavesItsOutcomeUnknown() {
		CompletableFuture<String> future = proxy("a").later();
		this.cluster.run(Duration.ofMillis(10));
		this.cluster.kill("b");
		assertThat(failure(future)).isInstanceOf(CallOutcomeUnknownException.class)
			.hasMessageContaining("node 'b'")
			.hasMessageContaining("once or not at all");
		assertThat(this.cluster.simulation.now()).isLessThan(Duration.ofSeconds(30));
	}

	@Test
	void aSilentNodeLeavesTheOutcomeUnknownWhenItIsDown() {
		CompletableFuture<String> future = this.cluster.node("a").registry
			.proxy(CounterApi.class, "x", Duration.ofMinutes(5))
			.later();
		this.cluster.run(Duration.ofMillis(10));
		this.cluster.simulation.network().dark("b", true);
		assertThat(failure(future)).isInstanceOf(CallOutcomeUnknownException.class);
	}

	@Test
	void aCallWaitsForAProcessThatIsTakenOver() {
		this.cluster.kill("b");
		this.cluster.awaitDown("a", "b");
		CompletableFuture<Integer> future = proxy("a").add(1);
		this.cluster.run(Duration.ofMillis(500));
		assertThat(future).isNotDone();
		assertThat(this.cluster.node("a").engine.stats().callsWaiting()).isEqualTo(1);
		this.cluster.start("c", "p", "counter", "x", 2);
		assertThat(this.cluster.await(future)).isEqualTo(1);
		assertThat(this.cluster.node("a").engine.stats().callsWaiting()).isZero();
	}

	@Test
	void aCallWaitsForAProcessThatMovesAndFollowsIt() {
		this.cluster.nodes().forEach((node) -> node.expected.add("x"));
		this.cluster.node("b").stopProcess("p", StopReason.MOVED);
		this.cluster.run(Duration.ofMillis(50));
		CompletableFuture<Integer> future = proxy("a").add(1);
		this.cluster.run(Duration.ofMillis(500));
		assertThat(future).isNotDone();
		this.cluster.start("a", "p", "counter", "x", 2);
		assertThat(this.cluster.await(future)).isEqualTo(1);
	}

	@Test
	void aCallThatMeetsAMoveFollows() {
		this.cluster.nodes().forEach((node) -> node.expected.add("x"));
		CompletableFuture<Integer> future = proxy("a").add(1);
		this.cluster.node("b").stopProcess("p", StopReason.MOVED);
		this.cluster.run(Duration.ofMillis(100));
		this.cluster.start("c", "p", "counter", "x", 2);
		assertThat(this.cluster.await(future)).isEqualTo(1);
		assertThat(Counter.added).containsExactly(1);
	}

	@Test
	void waitingForAMoveIsBounded() {
		this.cluster.node("a").expected.add("ghost");
		CompletableFuture<Integer> future = this.cluster.node("a").registry
			.proxy(CounterApi.class, "ghost", Duration.ofMinutes(1))
			.add(1);
		Duration start = this.cluster.simulation.now();
		assertThat(failure(future)).isInstanceOf(ProcessNotFoundException.class)
			.hasMessageContaining("did not come back within PT5S");
		assertThat(this.cluster.simulation.now().minus(start)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(6));
	}

	@Test
	void aCallOfAProcessThatIsTerminatedWhileItWaitsFailsSoon() {
		this.cluster.node("a").expected.add("ghost");
		CompletableFuture<Integer> future = this.cluster.node("a").registry.proxy(CounterApi.class, "ghost").add(1);
		this.cluster.run(Duration.ofMillis(1500));
		this.cluster.node("a").expected.clear();
		this.cluster.run(Duration.ofMillis(400));
		assertThat(future).isCompletedExceptionally();
	}

	@Test
	void onlySoManyCallsWaitForOneProcess() {
		start((options) -> options.registry = Changed.of(options.registry, "mailboxCapacity", 3));
		this.cluster.node("a").expected.add("ghost");
		CounterApi ghost = this.cluster.node("a").registry.proxy(CounterApi.class, "ghost");
		List<CompletableFuture<Integer>> futures = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			futures.add(ghost.add(i));
		}
		assertThat(failure(futures.get(3))).isInstanceOf(MailboxFullException.class)
			.hasMessageContaining("horde.registry.mailbox-capacity");
		assertThat(futures.get(0)).isNotDone();
	}

	@Test
	void aFullMailboxIsTold() {
		start((options) -> options.process = Changed.of(options.process, "mailboxCapacity", 2));
		List<CompletableFuture<Integer>> futures = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			futures.add(proxy("a").add(1));
		}
		this.cluster.settle();
		assertThat(futures).anySatisfy((future) -> assertThat(failure(future)).isInstanceOf(MailboxFullException.class)
			.hasMessageContaining("process 'p' on node 'b'"));
		assertThat(futures.stream().filter((future) -> !future.isCompletedExceptionally()).count())
			.isEqualTo(Counter.added.size());
	}

	@Test
	void aFullLinkHoldsCallsBackAndNoneIsLostOrRunsTwice() {
		this.cluster.simulation.network().limits(20_000, 1 << 20);
		this.cluster.kill("b");
		RegistryNode b = this.cluster.add("b");
		enable(b);
		b.start(List.of("a:7420", "c:7420"));
		this.cluster.runUntil("b is back",
				() -> b.isUp() && !this.cluster.node("a").membership.view().hides(b.membership.selfId()));
		this.cluster.settle();
		this.cluster.start("b", "p", "counter", "x", 2);
		this.cluster.run(Duration.ofMillis(100));
		List<CompletableFuture<List<Item>>> futures = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			futures.add(proxy("a").echo(List.of(new Item("x".repeat(2000), i))));
		}
		for (int i = 0; i < 50; i++) {
			assertThat(this.cluster.await(futures.get(i))).singleElement().extracting(Item::amount).isEqualTo(i);
		}
	}

	@Test
	void aStoppedNodeFailsItsCalls() {
		CompletableFuture<String> future = proxy("a").later();
		this.cluster.run(Duration.ofMillis(10));
		this.cluster.node("a").loop.execute(this.cluster.node("a").engine::stop);
		assertThat(failure(future)).isInstanceOf(CallOutcomeUnknownException.class);
		assertThat(failure(proxy("a").add(1))).isInstanceOf(HordeException.class).hasMessageContaining("is stopped");
	}

	@Test
	void malformedFramesAreDroppedAndTheLoopGoesOn() {
		this.cluster.node("a").loop.execute(() -> this.cluster.node("a").membership
			.send(this.cluster.node("b").membership.selfId(), Channels.REGISTRY, new byte[] { 1, 2, 3 }));
		this.cluster.run(Duration.ofMillis(10));
		assertThat(this.cluster.await(proxy("a").add(1))).isEqualTo(1);
	}

}
