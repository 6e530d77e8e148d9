package io.horde.registry;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.horde.cluster.MemberStatus;
import io.horde.process.engine.ProcessExecutor;
import io.horde.registry.RegistryNode.Options;
import io.horde.test.SimulatedEventLoop;
import io.horde.test.Simulation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Registries of several nodes in one simulation.
 */
final class RegistryCluster {

	static final Duration LIMIT = Duration.ofSeconds(60);

	final Simulation simulation;

	final Options options = new Options();

	private final Map<String, RegistryNode> nodes = new TreeMap<>();

	private final List<String> addresses;

	private long starts;

	RegistryCluster(long seed, int size) {
		this(seed, size, (options) -> {
		});
	}

	RegistryCluster(long seed, int size, Consumer<Options> customizer) {
		this.simulation = new Simulation(seed);
		customizer.accept(this.options);
		List<String> names = List.of("a", "b", "c", "d", "e", "f", "g").subList(0, size);
		this.addresses = names.stream().map((name) -> name + ":7420").toList();
		names.forEach(this::add);
	}

	RegistryNode add(String name) {
		SimulatedEventLoop loop = this.simulation.eventLoop(name);
		RegistryNode node = new RegistryNode(loop, this.simulation.network().transport(loop), new LoopExecutor(loop),
				name, this.options, this.simulation.seed() * 1000 + ++this.starts);
		this.nodes.put(name, node);
		return node;
	}

	RegistryCluster up() {
		this.nodes.values().forEach((node) -> node.start(this.addresses));
		runUntil("all are up", () -> this.nodes.values()
			.stream()
			.allMatch((node) -> this.nodes.values().stream().allMatch((other) -> node.sees(other) == MemberStatus.UP)));
		return this;
	}

	RegistryNode restart(String name) {
		RegistryNode node = add(name);
		node.start(this.addresses);
		return node;
	}

	RegistryNode node(String name) {
		RegistryNode node = this.nodes.get(name);
		assertThat(node).as(name).isNotNull();
		return node;
	}

	Collection<RegistryNode> nodes() {
		return this.nodes.values();
	}

	void kill(String name) {
		((SimulatedEventLoop) node(name).loop).kill();
	}

	void partition(String some, String others) {
		this.simulation.network().partition(Arrays.asList(some.split("")), Arrays.asList(others.split("")));
	}

	void heal() {
		this.simulation.network().heal();
	}

	void run(Duration duration) {
		this.simulation.run(duration);
	}

	void settle() {
		run(Duration.ofSeconds(5));
	}

	void runUntil(String what, BooleanSupplier condition) {
		assertThat(this.simulation.runUntil(condition, LIMIT)).as("%s (seed %s)", what, this.simulation.seed())
			.isTrue();
	}

	/** Wait for a future and return its value. */
	<T> T await(CompletableFuture<T> future) {
		runUntil("the future is completed", future::isDone);
		return future.join();
	}

	/** Wait until a node sees another one as DOWN. */
	void awaitDown(String observer, String dead) {
		runUntil(observer + " sees " + dead + " DOWN", () -> node(observer).sees(node(dead)) == MemberStatus.DOWN);
	}

	void awaitUp(String observer, String living) {
		runUntil(observer + " sees " + living + " UP", () -> node(observer).sees(node(living)) == MemberStatus.UP);
	}

	/** Start a process and wait until it is open. */
	void start(String node, String id, String type, String name, long epoch) {
		node(node).startProcess(id, type, name, epoch);
		runUntil(id + " runs", () -> node(node).isRunning(id));
	}

	/** Tell where a name is, as a node sees it. */
	String whereIs(String observer, String name) {
		return node(observer).registry.lookup(name).map(Object::toString).orElse("nowhere");
	}

	/**
	 * Runs users' code on the loop, one task after the other.
	 */
	record LoopExecutor(SimulatedEventLoop loop) implements ProcessExecutor {

		@Override
		public void execute(Runnable task) {
			this.loop.execute(task);
		}

		@Override
		public void executeOnOwnThread(String name, Runnable task) {
			this.loop.execute(task);
		}

		@Override
		public <T> T blocking(Callable<T> wait) throws Exception {
			throw new AssertionError("Nobody can wait in a simulation");
		}

	}

}
