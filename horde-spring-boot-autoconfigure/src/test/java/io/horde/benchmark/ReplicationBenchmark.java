package io.horde.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the replicator on three JVMs, without Spring: a program, not a test, which
 * prints a table and asserts nothing about time. System properties: {@code bench.entries}
 * (1,000,000 in the large runs), {@code bench.options} (of the JVMs).
 */
final class ReplicationBenchmark {

	private static final int NAMES = 10_000;

	private static final int ENTRIES = Integer.getInteger("bench.entries", 1_000_000);

	private static final int BURST = 200_000;

	private static final int RUNS = 5;

	/** Between two writes whose lag is measured. */
	private static final int GAP_MILLIS = 20;

	private static final int DIFFERENCES = 1000;

	/**
	 * As many as it takes to write more than the log keeps.
	 */
	private static final int ROUNDS = 400;

	private static final int IDLE_SECONDS = 20;

	/**
	 * Key and value of 20 bytes each: two strings, each with its array.
	 */
	private static final int KEY_AND_VALUE = 2 * (24 + 40);

	private static final List<String> OPTIONS = List
		.of(System.getProperty("bench.options", "-Xms1500m -Xmx1500m").split(" "));

	private final List<BenchmarkJvm> nodes = new ArrayList<>();

	private ReplicationBenchmark() {
	}

	public static void main(String[] args) {
		System.out.println(hardware());
		try {
			new ReplicationBenchmark().small();
			new ReplicationBenchmark().large();
		}
		catch (RuntimeException ex) {
			ex.printStackTrace();
			System.exit(1);
		}
	}

	private static String hardware() {
		return Runtime.getRuntime().availableProcessors() + " processors, " + System.getProperty("os.name") + " "
				+ System.getProperty("os.version") + ", JDK " + System.getProperty("java.runtime.version") + ", "
				+ String.join(" ", OPTIONS);
	}

	private void start() {
		for (int i = 0; i < 3; i++) {
			this.nodes.add(BenchmarkJvm.launch("n" + i, freePort(), OPTIONS));
		}
		this.nodes.forEach(this::startNode);
		this.nodes.forEach((node) -> node.ask("await-members 3"));
	}

	private String startNode(BenchmarkJvm node) {
		StringBuilder command = new StringBuilder("start");
		this.nodes.forEach((other) -> command.append(' ').append(other.address()));
		return node.ask(command.toString());
	}

	private void stop() {
		this.nodes.forEach(BenchmarkJvm::close);
	}

	/**
	 * Everything about writes, on a map that grows from nothing.
	 */
	private void small() {
		start();
		try {
			writes();
			lag();
			bytes("bytes per new entry of a map, 20 + 20 bytes, " + NAMES + " in a burst", "write b",
					"await-size " + (RUNS * BURST + NAMES));
			bytes("bytes per new name of the registry, 20 + 20 bytes, " + NAMES + " in a burst", "register name-",
					"await-names name- " + NAMES);
		}
		finally {
			stop();
		}
		this.nodes.clear();
		start();
		try {
			this.nodes.get(0).ask("register name- " + NAMES);
			this.nodes.forEach((node) -> node.ask("await-names name- " + NAMES));
			idle();
		}
		finally {
			stop();
		}
	}

	/**
	 * What a large map costs: heap, repair, a joiner.
	 */
	private void large() {
		start();
		try {
			heap();
			repair();
			join();
		}
		finally {
			stop();
		}
	}

	private void writes() {
		double[] acknowledged = new double[RUNS];
		double[] visible = new double[RUNS];
		for (int run = 0; run < RUNS; run++) {
			int size = (run + 1) * BURST;
			BenchmarkJvm writer = this.nodes.get(0);
			List<BenchmarkJvm> others = this.nodes.subList(1, 3);
			others.forEach((other) -> other.tell("await-size " + size));
			long[] times = writer.numbers("write " + (char) ('k' + run) + " " + BURST);
			long last = times[1];
			for (BenchmarkJvm other : others) {
				last = Math.max(last, Long.parseLong(other.answer()));
			}
			acknowledged[run] = BURST * 1e9 / (times[1] - times[0]);
			visible[run] = BURST * 1e9 / (last - times[0]);
		}
		row("writes of one thread, acknowledged here (per s), " + BURST + " new entries, run after run",
				whole(acknowledged));
		row("the same, visible on all three (per s)", whole(visible));
	}

