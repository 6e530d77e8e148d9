package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.horde.HordeException;
import io.horde.process.CurrentProcess;
import io.horde.process.StopReason;
import io.horde.registry.CounterApi.CounterException;
import io.horde.registry.CounterApi.Item;
import io.horde.registry.RegistryNode.Options;
import io.horde.transport.Channels;
import io.horde.wire.PayloadTooLargeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for calls by name between nodes (N4).
 */
class CallTests {

	private RegistryCluster cluster = new RegistryCluster(10, 3);

	private final List<Counter> counters = new ArrayList<>();

	@BeforeEach
	void start() {
		start((options) -> {
		});
	}

	private void start(Consumer<Options> customizer) {
		this.cluster = new RegistryCluster(10, 3, customizer).up();
		this.counters.clear();
		Counter.added.clear();
		this.cluster.nodes().forEach(this::enable);
		this.cluster.start("b", "p", "counter", "x", 1);
		this.cluster.run(Duration.ofMillis(50));
	}

	private void enable(RegistryNode node) {
		node.factory.register("counter", (context) -> {
			Counter counter = new Counter(context);
			this.counters.add(counter);
			return counter;
		}, CounterApi.class);
	}

	@Test
	void runsWhereverTheProcessLives() {
		assertThat(this.cluster.await(proxy("a").add(3))).isEqualTo(3);
		assertThat(this.cluster.await(proxy("b").add(4))).isEqualTo(7);
		assertThat(this.cluster.await(proxy("c").add(5))).isEqualTo(12);
	}

	@Test
	void bindsArgumentsAndResultsToDeclaredGenericTypes() {
		List<Item> items = List.of(new Item("apple", 1), new Item("pear", 2));
		assertThat(this.cluster.await(proxy("a").echo(items))).isEqualTo(items);
	}

	@Test
	void aMutableArgumentIsCopiedForAProcessOfTheSameNodeToo() {
		List<Item> items = new ArrayList<>(List.of(new Item("apple", 1)));
		List<Item> echoed = this.cluster.await(proxy("b").echo(items));
		assertThat(echoed).isEqualTo(items).isNotSameAs(items);
	}

	@Test
	void defaultMethodsRunAtTheProcess() {
		assertThat(this.cluster.await(proxy("a").twice(4))).isEqualTo(8);
	}

	@Test
	void aResultThatComesLaterIsSentLater() {
		CompletableFuture<String> future = proxy("a").later();
		this.cluster.run(Duration.ofMillis(100));
		assertThat(future).isNotDone();
		this.counters.get(0).pending.complete("now");
		assertThat(this.cluster.await(future)).isEqualTo("now");
	}

	@Test
	void aOneWayCallReturnsAtOnceAndRuns() {
		proxy("a").bump();
		this.cluster.run(Duration.ofMillis(10));
		assertThat(this.cluster.await(proxy("a").add(0))).isEqualTo(1);
	}

	@Test
	void nobodyWithThatNameFailsAtOnce() {
		assertThat(failure(this.cluster.node("a").registry.proxy(CounterApi.class, "nobody").add(1)))
			.isInstanceOf(ProcessNotFoundException.class)
			.hasMessageContaining("'nobody'");
		assertThat(this.cluster.simulation.now()).isLessThan(Duration.ofSeconds(20));
	}

	@Test
	void aNameOfANodeItselfCannotBeCalled() {
		this.cluster.node("b").registry.register("node", null);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(failure(this.cluster.node("a").registry.proxy(CounterApi.class, "node").add(1)))
			.isInstanceOf(ProcessNotFoundException.class)
			.hasMessageContaining("node 'b' itself");
	}

	@Test
	void aDeclaredExceptionComesWithItsType() throws CounterException {
		assertThat(failure(proxy("a").fail("full"))).isExactlyInstanceOf(CounterException.class)
			.hasMessage("full")
			.hasCauseInstanceOf(RemoteCallException.class);
	}

	@Test
	void anUndeclaredExceptionIsWrappedWithItsStack() {
		assertThat(failure(proxy("a").failUndeclared("odd"))).isExactlyInstanceOf(RemoteCallException.class)
			.hasMessageContaining("OddException: odd")
			.hasMessageContaining("'x' on node 'b'")
			.hasMessageContaining("Counter.failUndeclared");
	}

