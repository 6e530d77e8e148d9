package io.horde.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import io.horde.benchmark.CronNode.What;

/**
 * Measures on three JVMs how long after it was due a tick of a cron schedule begins, the
 * replication of its record included, and how long a node with idle processes takes to
 * end: a program, not a test, which prints a table and asserts nothing about time. System
 * properties: {@code bench.seconds} (120), {@code bench.idle} (300 processes) and
 * {@code bench.rounds} (10) of SIGTERM. Arguments: {@code ticks} or {@code close} for
 * that part alone.
 */
final class CronBenchmark {

	private static final int SIZE = 3;

	private static final int SECONDS = Integer.getInteger("bench.seconds", 120);

	/** Seconds until most of what a tick passes through is compiled. */
	private static final int WARM_UP = 30;

	private static final int IDLE = Integer.getInteger("bench.idle", 300);

	private static final int ROUNDS = Integer.getInteger("bench.rounds", 10);

	private static final int FIRST_PORT = 27420;

	private CronBenchmark() {
	}

	public static void main(String[] args) {
		if (!List.of(args).contains("close")) {
			ticks(What.BEAN, "a bean of Spring");
			ticks(What.UNIFORM, "processes under AP");
			ticks(What.QUORUM, "processes under quorum");
		}
		if (!List.of(args).contains("ticks")) {
			close();
		}
		System.exit(0);
	}

	private static void ticks(What what, String name) {
		List<BenchmarkJvm> nodes = start(what);
		try {
			measure(nodes, "cron tick, begin after due, " + name + ", the first " + WARM_UP + " s", WARM_UP);
			measure(nodes, "the same afterwards", SECONDS);
		}
		finally {
			nodes.forEach(BenchmarkJvm::close);
		}
	}

	private static void measure(List<BenchmarkJvm> nodes, String name, int seconds) {
		nodes.forEach((node) -> node.ask("reset"));
		pause(seconds);
		long[] lags = nodes.stream().flatMapToLong((node) -> LongStream.of(node.numbers("lags"))).sorted().toArray();
		row(name, String.format(Locale.ROOT, "p50 %.1f, p90 %.1f, p99 %.1f, max %.1f ms (%d ticks in %d s)",
				at(lags, 0.5), at(lags, 0.9), at(lags, 0.99), at(lags, 1), lags.length, seconds));
	}

	private static double at(long[] sorted, double quantile) {
		return sorted[Math.min((int) (quantile * sorted.length), sorted.length - 1)] / 1e3;
	}

	/*
	 * One node after the other, each started again. The processes of one that goes are
	 * then those of the two others.
	 */
	private static void close() {
		List<BenchmarkJvm> nodes = start(What.IDLE);
		try {
			nodes.get(0).ask("start " + IDLE);
			pause(5);
			long[] millis = new long[ROUNDS];
			List<String> processes = new ArrayList<>();
			for (int round = 0; round < ROUNDS; round++) {
				int place = round % SIZE;
				BenchmarkJvm node = nodes.get(place);
				processes.add(node.ask("count"));
				millis[round] = TimeUnit.NANOSECONDS.toMillis(node.terminate());
				nodes.set(place, launch(What.IDLE, place));
				nodes.get(place).ask("up");
				pause(5);
			}
			long[] sorted = millis.clone();
			Arrays.sort(sorted);
			row("SIGTERM of one of three nodes with " + IDLE + " idle processes, until its JVM has exited, median",
					sorted[ROUNDS / 2] + " ms: "
							+ Arrays.stream(millis).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
			row("processes that it had", String.join(" ", processes));
		}
		finally {
			nodes.forEach(BenchmarkJvm::close);
		}
	}

	private static List<BenchmarkJvm> start(What what) {
		List<BenchmarkJvm> nodes = new ArrayList<>();
		for (int place = 0; place < SIZE; place++) {
			nodes.add(launch(what, place));
		}
		nodes.forEach((node) -> node.ask("up"));
		return nodes;
	}

	private static BenchmarkJvm launch(What what, int place) {
		String members = "127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d".formatted(FIRST_PORT, FIRST_PORT + 1, FIRST_PORT + 2);
		return BenchmarkJvm.launch(CronNode.class, "n" + place, FIRST_PORT + place,
				List.of("-Xmx256m", "-Dbench.what=" + what, "-Dbench.members=" + members));
	}

	private static void row(String what, String figures) {
		System.out.println("| " + what + " | " + figures + " |");
	}

	private static void pause(int seconds) {
		LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
	}

}
