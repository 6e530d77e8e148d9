package io.horde.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network.Ipam;
import io.horde.sample.ContainerNodeProcess.Endpoint;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;

/**
 * Two networks of Docker's: one over which the containers of the nodes find each other
 * and which can be broken, and one in which this JVM reaches them, which is never
 * touched. What breaks it is done from outside, in the network namespaces of the
 * containers and at the bridge. Needs root, {@code nsenter}, {@code ip}, {@code iptables}
 * and a Docker of this machine.
 */
final class ContainerNetwork extends FaultyNetwork {

	private static final int SUBNETS = 200;

	private static final String NODES = "10.79.";

	private static final String CONTROL = "10.80.";

	private final String image;

	private final int subnet;

	private final Network nodes;

	private final Network control;

	private final List<ContainerNodeProcess> containers = new ArrayList<>();

	private ContainerNetwork(int size, int subnet, Network nodes, Network control) {
		super(size);
		this.image = "horde-sample:test-" + subnet;
		this.subnet = subnet;
		this.nodes = nodes;
		this.control = control;
	}

	/**
	 * Say why there can be none here.
	 * @return the reason, or {@code null} if there can
	 */
	static String unavailable() {
		if (!"root".equals(System.getProperty("user.name"))) {
			return "The networks of containers can be broken only by root";
		}
		try {
			// Unlike Testcontainers it does not wait for ever for a Docker that listens
			// and is silent
			String docker = run("docker", "info", "--format", "{{.Name}}");
			String machine = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
			if (!docker.equals(machine)) {
				return "The networks of containers can be broken only on their machine, " + machine
						+ ", and Docker says it is on: " + docker;
			}
			run("nsenter", "--target", Long.toString(ProcessHandle.current().pid()), "--net", "iptables", "-w", "-nL",
					"INPUT");
			return DockerClientFactory.instance().isDockerAvailable() ? null : "Testcontainers find no Docker";
		}
		catch (IOException | RuntimeException ex) {
			return "Containers and their networks are not available: " + ex.getMessage();
		}
	}

	/**
	 * Skip the tests, and print why, if there can be none here.
	 */
	static void assumeAvailable() {
		assumeNone(unavailable());
	}

	static ContainerNetwork create(int size) {
		ContainerNetwork network = reserve(size);
		try {
			run(Duration.ofMinutes(2), Path.of("src", "test", "docker", "image.sh").toAbsolutePath().toString(),
					System.getProperty("java.home"), System.getProperty("sample.jar"), network.image);
			return network;
		}
		catch (RuntimeException ex) {
			network.close();
			throw ex;
		}
	}

	private static ContainerNetwork reserve(int size) {
		int first = (int) (ProcessHandle.current().pid() % SUBNETS);
		for (int i = 0; i < SUBNETS; i++) {
			int subnet = (first + i) % SUBNETS;
			Network nodes = reserve(NODES + subnet);
			if (nodes != null) {
				Network control = reserve(CONTROL + subnet);
				if (control != null) {
					return new ContainerNetwork(size, subnet, nodes, control);
				}
				nodes.close();
			}
		}
		throw new IllegalStateException("Docker's networks have taken all subnets of " + NODES + " and " + CONTROL);
	}

	/*
	 * Docker refuses a subnet that another of its networks has, which a parallel run may
	 * have made.
	 */
	private static Network reserve(String prefix) {
		Ipam ipam = new Ipam().withConfig(new Ipam.Config().withSubnet(prefix + ".0/24"));
		Network network = Network.builder().createNetworkCmdModifier((command) -> command.withIpam(ipam)).build();
		try {
			network.getId();
			return network;
		}
		catch (DockerException ex) {
			if (ex.getMessage().contains("overlap")) {
				return null;
			}
			throw ex;
		}
	}

	/**
	 * Make the next container, which is not started.
	 * @param i how many there are
	 */
	ContainerNodeProcess process(int i, List<String> arguments, Path log) {
		if (i != this.containers.size()) {
			throw new IllegalArgumentException("Not the next: " + i);
		}
		ContainerNodeProcess container = new ContainerNodeProcess(this.image, new Endpoint(this.nodes, address(i)),
				new Endpoint(this.control, controlAddress(i)), arguments, log);
		this.containers.add(container);
		return container;
	}

	@Override
	String address(int i) {
		return NODES + this.subnet + "." + (i + 11);
	}

	@Override
	String controlAddress(int i) {
		return CONTROL + this.subnet + "." + (i + 11);
	}

	/*
	 * Asked each time: whoever was started anew has another process and another
	 * namespace.
	 */
	@Override
	List<String> command(int i) {
		return List.of("nsenter", "--target", Long.toString(this.containers.get(i).pid()), "--net");
	}

	@Override
	String port(int i) {
		String device = find("\\d+: (\\S+) +inet " + Pattern.quote(address(i)) + "/",
				exec(i, "ip", "-o", "-4", "addr", "show"));
		String peer = find("@if(\\d+):", exec(i, "ip", "-o", "link", "show", "dev", device));
		return find("(?m)^" + peer + ": ([^@ ]+)@", run("ip", "-o", "link", "show"));
	}

	private static String find(String pattern, String output) {
		Matcher matcher = Pattern.compile(pattern).matcher(output);
		if (!matcher.find()) {
			throw new IllegalStateException("No " + pattern + " in " + output);
		}
		return matcher.group(1);
	}

	@Override
	public void close() {
		this.nodes.close();
		this.control.close();
		runIgnoringFailure("docker", "rmi", "--force", this.image);
	}

}
