package io.horde.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Network namespaces of this machine, each with an address on a common bridge, over which
 * the nodes find each other and which can be broken, and one on a line of its own to this
 * JVM, which is never touched. Needs root, {@code ip} and {@code iptables}.
 */
final class Namespaces implements AutoCloseable {

	private final String prefix;

	private final int subnet;

	private final int size;

	private final Thread hook = new Thread(this::remove);

	private Namespaces(int size) {
		long pid = ProcessHandle.current().pid();
		this.prefix = "hd" + (pid % 100_000);
		this.subnet = 20 + (int) (pid % 200);
		this.size = size;
	}

	/**
	 * Say why there can be none here.
	 * @return the reason, or {@code null} if there can
	 */
	static String unavailable() {
		if (!"root".equals(System.getProperty("user.name"))) {
			return "Network namespaces need root";
		}
		String probe = "hdprobe" + ProcessHandle.current().pid() % 100_000;
		try {
			run("ip", "netns", "add", probe);
			run("ip", "netns", "exec", probe, "iptables", "-w", "-A", "INPUT", "-s", "192.0.2.1", "-j", "DROP");
			return null;
		}
		catch (IllegalStateException | UncheckedIOException ex) {
			return "Network namespaces are not available: " + ex.getMessage();
		}
		finally {
			runIgnoringFailure("ip", "netns", "del", probe);
		}
	}

	/**
	 * Skip the tests, and print why, if there can be none here.
	 */
	static void assumeAvailable() {
		String reason = unavailable();
		if (reason != null) {
			System.out.println("Skipped: " + reason);
		}
		assumeTrue(reason == null, reason);
	}

	static Namespaces create(int size) {
		Namespaces namespaces = new Namespaces(size);
		Runtime.getRuntime().addShutdownHook(namespaces.hook);
		try {
			namespaces.create();
			return namespaces;
		}
		catch (RuntimeException ex) {
			namespaces.close();
			throw ex;
		}
	}

	private void create() {
		String bridge = this.prefix + "b";
		run("ip", "link", "add", bridge, "type", "bridge");
		run("ip", "link", "set", bridge, "up");
		// Docker's daemon sets the policy to DROP, which cuts this bridge too
		run("iptables", "-w", "-I", "FORWARD", "-i", bridge, "-o", bridge, "-j", "ACCEPT");
		for (int i = 0; i < this.size; i++) {
			String namespace = name(i);
			run("ip", "netns", "add", namespace);
			exec(i, "ip", "link", "set", "lo", "up");
			pair(i, port(i), address(i) + "/24");
			run("ip", "link", "set", port(i), "master", bridge, "up");
			pair(i, this.prefix + "m" + i, controlAddress(i) + "/30");
			run("ip", "addr", "add", control(i, 1) + "/30", "dev", this.prefix + "m" + i);
			run("ip", "link", "set", this.prefix + "m" + i, "up");
		}
	}

	private void pair(int i, String outside, String address) {
		String inside = outside + "i";
		run("ip", "link", "add", outside, "type", "veth", "peer", "name", inside);
		run("ip", "link", "set", inside, "netns", name(i));
		exec(i, "ip", "addr", "add", address, "dev", inside);
		exec(i, "ip", "link", "set", inside, "up");
	}

	private String name(int i) {
		return this.prefix + "n" + i;
	}

	private String port(int i) {
		return this.prefix + "p" + i;
	}

	/**
	 * Return the address at which other nodes reach a node.
	 */
	String address(int i) {
		return "10.77." + this.subnet + "." + (i + 1);
	}

	/**
	 * Return the address at which this JVM reaches a node, whatever is broken.
	 */
	String controlAddress(int i) {
		return control(i, 2);
	}

	private String control(int i, int end) {
		return "10.78." + this.subnet + "." + (4 * i + end);
	}

	/**
	 * Return what starts a command in a namespace; it keeps its process id.
	 */
	List<String> command(int i) {
		return List.of("ip", "netns", "exec", name(i));
	}

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

	private String exec(int i, String... command) {
		List<String> all = new ArrayList<>(command(i));
		all.addAll(Arrays.asList(command));
		return run(all.toArray(String[]::new));
	}

	/**
	 * Remove all. Whatever ran in the namespaces has to have ended.
	 */
	@Override
	public void close() {
		remove();
		Runtime.getRuntime().removeShutdownHook(this.hook);
	}

	private void remove() {
		String bridge = this.prefix + "b";
		for (int i = 0; i < this.size; i++) {
			runIgnoringFailure("ip", "netns", "del", name(i));
			runIgnoringFailure("ip", "link", "del", port(i));
			runIgnoringFailure("ip", "link", "del", this.prefix + "m" + i);
		}
		runIgnoringFailure("ip", "link", "del", bridge);
		runIgnoringFailure("iptables", "-w", "-D", "FORWARD", "-i", bridge, "-o", bridge, "-j", "ACCEPT");
	}

	private static void runIgnoringFailure(String... command) {
		try {
			run(command);
		}
		catch (IllegalStateException | UncheckedIOException ex) {
			// It may be gone, or never have been there
		}
	}

	private static String run(String... command) {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			process.getOutputStream().close();
			if (!process.waitFor(20, TimeUnit.SECONDS)) {
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
