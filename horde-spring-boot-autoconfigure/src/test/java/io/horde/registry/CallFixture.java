package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.horde.registry.RegistryNode.Options;
import org.junit.jupiter.api.BeforeEach;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A cluster of three, in which {@code b} runs a counter with the name {@code x}.
 */
abstract class CallFixture {

	RegistryCluster cluster = new RegistryCluster(10, 3);

	final List<Counter> counters = new ArrayList<>();

	@BeforeEach
	void start() {
		start((options) -> {
		});
	}

	void start(Consumer<Options> customizer) {
		this.cluster = new RegistryCluster(10, 3, customizer).up();
		this.counters.clear();
		Counter.added.clear();
		this.cluster.nodes().forEach(this::enable);
		this.cluster.start("b", "p", "counter", "x", 1);
		this.cluster.run(Duration.ofMillis(50));
	}

	void enable(RegistryNode node) {
		node.factory.register("counter", (context) -> {
			Counter counter = new Counter(context);
			this.counters.add(counter);
			return counter;
		}, CounterApi.class);
	}

	CounterApi proxy(String node) {
		return this.cluster.node(node).registry.proxy(CounterApi.class, "x");
	}

	Throwable failure(CompletableFuture<?> future) {
		this.cluster.runUntil("the future fails", future::isDone);
		Throwable failure = future.handle((value, thrown) -> thrown).join();
		assertThat(failure).isNotNull();
		return failure;
	}

}
