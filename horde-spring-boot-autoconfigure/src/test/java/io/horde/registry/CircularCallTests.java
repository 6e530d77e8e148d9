package io.horde.registry;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.horde.process.ProcessContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests that a call which would wait for itself fails at once (N8), and that no other one
 * does.
 */
@Timeout(60)
class CircularCallTests {

	private static final Duration LONG = Duration.ofSeconds(50);

	private final ThreadedCluster cluster = new ThreadedCluster(3, (node) -> {
		node.factory.register("actor", (context) -> new Actor(node.registry, context), ActorApi.class);
		node.factory.register("pool", true, (context) -> new Actor(node.registry, context), ActorApi.class);
		node.factory.register("loop", (context) -> new Loop(node.registry, context), ActorApi.class);
		node.factory.register("eager", (context) -> new Eager(node.registry, context), ActorApi.class);
	});

	@BeforeEach
	void start() {
		Actor.results.clear();
		this.cluster.start(0, "a", "actor", "a");
		this.cluster.start(1, "b", "actor", "b");
		this.cluster.start(2, "c", "actor", "c");
	}

	@AfterEach
	void stop() {
		this.cluster.close();
	}

	@Test
	void aCircleFailsAtTheNodeWhereItWouldWaitAndNamesItsChain() {
		assertThatThrownBy(() -> proxy("a").ask("b c a")).isExactlyInstanceOf(RemoteCallException.class)
			.hasMessageContaining("CircularCallException")
			.hasMessageContaining("on node 'n2' would wait for itself for ever: a -> b -> c -> 'a'");
		assertThat(proxy("a").ask("b c")).isEqualTo("a b c");
	}

	@Test
	void aCircleOnOneNodeFailsToo() {
		this.cluster.start(0, "d", "actor", "d");
		assertThatThrownBy(() -> proxy("a").ask("d a")).hasMessageContaining("a -> d -> 'a'");
	}

	@Test
	void theEndOfALongerChainFailsToo() {
		assertThatThrownBy(() -> proxy("a").ask("b c b")).hasMessageContaining("b -> c -> 'b'");
	}

	@Test
	void aTaskBeginsAChain() {
		context("a").execute(() -> Actor.record("task", () -> proxy("b").ask("a")));
		assertThat(result("task")).contains("CircularCallException").contains("a -> b -> 'a'");
	}

	@Test
	void aTaskThatIsScheduledBeginsAChain() {
		context("a").schedule(Duration.ofMillis(1), () -> Actor.record("task", () -> proxy("b").ask("a")));
		assertThat(result("task")).contains("a -> b -> 'a'");
	}

	@Test
	void anEventListenerInACallBeginsNoChainOfItsOwn() {
		this.cluster.start(0, "d", "actor", "d");
		// d listens while a has its turn, on the thread of a
		context("a").execute(
				() -> this.cluster.node(0).process("d").run(() -> Actor.record("listener", () -> proxy("b").ask("a"))));
		assertThat(result("listener")).contains("a -> d -> b -> 'a'");
	}

	@Test
	void anEventListenerRunsBesideCalls() {
		this.cluster.node(0).process("a").run(() -> Actor.record("listener", () -> proxy("b").ask("a")));
		assertThat(result("listener")).isEqualTo("b a");
		this.cluster.node(0).process("a").run(() -> Actor.record("self", () -> proxy("a").ask("")));
		assertThat(result("self")).isEqualTo("a");
	}

	@Test
	void runRunsBesideCalls() {
		this.cluster.start(0, "loop", "loop", "loop");
		assertThat(result("loop")).isEqualTo("b loop");
	}

	@Test
	void aConcurrentProcessTakesTheCall() {
		this.cluster.start(0, "p", "pool", "p");
		assertThat(proxy("p").ask("b p")).isEqualTo("p b p");
		assertThat(proxy("p").ask("p")).isEqualTo("p p");
		assertThatThrownBy(() -> proxy("a").ask("p b a")).hasMessageContaining("a -> p -> b -> 'a'");
	}

	@Test
	void whoHasGotAFutureDoesNotWait() {
		assertThat(proxy("a").askWithoutWaiting("b a")).isEqualTo("a");
		assertThat(result("b a")).isEqualTo("b a");
	}

	@Test
	void whoseDeadlineHasPassedDoesNotWait() throws Exception {
		Actor.latch = new CountDownLatch(1);
		assertThatThrownBy(() -> proxy("a").askFor("b", "a", Duration.ofMillis(300)))
			.hasMessageContaining("CallTimeoutException");
		Actor.latch.countDown();
		assertThat(result("slow a")).isEqualTo("a");
	}

