package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import io.horde.HordeException;
import io.horde.process.StopReason;
import io.horde.test.Faults;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what every call keeps, whatever the network does (N4): it runs at most once;
 * a result means that it ran; a failure that says that it did not run is right; all
 * futures are completed; and nothing is left behind.
 */
class CallFaultTests {

	static java.util.stream.LongStream seeds() {
		return java.util.stream.LongStream.range(0, Integer.getInteger("horde.seeds", 25));
	}

	@ParameterizedTest
	@MethodSource("seeds")
	void callsRunAtMostOnce(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		RegistryCluster cluster = new RegistryCluster(1000 + seed, 4);
		Map<Integer, Integer> runs = new TreeMap<>();
		cluster.nodes().forEach((node) -> enable(node, runs));
		cluster.up();
		cluster.nodes().forEach((node) -> node.expected.addAll(List.of("x", "y")));
		Map<String, String> homes = new TreeMap<>(Map.of("x", "b", "y", "c"));
		long epoch = 1;
		cluster.start("b", "x", "echo", "x", epoch);
		cluster.start("c", "y", "echo", "y", epoch);
		cluster.simulation.network()
			.faults(Faults.NONE.withDuplication(random.nextDouble(0.3))
				.withLoss(random.nextDouble(0.05))
				.withReordering(random.nextDouble(0.3))
				.withStraggling(random.nextDouble(0.1)));
		List<Made> calls = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			String name = random.nextBoolean() ? "x" : "y";
			String caller = List.of("a", "b", "c", "d").get(random.nextInt(4));
			CompletableFuture<Integer> future = cluster.node(caller).registry
				.proxy(EchoApi.class, name, Duration.ofMillis(500 + random.nextInt(3000)))
				.echo(i);
			calls.add(new Made(i, future));
			int event = random.nextInt(60);
			if (event == 0) {
				String home = homes.get(name);
				cluster.node(home).stopProcess(name, StopReason.MOVED);
				cluster.run(Duration.ofMillis(random.nextInt(100)));
				String next = List.of("a", "b", "c", "d").get(random.nextInt(4));
				if (cluster.node(next).runtime.process(name) == null) {
					cluster.node(next).startProcess(name, "echo", name, ++epoch);
					homes.put(name, next);
				}
			}
			else if (event == 1) {
				String home = homes.get(name);
				String other = home.equals("a") ? "d" : "a";
				cluster.simulation.network().reset(home, other);
			}
			cluster.run(Duration.ofNanos(random.nextInt(20_000_000)));
		}
		cluster.heal();
		cluster.runUntil("all calls are done", () -> calls.stream().allMatch((call) -> call.future.isDone()));
		cluster.settle();
		Set<String> kinds = new HashSet<>();
		for (Made call : calls) {
			int count = runs.getOrDefault(call.number, 0);
			assertThat(count).as("runs of call %s (seed %s)", call.number, seed).isLessThanOrEqualTo(1);
			if (!call.future.isCompletedExceptionally()) {
				assertThat(call.future.join()).isEqualTo(call.number);
				assertThat(count).as("runs of answered call %s (seed %s)", call.number, seed).isEqualTo(1);
				kinds.add("answered");
				continue;
			}
			Throwable failure = call.future.handle((value, thrown) -> thrown).join();
			assertThat(failure).isInstanceOf(HordeException.class);
			kinds.add(failure.getClass().getSimpleName());
			if (failure instanceof ProcessNotFoundException || failure instanceof MailboxFullException) {
				assertThat(count).as("runs of refused call %s (seed %s)", call.number, seed).isZero();
			}
		}
		assertThat(kinds).contains("answered");
		for (RegistryNode node : cluster.nodes()) {
			assertThat(node.engine.stats().callsPending()).isZero();
			assertThat(node.engine.stats().callsWaiting()).isZero();
		}
	}

	private static void enable(RegistryNode node, Map<Integer, Integer> runs) {
		node.factory.register("echo", (context) -> (EchoApi) (number) -> {
			runs.merge(number, 1, Integer::sum);
			return CompletableFuture.completedFuture(number);
		}, EchoApi.class);
	}

	private record Made(int number, CompletableFuture<Integer> future) {

	}

	public interface EchoApi {

		CompletableFuture<Integer> echo(int number);

	}

}
