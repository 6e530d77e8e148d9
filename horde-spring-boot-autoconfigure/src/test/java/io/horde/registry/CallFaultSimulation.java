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
import org.jspecify.annotations.Nullable;

/**
 * Calls while processes move and the network duplicates, delays and loses frames, and
 * links break. Some callers give up. Looks for what must never be (N4, N6, N9).
 */
final class CallFaultSimulation {

	private static final int CALLS = 300;

	private static final int RETRIES = 2;

	private static final List<String> NODES = List.of("a", "b", "c", "d");

	private final long seed;

	private final SplittableRandom random;

	private final RegistryCluster cluster;

	private final Map<Integer, Integer> runs = new TreeMap<>();

	private final Map<String, String> homes = new TreeMap<>(Map.of("x", "b", "y", "c"));

	private final List<Made> calls = new ArrayList<>();

	private final Set<String> kinds = new HashSet<>();

	private long epoch = 1;

	CallFaultSimulation(long seed) {
		this.seed = seed;
		this.random = new SplittableRandom(seed);
		this.cluster = new RegistryCluster(1000 + seed, 4);
	}

	/**
	 * Run it.
	 * @return a violation, or {@code null} if there is none
	 */
	@Nullable String run() {
		this.cluster.nodes()
			.forEach((node) -> node.factory.register("echo", (context) -> new Echo(this.runs), EchoApi.class));
		this.cluster.up();
		this.cluster.nodes().forEach((node) -> node.expected.addAll(List.of("x", "y")));
		this.cluster.start("b", "x", "echo", "x", this.epoch);
		this.cluster.start("c", "y", "echo", "y", this.epoch);
		this.cluster.simulation.network()
			.faults(Faults.NONE.withDuplication(this.random.nextDouble(0.3))
				.withLoss(this.random.nextDouble(0.05))
				.withReordering(this.random.nextDouble(0.3))
				.withStraggling(this.random.nextDouble(0.1)));
		for (int i = 0; i < CALLS; i++) {
			step(i);
		}
		this.cluster.heal();
		this.cluster.runUntil("all calls are done", () -> this.calls.stream().allMatch((call) -> call.future.isDone()));
		this.cluster.settle();
		return violation();
	}

	private void step(int number) {
		String name = this.random.nextBoolean() ? "x" : "y";
		EchoApi proxy = this.cluster.node(NODES.get(this.random.nextInt(4))).registry.proxy(EchoApi.class, name,
				Duration.ofMillis(500 + this.random.nextInt(3000)));
		int kind = this.random.nextInt(4);
		CompletableFuture<Integer> future = switch (kind) {
			case 0 -> proxy.repeat(number);
			case 1 -> proxy.late(number);
			default -> proxy.echo(number);
		};
		this.calls.add(new Made(number, future, kind == 0));
		int event = this.random.nextInt(60);
		if (event == 0) {
			move(name);
		}
		else if (event == 1) {
			String home = this.homes.get(name);
			this.cluster.simulation.network().reset(home, home.equals("a") ? "d" : "a");
		}
		else if (event < 6) {
			this.calls.get(this.random.nextInt(this.calls.size())).future.cancel(true);
		}
		this.cluster.run(Duration.ofNanos(this.random.nextInt(20_000_000)));
	}

	private void move(String name) {
		this.cluster.node(this.homes.get(name)).stopProcess(name, StopReason.MOVED);
		this.cluster.run(Duration.ofMillis(this.random.nextInt(100)));
		String next = NODES.get(this.random.nextInt(4));
		if (this.cluster.node(next).runtime.process(name) == null) {
			this.cluster.node(next).startProcess(name, "echo", name, ++this.epoch);
			this.homes.put(name, next);
		}
	}

	private @Nullable String violation() {
		for (Made call : this.calls) {
			int count = this.runs.getOrDefault(call.number, 0);
			if (count > (call.repeatable ? 1 + RETRIES : 1)) {
				return found(call, count, "ran too often");
			}
			String wrong = wrong(call, count);
			if (wrong != null) {
				return found(call, count, wrong);
			}
		}
		for (RegistryNode node : this.cluster.nodes()) {
			if (node.engine.stats().callsPending() + node.engine.stats().callsWaiting() != 0) {
				return "seed " + this.seed + ": something is left behind";
			}
		}
		return null;
	}

	private @Nullable String wrong(Made call, int count) {
		if (call.future.isCancelled()) {
			this.kinds.add("cancelled");
			return null;
		}
		Throwable failure = call.future.handle((value, thrown) -> thrown).join();
		if (failure == null) {
			this.kinds.add("answered");
			return (call.future.join() == call.number && count > 0) ? null : "was answered wrongly";
		}
		this.kinds.add(failure.getClass().getSimpleName());
		boolean mayHaveRun = (failure instanceof CallTimeoutException timeout) ? timeout.mayHaveRun()
				: failure instanceof CallOutcomeUnknownException unknown && unknown.mayHaveRun();
		if (!(failure instanceof HordeException)) {
			return "failed with " + failure;
		}
		return (mayHaveRun || count == 0) ? null : "ran, though " + failure;
	}

	private String found(Made call, int count, String what) {
		return "seed " + this.seed + ": call " + call.number + ", which ran " + count + " times, " + what;
	}

	/**
	 * Return how calls ended.
	 */
	Set<String> kinds() {
		return this.kinds;
	}

	private record Made(int number, CompletableFuture<Integer> future, boolean repeatable) {

	}

	public interface EchoApi {

		CompletableFuture<Integer> echo(int number);

		CompletableFuture<Integer> late(int number);

		@Idempotent(retries = RETRIES)
		CompletableFuture<Integer> repeat(int number);

	}

	/**
	 * Counts how often each call has run, and answers some of them never.
	 */
	private static final class Echo implements EchoApi {

		private final Map<Integer, Integer> runs;

		Echo(Map<Integer, Integer> runs) {
			this.runs = runs;
		}

		@Override
		public CompletableFuture<Integer> echo(int number) {
			this.runs.merge(number, 1, Integer::sum);
			return CompletableFuture.completedFuture(number);
		}

		@Override
		public CompletableFuture<Integer> late(int number) {
			this.runs.merge(number, 1, Integer::sum);
			return new CompletableFuture<>();
		}

		@Override
		public CompletableFuture<Integer> repeat(int number) {
			return echo(number);
		}

	}

}
