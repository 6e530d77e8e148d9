package io.horde.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A network over which nodes find each other and which can be broken, and beside it a way
 * from each node to this JVM, which is never touched.
 */
abstract class FaultyNetwork implements AutoCloseable {

	private final int size;

	/**
	 * Creates a network.
	 * @param size how many places there are
	 */
	FaultyNetwork(int size) {
		this.size = size;
	}

	int size() {
		return this.size;
	}

	/**
	 * Return the address at which other nodes reach a node.
	 */
	abstract String address(int i);

	/**
	 * Return the address at which this JVM reaches a node, whatever is broken.
	 */
	abstract String controlAddress(int i);

	/**
	 * Return what starts a command of this machine in the network of a node; it keeps its
	 * process id.
	 */
	abstract List<String> command(int i);

	/**
	 * Return this machine's end of the link over which a node reaches the others.
	 */
	abstract String port(int i);

	/**
	 * Remove all. Whatever ran in the network has to have ended.
	 */
	@Override
	public abstract void close();

	/**
	 * Pull the plug of the switch: nothing passes, and nobody says so.
	 */
	void linkDown(int i) {
		run("ip", "link", "set", port(i), "down");
	}

	void linkUp(int i) {
		run("ip", "link", "set", port(i), "up");
	}

	/**
	 * Drop what one sends to the other.
	 */
	void cut(int from, int to) {
		exec(to, "iptables", "-w", "-A", "INPUT", "-s", address(from), "-j", "DROP");
	}

	void partition(List<Integer> some, List<Integer> others) {
		for (int one : some) {
			for (int other : others) {
				cut(one, other);
				cut(other, one);
			}
		}
	}

	/**
	 * Answer what one sends to the other with a reset.
	 */
	void reject(int from, int to) {
		exec(to, "iptables", "-w", "-A", "INPUT", "-p", "tcp", "-s", address(from), "-j", "REJECT", "--reject-with",
				"tcp-reset");
	}

	/**
	 * Lose packets everywhere.
	 * @param percent how many of them
	 */
	void lose(int percent) {
		for (int to = 0; to < this.size; to++) {
			for (int from = 0; from < this.size; from++) {
				if (from != to) {
					exec(to, "iptables", "-w", "-A", "INPUT", "-s", address(from), "-m", "statistic", "--mode",
							"random", "--probability", String.valueOf(percent / 100.0), "-j", "DROP");
				}
			}
		}
	}

	/**
	 * Return how many packets were kept from the nodes since the last heal.
	 */
	long hits() {
		long hits = 0;
		for (int i = 0; i < this.size; i++) {
			hits += exec(i, "iptables", "-w", "-nvxL", "INPUT").lines()
				.map(String::strip)
				.filter((line) -> line.matches("\\d+ +\\d+ +(DROP|REJECT) .*"))
				.mapToLong((line) -> Long.parseLong(line.split(" +")[0]))
				.sum();
		}
		return hits;
	}

	/**
	 * End all cuts, resets and losses.
	 */
	void heal() {
		for (int i = 0; i < this.size; i++) {
			exec(i, "iptables", "-w", "-F", "INPUT");
		}
	}

	String exec(int i, String... command) {
		List<String> all = new ArrayList<>(command(i));
		all.addAll(Arrays.asList(command));
		return run(all.toArray(String[]::new));
	}

	/**
	 * Skip the tests, and print why, if there is a reason.
	 */
	static void assumeNone(String reason) {
		if (reason != null) {
			System.out.println("Skipped: " + reason);
		}
		assumeTrue(reason == null, reason);
	}

	static void runIgnoringFailure(String... command) {
		try {
			run(command);
		}
		catch (IllegalStateException | UncheckedIOException ex) {
			// It may be gone, or never have been there
		}
	}

	static String run(String... command) {
		return run(Duration.ofSeconds(20), command);
	}

	static String run(Duration timeout, String... command) {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			process.getOutputStream().close();
			if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
				process.destroyForcibly();
				throw new IllegalStateException(String.join(" ", command) + " does not end");
			}
			String output = new String(process.getInputStream().readAllBytes()).strip();
			if (process.exitValue() != 0) {
				throw new IllegalStateException(
						String.join(" ", command) + " ended with " + process.exitValue() + ": " + output);
			}
			return output;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