	/*
	 * At fifty writes a second the JVMs take minutes to compile what a write needs.
	 */
	private void lag() {
		lag("lag of one write, idle cluster, the first thousand", 1000);
		lag("lag of one write, idle cluster, the next", 4000);
		lag("lag of one write, idle cluster, warm", 1000);
	}

	private void lag(String what, int count) {
		this.nodes.get(0).ask("single " + count + " " + GAP_MILLIS);
		pause(500);
		report(what, this.nodes.subList(1, 3).stream().map((other) -> other.numbers("lags")).toList());
	}

	private static void report(String what, List<long[]> lags) {
		for (int i = 0; i < lags.size(); i++) {
			row(what + ", to node " + (i + 1) + " (ms)", distribution(lags.get(i)));
		}
	}

	private void bytes(String what, String write, String await) {
		pause(1500);
		long[] before = sums();
		long begin = System.nanoTime();
		this.nodes.get(0).ask(write + " " + NAMES);
		this.nodes.forEach((node) -> node.ask(await));
		pause(1000);
		double seconds = (System.nanoTime() - begin) / 1e9;
		long[] after = sums();
		row(what + ", sum of three nodes", String.format(Locale.ROOT,
				"%.1f in frames of the replicator, %.1f in all frames, %.1f in packets, %.1f written to sockets (in %.1f s)",
				per(before, after, 0), per(before, after, 0) + per(before, after, 1), per(before, after, 2),
				per(before, after, 3), seconds));
	}

	private static double per(long[] before, long[] after, int index) {
		return (after[index] - before[index]) / (double) NAMES;
	}

	private long[] sums() {
		long[] sums = new long[4];
		for (BenchmarkJvm node : this.nodes) {
			long[] bytes = node.numbers("bytes");
			for (int i = 0; i < sums.length; i++) {
				sums[i] += bytes[i];
			}
		}
		return sums;
	}

	private void idle() {
		pause(3000);
		List<long[]> before = this.nodes.stream().map((node) -> node.numbers("bytes")).toList();
		pause(IDLE_SECONDS * 1000);
		for (int i = 0; i < this.nodes.size(); i++) {
			long[] after = this.nodes.get(i).numbers("bytes");
			long[] start = before.get(i);
			row("idle with " + NAMES + " names, node " + i + " sends (B/s)",
					String.format(Locale.ROOT, "%d in frames, %d in packets, %d written to sockets",
							(after[0] + after[1] - start[0] - start[1]) / IDLE_SECONDS,
							(after[2] - start[2]) / IDLE_SECONDS, (after[3] - start[3]) / IDLE_SECONDS));
		}
	}

	private void heap() {
		List<Long> before = this.nodes.stream()
			.map((node) -> Math.min(node.number("heap"), node.number("heap")))
			.toList();
		this.nodes.get(0).ask("write e " + ENTRIES);
		this.nodes.forEach((node) -> node.ask("await-size " + ENTRIES));
		pause(1000);
		for (int i = 0; i < this.nodes.size(); i++) {
			BenchmarkJvm node = this.nodes.get(i);
			long used = Math.min(node.number("heap"), node.number("heap")) - before.get(i);
			long[] stats = node.numbers("stats");
			row("heap per entry beyond key and value, " + ENTRIES + " entries, node " + i + " (B)",
					String.format(Locale.ROOT, "%.1f, of which %.1f are the log",
							used / (double) ENTRIES - KEY_AND_VALUE, stats[1] / (double) ENTRIES));
		}
	}

