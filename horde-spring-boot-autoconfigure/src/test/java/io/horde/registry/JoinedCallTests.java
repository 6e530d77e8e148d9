package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.horde.process.engine.HordeFuture;
import io.horde.scope.HordeProcessExecutor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that processes on platform threads which join calls starve nobody: the futures of
 * calls are Horde's.
 */
@Timeout(60)
class JoinedCallTests {

	private final HordeProcessExecutor executor = new HordeProcessExecutor(false, null);

	private final ThreadedCluster cluster = new ThreadedCluster(2, this.executor, (node) -> {
		node.factory.register("joiner", (context) -> new Joiner(node.registry), JoinerApi.class);
		node.factory.register("target", (context) -> (TargetApi) () -> {
			Joiner.asked.incrementAndGet();
			return Joiner.gate;
		}, TargetApi.class);
	});

	@AfterEach
	void stop() {
		this.cluster.close();
		this.executor.close();
	}

	@Test
	void asManyProcessesAsThereArePlacesJoinAndTheCallsRun() {
		int joiners = this.executor.threads() + 20;
		Joiner.asked.set(0);
		Joiner.gate = new CompletableFuture<>();
		this.cluster.start(0, "here", "target", "here");
		this.cluster.start(1, "there", "target", "there");
		for (int i = 0; i < joiners; i++) {
			this.cluster.node(0).startProcess("j" + i, "joiner", "j" + i, 1);
		}
		Awaitility.await()
			.atMost(20, TimeUnit.SECONDS)
			.until(() -> this.cluster.node(0).registry.count(NameQuery.prefix("j")) == joiners);
		List<CompletableFuture<String>> futures = new ArrayList<>();
		for (int i = 0; i < joiners; i++) {
			futures.add(this.cluster.node(0).registry.proxy(JoinerApi.class, "j" + i, Duration.ofSeconds(50))
				.join((i % 2 == 0) ? "here" : "there"));
		}
		Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> Joiner.asked.get() == joiners);
		assertThat(futures).allSatisfy((future) -> assertThat(future).isNotDone());
		Joiner.gate.complete("done");
		assertThat(futures)
			.allSatisfy((future) -> assertThat(future).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("done"));
		assertThat(futures).allSatisfy((future) -> assertThat(future).isInstanceOf(HordeFuture.class));
	}

	public interface TargetApi {

		CompletableFuture<String> ask();

	}

	public interface JoinerApi {

		CompletableFuture<String> join(String name);

	}

	static class Joiner implements JoinerApi {

		static final AtomicInteger asked = new AtomicInteger();

		static volatile CompletableFuture<String> gate = new CompletableFuture<>();

		private final HordeRegistry registry;

		Joiner(HordeRegistry registry) {
			this.registry = registry;
		}

		@Override
		public CompletableFuture<String> join(String name) {
			return CompletableFuture.completedFuture(this.registry.proxy(TargetApi.class, name, Duration.ofSeconds(50))
				.ask()
				.thenApply((x) -> x)
				.join());
		}

	}

}