	@Test
	void aOneWayCallWaitsForNobody() {
		context("a").execute(() -> proxy("b").tell("c a"));
		assertThat(result("told c a")).isEqualTo("c a");
	}

	@Test
	void aCallToOneselfFailsAtOnceAlsoIfItsFutureIsNotAwaited() {
		assertThatThrownBy(() -> proxy("a").ask("a")).hasMessageContaining("'a' on node 'n0' calls itself");
		context("a").execute(() -> proxy("a").askLater("")
			.whenComplete((result, failure) -> Actor.results.put("later", failure.toString())));
		assertThat(result("later")).contains("CircularCallException").contains("calls itself");
	}

	@Test
	void aCallToOneselfFromTheConstructorFailsAtOnce() {
		this.cluster.start(0, "eager", "eager", "eager");
		assertThat(Actor.results.get("eager self")).contains("CircularCallException")
			.contains("'eager' on node 'n0' calls itself by ActorApi.ask of 'eager'");
	}

	@Test
	void aCircleThroughAProcessThatStartsFailsAtOnce() {
		this.cluster.node(0).expected.add("eager");
		this.cluster.node(1).expected.add("eager");
		this.cluster.start(0, "eager", "eager", "eager");
		assertThat(Actor.results.get("eager circle")).contains("CircularCallException")
			.contains("eager -> b -> 'eager'");
	}

	@Test
	void theFailureIsOneThatProgramsKnow() {
		context("a").execute(() -> {
			assertThatExceptionOfType(CircularCallException.class).isThrownBy(() -> proxy("a").ask(""));
			Actor.results.put("known", "yes");
		});
		assertThat(result("known")).isEqualTo("yes");
	}

	private ProcessContext context(String id) {
		return this.cluster.node(0).process(id).context();
	}

	private String result(String what) {
		Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> Actor.results.containsKey(what));
		return Actor.results.get(what);
	}

	private ActorApi proxy(String name) {
		return this.cluster.node(0).registry.proxy(ActorApi.class, name, LONG);
	}

	public interface ActorApi {

		String ask(String path);

		CompletableFuture<String> askLater(String path);

		String askWithoutWaiting(String path);

		String askFor(String name, String path, Duration timeout);

		String askSlowly(String path);

		@OneWay
		void tell(String path);

	}

	/**
	 * Passes a question on along a path of names, and returns the path.
	 */
	static class Actor implements ActorApi {

		static final Map<String, String> results = new ConcurrentHashMap<>();

		static volatile CountDownLatch latch = new CountDownLatch(0);

		private final HordeRegistry registry;

		private final ProcessContext context;

		Actor(HordeRegistry registry, ProcessContext context) {
			this.registry = registry;
			this.context = context;
		}

		static void record(String what, Supplier<String> call) {
			try {
				results.put(what, call.get());
			}
			catch (RuntimeException ex) {
				results.put(what, ex.toString());
			}
		}

		ActorApi proxy(String name) {
			return this.registry.proxy(ActorApi.class, name, LONG);
		}

		@Override
		public String ask(String path) {
			List<String> names = List.of(path.split(" ", 2));
			String rest = (names.size() > 1) ? names.get(1) : "";
			return this.context.id() + (path.isEmpty() ? "" : " " + proxy(names.get(0)).ask(rest));
		}

		@Override
		public CompletableFuture<String> askLater(String path) {
			return CompletableFuture.completedFuture(ask(path));
		}

		@Override
		public String askWithoutWaiting(String path) {
			List<String> names = List.of(path.split(" ", 2));
			proxy(names.get(0)).askLater(names.get(1)).thenAccept((result) -> results.put(path, result));
			return this.context.id();
		}

		@Override
		public String askFor(String name, String path, Duration timeout) {
			return this.registry.proxy(ActorApi.class, name, timeout).askSlowly(path);
		}

		@Override
		public String askSlowly(String path) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			record("slow " + path, () -> proxy(path).ask(""));
			return "";
		}

		@Override
		public void tell(String path) {
			List<String> names = List.of(path.split(" ", 2));
			if (names.size() > 1) {
				record("told " + path, () -> proxy(names.get(0)).ask(names.get(1)));
			}
		}

	}

	static class Loop extends Actor implements Runnable {

		Loop(HordeRegistry registry, ProcessContext context) {
			super(registry, context);
		}

		@Override
		public void run() {
			record("loop", () -> proxy("b").ask("loop"));
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	static class Eager extends Actor {

		Eager(HordeRegistry registry, ProcessContext context) {
			super(registry, context);
			record("eager self", () -> proxy("eager").ask(""));
			record("eager circle", () -> proxy("b").ask("eager"));
		}

	}

}
