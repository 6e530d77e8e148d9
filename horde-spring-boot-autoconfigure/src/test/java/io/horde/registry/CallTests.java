package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.horde.HordeException;
import io.horde.payload.PayloadTooLargeException;
import io.horde.process.engine.CurrentProcess;
import io.horde.registry.CounterApi.CounterException;
import io.horde.registry.CounterApi.Item;
import io.horde.registry.calls.CallableApiTests;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for calls by name between nodes: what they carry, and how they fail.
 */
class CallTests extends CallFixture {

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
			.hasMessageContaining("Odd can't be encoded");
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
				CompletableFuture<String> future = CallTests.this.cluster.node("a").registry
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
	void interceptorsSeeBothEndsAndCarryHeadersOver() {
		List<String> seen = new ArrayList<>();
		this.cluster = new RegistryCluster(10, 2);
		this.cluster.nodes().forEach((node) -> {
			enable(node);
			String name = node.membership.selfId().node();
			node.engine.addCallInterceptor(new CallInterceptor() {

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
	void interceptorsAreToldOfTheEndInReverseAndWhatTheyThrowDoesNotMatter() {
		List<String> seen = new ArrayList<>();
		RegistryNode node = this.cluster.node("a");
		for (String name : List.of("first", "second", "broken")) {
			node.engine.addCallInterceptor(new CallInterceptor() {

				@Override
				public Completion calling(CallInfo call, Map<String, String> headers) {
					seen.add(name + " " + call.method() + (call.oneWay() ? " one way" : ""));
					if (name.equals("broken")) {
						throw new IllegalStateException("broken");
					}
					Completion next = (failure) -> {
					};
					return (failure) -> {
						next.completed(failure);
						seen.add(name + " ended");
						throw new IllegalStateException("broken at the end");
					};
				}

			});
		}
		assertThat(this.cluster.await(proxy("a").add(1))).isOne();
		proxy("a").bump();
		this.cluster.run(Duration.ofMillis(50));
		assertThat(seen).startsWith("first add", "second add", "broken add", "second ended", "first ended",
				"first bump one way", "second bump one way", "broken bump one way");
	}

	@Test
	void proxiesAnswerTheMethodsOfObjectThemselves() {
		CounterApi proxy = proxy("a");
		assertThat(proxy).isEqualTo(proxy).isNotEqualTo(proxy("a"));
		assertThat(proxy.toString()).contains("CounterApi").contains("'x'");
		assertThat(proxy.hashCode()).isEqualTo(System.identityHashCode(proxy));
	}

	@Test
	void anInterfaceWithTwoOverloadsOfOneArityIsRefusedAtTheProxy() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.cluster.node("a").registry.proxy(CallableApiTests.Ambiguous.class, "x"));
	}

	public interface Relay {

		CompletableFuture<String> ask();

	}

	public interface Blocking {

		int get();

	}

}