	private void repair() {
		BenchmarkJvm writer = this.nodes.get(0);
		BenchmarkJvm away = this.nodes.get(2);
		away.ask("cut");
		pause(4000);
		writer.ask("overwrite e " + DIFFERENCES + " " + ROUNDS);
		this.nodes.get(1).ask("await-round e " + DIFFERENCES + " " + ROUNDS);
		pause(2000);
		long[] before = sums();
		long[] statsBefore = away.numbers("stats");
		long healed = away.number("heal");
		long done = away.number("await-round e " + DIFFERENCES + " " + ROUNDS);
		long first = away.number("first-frame");
		pause(3000);
		long[] after = sums();
		long[] stats = away.numbers("stats");
		row("repair of " + DIFFERENCES + " entries of 20 + 20 bytes among " + ENTRIES
				+ " after a cut that outlasted the log",
				String.format(Locale.ROOT,
						"%.0f ms after the cut ends, %.0f ms after the first frame of the replicator; %,d B in frames of the replicator (%.2f × the differing entries), %d pulls, %d reconciliations",
						(done - healed) / 1e6, (done - first) / 1e6, after[0] - before[0],
						(after[0] - before[0]) / (double) (DIFFERENCES * 40), stats[2] - statsBefore[2],
						stats[3] - statsBefore[3]));
	}

	private void join() {
		for (boolean watched : new boolean[] { false, true }) {
			BenchmarkJvm old = this.nodes.get(2);
			old.kill();
			this.nodes.subList(0, 2).forEach((node) -> node.ask("await-members 2"));
			pause(3000);
			BenchmarkJvm joiner = BenchmarkJvm.launch("n2", old.port(), OPTIONS);
			this.nodes.set(2, joiner);
			BenchmarkJvm writer = this.nodes.get(0);
			BenchmarkJvm other = this.nodes.get(1);
			other.ask("lags");
			List<Long> heap = watched
					? this.nodes.subList(0, 2).stream().map((node) -> node.number("watch-heap")).toList() : List.of();
			joiner.tell("start " + writer.address() + " " + other.address());
			if (!watched) {
				writer.tell("single 400 10");
			}
			long begin = Long.parseLong(joiner.answer());
			long end = joiner.number("await-members 3");
			joiner.ask("await-size " + ENTRIES);
			long first = joiner.number("first-frame");
			if (watched) {
				for (int i = 0; i < 2; i++) {
					row("most extra heap of a sender while " + ENTRIES + " entries are sent, node " + i + " (MB)",
							String.format(Locale.ROOT, "%.1f",
									(this.nodes.get(i).number("most-heap") - heap.get(i)) / 1048576.0));
				}
			}
			else {
				row("a joiner receives " + ENTRIES + " entries (ms)",
						String.format(Locale.ROOT, "%.0f from the first frame until UP, %.0f from its start",
								(end - first) / 1e6, (end - begin) / 1e6));
				writer.answer();
				pause(500);
				report("lag of one write while the joiner is served", List.of(other.numbers("lags")));
			}
		}
	}

	private static void row(String what, String figures) {
		System.out.println("| " + what + " | " + figures + " |");
	}

	private static String whole(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		StringBuilder line = new StringBuilder(
				String.format(Locale.ROOT, "median %,.0f; all", sorted[sorted.length / 2]));
		for (double value : values) {
			line.append(String.format(Locale.ROOT, " %,.0f", value));
		}
		return line.toString();
	}

	private static String distribution(long[] nanos) {
		if (nanos.length == 0) {
			return "nothing arrived";
		}
		long[] sorted = nanos.clone();
		Arrays.sort(sorted);
		return String.format(Locale.ROOT, "p50 %.3f, p90 %.3f, p99 %.3f, max %.3f (%d writes)", at(sorted, 0.5),
				at(sorted, 0.9), at(sorted, 0.99), sorted[sorted.length - 1] / 1e6, sorted.length);
	}

	private static double at(long[] sorted, double quantile) {
		return sorted[(int) Math.min(sorted.length - 1, Math.round(quantile * sorted.length))] / 1e6;
	}

	private static void pause(long millis) {
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
