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
import java.util.stream.Collectors;

/**
 * Runs eight JVMs without Spring over a sparse overlay: lets them write, cuts one off and
 * heals it, kills one and starts it again, and prints what that took. A program, not a
 * test: it ends with an error if the nodes don't become equal, and asserts nothing about
 * time. System property: {@code bench.overlay.options} (of the JVMs).
 */
final class OverlayBenchmark {

	private static final int NODES = 8;

	private static final int EACH = 2000;

	private static final int IDLE_SECONDS = 10;

	private static final List<String> OPTIONS = List
		.of(System.getProperty("bench.overlay.options", "-Xmx160m -XX:+UseSerialGC -Dbench.overlay-above=4")
			.split(" "));

	private final List<BenchmarkJvm> nodes = new ArrayList<>();

	private int size;

	private OverlayBenchmark() {
	}

	public static void main(String[] args) {
		System.out.println(NODES + " JVMs with " + String.join(" ", OPTIONS));
		OverlayBenchmark benchmark = new OverlayBenchmark();
		try {
			benchmark.run();
		}
		catch (RuntimeException ex) {
			ex.printStackTrace();
			System.exit(1);
		}
		finally {
			benchmark.nodes.forEach(BenchmarkJvm::close);
		}
	}

	private void run() {
		for (int i = 0; i < NODES; i++) {
			this.nodes.add(BenchmarkJvm.launch("n" + i, freePort(), OPTIONS));
		}
		long begin = System.nanoTime();
		this.nodes.forEach((node) -> node.ask(startCommand()));
		row("all see all", members(this.nodes, NODES) - begin);
		LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(8));
		System.out.println("| links of the nodes | "
				+ this.nodes.stream().map((node) -> node.ask("links")).collect(Collectors.joining(", ")) + " |");
		idle();
		write("a", this.nodes);
		lags();
		cut();
		kill();
	}

	private String startCommand() {
		return "start " + this.nodes.stream().map(BenchmarkJvm::address).collect(Collectors.joining(" "));
	}

	private void idle() {
		long before = bytes();
		LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(IDLE_SECONDS));
		System.out.println("| idle, frames | " + (bytes() - before) / IDLE_SECONDS / NODES + " B/s a node |");
	}

	private long bytes() {
		return this.nodes.stream().map((node) -> node.numbers("bytes")).mapToLong((all) -> all[0] + all[1]).sum();
	}

	/**
	 * All of some nodes write at once.
	 */
	private void write(String prefix, List<BenchmarkJvm> writers) {
		long before = bytes();
		long begin = System.nanoTime();
		for (BenchmarkJvm writer : writers) {
			writer.tell("write " + prefix + this.nodes.indexOf(writer) + " " + EACH);
		}
		writers.forEach(BenchmarkJvm::answer);
		this.size += writers.size() * EACH;
		long last = sizes(writers);
		row(writers.size() + " nodes write " + EACH + " entries each, until all have all", last - begin);
		System.out.println("| bytes in frames for each of them and each node | "
				+ (bytes() - before) / (writers.size() * EACH) / NODES + " |");
	}

	private long sizes(List<BenchmarkJvm> readers) {
		readers.forEach((reader) -> reader.tell("await-size " + this.size));
		return readers.stream().mapToLong((reader) -> Long.parseLong(reader.answer())).max().orElseThrow();
	}

	private long members(List<BenchmarkJvm> seeing, int count) {
		seeing.forEach((node) -> node.tell("await-members " + count));
		return seeing.stream().mapToLong((node) -> Long.parseLong(node.answer())).max().orElseThrow();
	}

	private void lags() {
		this.nodes.forEach((node) -> node.ask("lags"));
		this.nodes.get(0).ask("single 200 20");
		LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
		long[] lags = this.nodes.subList(1, NODES)
			.stream()
			.flatMapToLong((node) -> Arrays.stream(node.numbers("lags")))
			.sorted()
			.toArray();
		System.out.printf(Locale.ROOT, "| lag of one write to all others | p50 %.2f, p99 %.2f, max %.2f ms (%d) |%n",
				at(lags, 0.5), at(lags, 0.99), at(lags, 1), lags.length);
	}

	private static double at(long[] sorted, double quantile) {
		return (sorted.length == 0) ? Double.NaN
				: sorted[(int) Math.min(sorted.length - 1, (long) (quantile * sorted.length))] / 1e6;
	}

	private void cut() {
		BenchmarkJvm one = this.nodes.get(NODES - 1);
		List<BenchmarkJvm> others = this.nodes.subList(0, NODES - 1);
		long begin = one.number("cut");
		row("one is cut off: the others see it DOWN", members(others, NODES - 1) - begin);
		write("b", others);
		begin = one.number("heal");
		row("healed: all see all", members(this.nodes, NODES) - begin);
		row("and are equal", sizes(this.nodes) - begin);
	}

	private void kill() {
		BenchmarkJvm victim = this.nodes.remove(3);
		long begin = System.nanoTime();
		victim.kill();
		row("one is killed: the others see it DOWN", members(this.nodes, NODES - 1) - begin);
		write("c", this.nodes);
		BenchmarkJvm again = BenchmarkJvm.launch("n3", victim.port(), OPTIONS);
		this.nodes.add(3, again);
		begin = System.nanoTime();
		again.ask(startCommand());
		row("started again: all see all", members(this.nodes, NODES) - begin);
		row("and are equal", sizes(this.nodes) - begin);
	}

	private static void row(String what, long nanos) {
		System.out.println("| " + what + " | " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms |");
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
