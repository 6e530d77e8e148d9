package io.horde.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Measures faults of real networks with three JVMs in three network namespaces. A
 * program, not a test: it prints figures, and ends with an error only if a session is
 * lost or doubled in the end. Needs root.
 */
final class NetworkFailover {

	private static final int RUNS = Integer.getInteger("sample.runs", 5);

	private static final int KILLS = Integer.getInteger("sample.kills", 20);

	private static final int ROUNDS = Integer.getInteger("sample.kill-rounds", 20);

	private static final int LOSSES = Integer.getInteger("sample.losses", 10);

	private static final int SESSIONS = Integer.getInteger("sample.sessions", 1000);

	private static final String[] ARGUMENTS = System.getProperty("sample.arguments", "").strip().split(" +");

	private NetworkFailover() {
	}

	public static void main(String[] args) {
		String reason = Namespaces.unavailable();
		if (reason != null) {
			System.out.println("Not measured: " + reason);
			return;
		}
		String[] arguments = Arrays.stream(ARGUMENTS).filter((argument) -> !argument.isEmpty()).toArray(String[]::new);
		try (NetworkCluster cluster = NetworkCluster.start("bench-networks", Duration.ofMillis(50), arguments)) {
			NetworkFaults faults = new NetworkFaults(cluster, SESSIONS);
			System.out.println(SESSIONS + " sessions, " + List.of(arguments) + "; the first time of each fault apart");
			if (KILLS > 0) {
				measure(faults::kill, KILLS);
			}
			if (RUNS > 0) {
				measure(faults::powerOff, RUNS);
				measure(faults::pause, RUNS);
				measure(faults::partition, RUNS);
			}
			measureLosses(faults);
			if (ROUNDS > 0) {
				measure(faults::partitionHealKill, ROUNDS);
			}
		}
	}

	private static void measure(Supplier<Figures> fault, int runs) {
		Figures.assertSound(fault.get());
		List<Figures> all = new ArrayList<>();
		for (int run = 0; run < runs; run++) {
			all.add(Figures.assertSound(fault.get()));
		}
		String name = all.get(0).fault();
		report(name + ": last child back", all, Figures::back);
		report(name + ": noticed by the last survivor", all, Figures::detected);
		report(name + ": DOWN for the last survivor", all, Figures::confirmed);
		report(name + ": last start stamp", all, Figures::started);
		report(name + ": one copy of each, after the heal", all, Figures::single);
		report(name + ": longest gap of a child", all, Figures::gap);
		report(name + ": longest overlap of two owners", all, Figures::overlap);
		report(name + ": first start after the last ownership of the node that was cut off", all, Figures::handedOver);
	}

	private static void measureLosses(NetworkFaults faults) {
		int calm = 0;
		for (int run = 0; run < LOSSES; run++) {
			calm += Figures.assertSound(faults.loss(30, Duration.ofSeconds(60))).down().isEmpty() ? 1 : 0;
		}
		if (LOSSES > 0) {
			System.out.println("30 %% loss for 60 s: nobody DOWN in %d of %d runs".formatted(calm, LOSSES));
		}
	}

	private static void report(String what, List<Figures> all, ToLongFunction<Figures> figure) {
		long[] sorted = all.stream().mapToLong(figure).filter((nanos) -> nanos != Figures.NONE).sorted().toArray();
		if (sorted.length > 0) {
			System.out.println("%s: median %d ms, max %d ms of %d".formatted(what,
					sorted[sorted.length / 2] / 1_000_000, sorted[sorted.length - 1] / 1_000_000, sorted.length));
		}
	}

}