	@Test
	void anExceptionOfACallDoesNotEndTheProcess() {
		failure(proxy("a").failUndeclared("odd"));
		assertThat(this.cluster.await(proxy("a").add(1))).isEqualTo(1);
	}

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
		assertThat(this.cluster.node("a").registry.stats().callsPending()).isZero();
	}

	@Test
	void anAnswerAfterTheDeadlineIsIgnored() {
		CompletableFuture<String> future = this.cluster.node("a").registry
			.proxy(CounterApi.class, "x", Duration.ofSeconds(2))
			.later();
		failure(future);
		this.counters.get(0).pending.complete("late");
		this.cluster.settle();
		assertThat(this.cluster.node("a").registry.stats().callsPending()).isZero();
	}

	@Test
	void aCallThatWaitedLongerThanItsDeadlineInTheMailboxDoesNotRun() {
		this.cluster.node("b").factory.register("slow", (context) -> new Counter(context), CounterApi.class);
		CompletableFuture<Integer> future = this.cluster.node("a").registry
			.proxy(CounterApi.class, "x", Duration.ofMillis(100))
			.add(1);
		((io.horde.test.SimulatedEventLoop) this.cluster.node("b").loop).pause();
		this.cluster.run(Duration.ofSeconds(1));
		((io.horde.test.SimulatedEventLoop) this.cluster.node("b").loop).resume();
		this.cluster.settle();
		assertThat(failure(future)).isInstanceOf(CallTimeoutException.class);
	}

	@Test
	void aCallerThatGivesUpLeavesNothingBehind() {
		CompletableFuture<String> future = proxy("a").later();
		this.cluster.run(Duration.ofMillis(10));
		assertThat(this.cluster.node("a").registry.stats().callsPending()).isEqualTo(1);
		future.cancel(true);
		this.cluster.run(Duration.ofMillis(10));
		assertThat(this.cluster.node("a").registry.stats().callsPending()).isZero();
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
		assertThat(this.cluster.node("a").registry.stats().callsWaiting()).isEqualTo(1);
		this.cluster.start("c", "p", "counter", "x", 2);
		assertThat(this.cluster.await(future)).isEqualTo(1);
		assertThat(this.cluster.node("a").registry.stats().callsWaiting()).isZero();
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
		start((options) -> options.registry = options.registry.withMailboxCapacity(3));
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
		start((options) -> options.process = options.process.withMailboxCapacity(2));
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
	void argumentsOverTheLimitFailBeforeTheyAreSent() {
		start((options) -> options.maxPayloadSize = 1000);
		long frames = this.cluster.simulation.network().frames();
		CompletableFuture<List<Item>> future = proxy("a").echo(List.of(new Item("x".repeat(2000), 1)));
		assertThat(failure(future)).isInstanceOf(PayloadTooLargeException.class)
			.hasMessageContaining("argument 1 of CounterApi.echo");
		assertThat(this.cluster.simulation.network().frames()).isLessThan(frames + 100);
	}

	@Test
	void aResultOverTheLimitIsAFailureThatIsTold() {
		start((options) -> options.maxPayloadSize = 1000);
		assertThat(failure(proxy("a").large(2000))).isInstanceOf(RemoteCallException.class)
			.hasMessageContaining("its result can't be sent")
			.hasMessageContaining("horde.transport.max-payload-size");
	}

	@Test
	void aResultThatCannotBeEncodedIsAFailureThatIsTold() {
		assertThat(failure(proxy("a").unencodable())).isInstanceOf(RemoteCallException.class)
			.hasMessageContaining("Thread");
		assertThat(failure(proxy("b").unencodable())).isInstanceOf(RemoteCallException.class);
	}

	@Test
	void aCallToOneselfFailsAtOnce() {
		List<CompletableFuture<Integer>> futures = new ArrayList<>();
		this.cluster.node("b").as("p", () -> futures.add(proxy("b").add(1)));
		assertThat(failure(futures.get(0))).isInstanceOf(HordeException.class)
			.hasMessageContaining("'p' on node 'b' calls itself by CounterApi.add");
	}

	@Test
	void aOneWayCallToOneselfIsAMessageToOneself() {
		this.cluster.node("b").as("p", () -> proxy("b").bump());
		this.cluster.run(Duration.ofMillis(10));
		assertThat(this.cluster.await(proxy("b").add(0))).isEqualTo(1);
	}

	@Test
	void aCircleOfCallsEndsByDeadlineWithTheCircleInTheMessage() {
		List<CompletableFuture<String>> inner = new ArrayList<>();
		this.cluster.node("a").factory.register("relay", (context) -> new Relay() {

			@Override
			public CompletableFuture<String> ask() {
				CompletableFuture<String> future = RegistryNode.class.cast(CallTests.this.cluster.node("a")).registry
					.proxy(CounterApi.class, "x", Duration.ofSeconds(1))
					.later();
				inner.add(future);
				return future;
			}

		}, Relay.class);
		this.cluster.start("a", "r", "relay", "relay", 1);
		this.cluster.run(Duration.ofMillis(50));
		CompletableFuture<String> outer = this.cluster.node("c").registry.proxy(Relay.class, "relay").ask();
		failure(outer);
		assertThat(failure(inner.get(0))).isInstanceOf(CallTimeoutException.class).hasMessageContaining("called by r");
	}

	@Test
	void aBlockingCallOnTheEventLoopIsRefused() {
		Blocking proxy = this.cluster.node("a").registry.proxy(Blocking.class, "x");
		List<Throwable> failures = new ArrayList<>();
		this.cluster.node("a").loop.execute(() -> {
			try {
				proxy.get();
			}
			catch (RuntimeException ex) {
				failures.add(ex);
			}
		});
		this.cluster.run(Duration.ofMillis(10));
		assertThat(failures).singleElement()
			.satisfies((ex) -> assertThat(ex).isInstanceOf(HordeException.class)
				.hasMessageContaining("would block the event loop"));
	}

	@Test
	void aMethodThatTheProcessDoesNotOfferIsRefused() {
		assertThat(failure(this.cluster.node("a").registry.proxy(Relay.class, "x").ask()))
			.isInstanceOf(RemoteCallException.class)
			.hasMessageContaining("process 'p' of type 'counter' can't be called by Relay.ask");
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
	void malformedFramesAreDroppedAndTheLoopGoesOn() {
		this.cluster.node("a").loop.execute(() -> this.cluster.node("a").membership
			.send(this.cluster.node("b").membership.selfId(), Channels.REGISTRY, new byte[] { 1, 2, 3 }));
		this.cluster.run(Duration.ofMillis(10));
		assertThat(this.cluster.await(proxy("a").add(1))).isEqualTo(1);
	}

	@Test
	void interceptorsSeeBothEndsAndCarryHeadersOver() {
		List<String> seen = new ArrayList<>();
		this.cluster = new RegistryCluster(10, 2);
		this.cluster.nodes().forEach((node) -> {
			enable(node);
			String name = node.membership.selfId().node();
			node.registry.addCallInterceptor(new CallInterceptor() {

				@Override
				public Completion calling(CallInfo call, Map<String, String> headers) {
					headers.put("trace", "42");
					seen.add(name + " calls " + call.method());
					return (failure) -> seen.add(name + " called " + failure);
				}

				@Override
				public Completion executing(CallInfo call, Map<String, String> headers) {
					seen.add(name + " runs " + call.api() + "." + call.method() + " of " + call.name() + " " + headers
							+ " in " + CurrentProcess.get().id());
					return (failure) -> seen.add(name + " ran " + failure);
				}

			});
		});
		this.cluster.up();
		this.cluster.start("b", "p", "counter", "x", 1);
		this.cluster.run(Duration.ofMillis(50));
		this.cluster.await(proxy("a").add(1));
		assertThat(seen).containsExactly("a calls add", "b runs CounterApi.add of x {trace=42} in p", "b ran null",
				"a called null");
	}

	@Test
	void proxiesAnswerTheMethodsOfObjectThemselves() {
		CounterApi proxy = proxy("a");
		assertThat(proxy).isEqualTo(proxy).isNotEqualTo(proxy("a"));
		assertThat(proxy.toString()).contains("CounterApi").contains("'x'");
		assertThat(proxy.hashCode()).isEqualTo(System.identityHashCode(proxy));
	}

	@Test
	void aStoppedNodeFailsItsCalls() {
		CompletableFuture<String> future = proxy("a").later();
		this.cluster.run(Duration.ofMillis(10));
		this.cluster.node("a").loop.execute(this.cluster.node("a").registry::stop);
		assertThat(failure(future)).isInstanceOf(CallOutcomeUnknownException.class);
		assertThat(failure(proxy("a").add(1))).isInstanceOf(HordeException.class).hasMessageContaining("is stopped");
	}

	@Test
	void anInterfaceWithTwoOverloadsOfOneArityIsRefusedAtTheProxy() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.cluster.node("a").registry.proxy(CallableApiTests.Ambiguous.class, "x"));
	}

	private CounterApi proxy(String node) {
		return this.cluster.node(node).registry.proxy(CounterApi.class, "x");
	}

	private Throwable failure(CompletableFuture<?> future) {
		this.cluster.runUntil("the future fails", future::isDone);
		Throwable failure = future.handle((value, thrown) -> thrown).join();
		assertThat(failure).isNotNull();
		return failure;
	}

	public interface Relay {

		CompletableFuture<String> ask();

	}

	public interface Blocking {

		int get();

	}

}
