package io.horde.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.horde.sample.Spans.Run;
import io.horde.work.WorkApplication;
import org.awaitility.core.ConditionTimeoutException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three JVMs whose processes work all the time, and what these have written down. It asks
 * nothing of Horde, but for the members.
 */
final class WorkCluster implements AutoCloseable {

	static final int SIZE = 3;

	private static final int INSTANCES = 3;

	private static final int HTTP_PORT = 8080;

	private static final int TRANSPORT_PORT = 7420;

	/**
	 * Longer than a body or the time between two is not heard of on a busy machine.
	 */
	private static final Duration SILENCE = Duration.ofMillis(500);

	private static final Duration SILENCE_OF_CRON = Duration.ofSeconds(3);

	private static final Duration REST = Duration.ofSeconds(90);

	private final FaultyNetwork network;

	private final SampleCluster cluster;

	private final Path directory;

	private final Spans spans = new Spans();

	private final Set<String> children = new TreeSet<>();

	private WorkCluster(FaultyNetwork network, SampleCluster cluster, Path directory) {
		this.network = network;
		this.cluster = cluster;
		this.directory = directory;
		for (Mode mode : Mode.values()) {
			for (String way : new String[] { "Tick", "Call", "Task", "Loop", "Cron" }) {
				IntStream.range(0, INSTANCES).forEach((instance) -> this.children.add(mode + way + "-" + instance));
			}
		}
	}

	/**
	 * Start a cluster on the loopback interface.
	 * @param shortest the shortest piece of work
	 * @param longest the longest
	 */
	static WorkCluster start(String name, Duration shortest, Duration longest) {
		Path directory = emptied(name);
		SampleCluster nodes = new SampleCluster(name, SIZE, program());
		return new WorkCluster(null, nodes, directory).started(() -> names()
			.forEach((node) -> nodes.add(arguments(directory, node, shortest, longest).toArray(String[]::new))));
	}

	/**
	 * Start a cluster whose network can be broken.
	 * @param shortest the shortest piece of work
	 * @param longest the longest
	 */
	static WorkCluster startInNamespaces(String name, Duration shortest, Duration longest) {
		Path directory = emptied(name);
		Namespaces network = Namespaces.create(SIZE);
		String members = IntStream.range(0, SIZE)
			.mapToObj((i) -> network.address(i) + ":" + TRANSPORT_PORT)
			.collect(Collectors.joining(","));
		List<SampleNode> nodes = new ArrayList<>();
		for (String node : names()) {
			int i = nodes.size();
			List<String> all = arguments(directory, node, shortest, longest);
			all.addAll(List.of("--server.port=" + HTTP_PORT, "--horde.node.name=" + node,
					"--horde.transport.host=" + network.address(i), "--horde.transport.port=" + TRANSPORT_PORT,
					"--horde.cluster.members=" + members));
			nodes.add(new SampleNode(node, network.controlAddress(i), HTTP_PORT,
					new JvmNodeProcess(network.command(i), program(), all, log(directory, node))));
		}
		return new WorkCluster(network, new SampleCluster(name, nodes), directory)
			.started(() -> nodes.forEach(SampleNode::start));
	}

	private static List<String> names() {
		return IntStream.rangeClosed(1, SIZE).mapToObj((i) -> "n" + i).toList();
	}

	private static List<String> program() {
		return List.of("-cp", System.getProperty("java.class.path"), WorkApplication.class.getName());
	}

	private static List<String> arguments(Path directory, String node, Duration shortest, Duration longest) {
		// A node that starts on a busy machine must not be alone after 10 s: both sides
		// of such a start would work.
		// And without a registry, which the class path of the tests has
		return new ArrayList<>(List.of("--work.record=" + Spans.file(directory, node),
				"--work.shortest=" + shortest.toMillis() + "ms", "--work.longest=" + longest.toMillis() + "ms",
				"--horde.cluster.expected-size=" + SIZE, "--horde.cluster.join-timeout=60s",
				"--management.endpoint.horde.access=unrestricted", "--spring.task.scheduling.pool.size=64",
				"--spring.cloud.discovery.enabled=false", "--spring.cloud.zookeeper.enabled=false"));
	}

	private static Path emptied(String name) {
		Path directory = Path.of("target", "cluster", name).toAbsolutePath();
		try {
			Files.createDirectories(directory);
			for (String node : names()) {
				Files.deleteIfExists(Spans.file(directory, node));
				Files.deleteIfExists(log(directory, node));
			}
			return directory;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Path log(Path directory, String node) {
		return directory.resolve(node + ".log");
	}

	private WorkCluster started(Runnable start) {
		try {
			start.run();
			awaitAtRest();
			return this;
		}
		catch (RuntimeException | Error ex) {
			close();
			throw ex;
		}
	}

	List<SampleNode> nodes() {
		return this.cluster.nodes();
	}

	/**
	 * Return what the nodes are connected by, or {@code null} if that can't be broken.
	 */
	FaultyNetwork network() {
		return this.network;
	}

	/**
	 * Return what was written until now.
	 */
	Spans spans() {
		this.spans.read(this.directory);
		return this.spans;
	}

	Stream<String> children(Mode mode) {
		return this.children.stream().filter(mode::is);
	}

	/**
	 * Return the children of which a node alone is heard.
	 */
	List<String> childrenOf(SampleNode node) {
		Map<String, Set<Run>> heard = heard();
		return this.children.stream()
			.filter((child) -> heard.get(child).stream().map(Run::node).toList().equals(List.of(node.name())))
			.toList();
	}

	private Map<String, Set<Run>> heard() {
		this.spans.read(this.directory);
		long now = System.nanoTime();
		Map<String, Set<Run>> heard = new TreeMap<>();
		for (String child : this.children) {
			Duration silence = child.contains("Cron") ? SILENCE_OF_CRON : SILENCE;
			heard.put(child, this.spans.heard(child, now - silence.toNanos()));
		}
		return heard;
	}

	/**
	 * Wait until nothing of a node is heard any more.
	 */
	void awaitSilence(SampleNode node) {
		SampleCluster.await("nothing of " + node + " runs", REST,
				() -> heard().values()
					.stream()
					.flatMap(Set::stream)
					.noneMatch((run) -> run.node().equals(node.name())));
	}

	/**
	 * Wait until all nodes are up and one run of each child is heard.
	 */
	void awaitAtRest() {
		this.cluster.awaitUp(SIZE);
		this.cluster.nodes().forEach(WorkCluster::verifyClock);
		awaitOneRunEach();
	}

	/**
	 * Wait until one run of each child is heard.
	 */
	void awaitOneRunEach() {
		try {
			SampleCluster.await("one run of each child works", REST, () -> unsettled().isEmpty());
		}
		catch (ConditionTimeoutException ex) {
			throw new AssertionError("Not at rest after " + REST + ", what runs: " + unsettled(), ex);
		}
	}

	private Map<String, Set<Run>> unsettled() {
		Map<String, Set<Run>> heard = heard();
		heard.values().removeIf((runs) -> runs.size() == 1);
		return heard;
	}

	/* Else the stamps of several JVMs could not be compared. */
	private static void verifyClock(SampleNode node) {
		long before = System.nanoTime();
		long there = Long.parseLong(node.get("/clock").body());
		assertThat(there).as("the monotonic clock of %s is that of this JVM", node)
			.isBetween(before, System.nanoTime());
	}

	@Override
	public void close() {
		this.cluster.close();
		if (this.network != null) {
			this.network.close();
		}
	}

}
