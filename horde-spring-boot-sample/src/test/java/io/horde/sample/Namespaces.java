package io.horde.sample;

import java.io.UncheckedIOException;
import java.util.List;

/**
 * Network namespaces of this machine, each with an address on a common bridge, over which
 * the nodes find each other and which can be broken, and one on a line of its own to this
 * JVM, which is never touched. Needs root, {@code ip} and {@code iptables}.
 */
final class Namespaces extends FaultyNetwork {

	private final String prefix;

	private final int subnet;

	private final Thread hook = new Thread(this::remove);

	private Namespaces(int size) {
		super(size);
		long pid = ProcessHandle.current().pid();
		this.prefix = "hd" + (pid % 100_000);
		this.subnet = 20 + (int) (pid % 200);
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
		assumeNone(unavailable());
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
		for (int i = 0; i < size(); i++) {
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

	@Override
	String port(int i) {
		return this.prefix + "p" + i;
	}

	@Override
	String address(int i) {
		return "10.77." + this.subnet + "." + (i + 1);
	}

	@Override
	String controlAddress(int i) {
		return control(i, 2);
	}

	private String control(int i, int end) {
		return "10.78." + this.subnet + "." + (4 * i + end);
	}

	@Override
	List<String> command(int i) {
		return List.of("ip", "netns", "exec", name(i));
	}

	@Override
	public void close() {
		remove();
		Runtime.getRuntime().removeShutdownHook(this.hook);
	}

	private void remove() {
		String bridge = this.prefix + "b";
		for (int i = 0; i < size(); i++) {
			runIgnoringFailure("ip", "netns", "del", name(i));
			runIgnoringFailure("ip", "link", "del", port(i));
			runIgnoringFailure("ip", "link", "del", this.prefix + "m" + i);
		}
		runIgnoringFailure("ip", "link", "del", bridge);
		runIgnoringFailure("iptables", "-w", "-D", "FORWARD", "-i", bridge, "-o", bridge, "-j", "ACCEPT");
	}

}
