package io.horde.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Nodes of the sample, each in a network namespace or a container of its own, and what
 * their sessions write down.
 */
final class NetworkCluster implements AutoCloseable {

	private static final Pattern DOWN = Pattern.compile("Member (\\S+) at \\S+ is DOWN");

	private static final Pattern NOTICED = Pattern.compile("The link to (\\S+) was closed");

	private static final Pattern TIME = Pattern.compile("^(\\S+T\\S+) ");

	private static final int HTTP_PORT = 8080;

	private static final Duration START = Duration.ofMinutes(4);

	private final FaultyNetwork network;

	private final SampleCluster cluster;

	private final Path directory;

	private final ZookeeperServer registry;

	private NetworkCluster(FaultyNetwork network, String name, ZookeeperServer registry) {
		this.network = network;
		this.directory = directory(name);
		this.registry = registry;
		this.cluster = new SampleCluster(name, new ArrayList<>());
	}

	/**
	 * Start three nodes that are given each other's addresses.
	 */
	static NetworkCluster start(String name, Duration interval, String... arguments) {
		return start(3, name, interval, arguments);
	}

	/**
	 * Start nodes that are given each other's addresses.
	 */
	static NetworkCluster start(int size, String name, Duration interval, String... arguments) {
		Namespaces network = Namespaces.create(size);
		NetworkCluster cluster = new NetworkCluster(network, name, null);
		return cluster.started(size, interval, cluster.withMembers(arguments),
				(i, all, log) -> new JvmNodeProcess(network.command(i), JvmNodeProcess.JAR, all, log));
	}

	/**
	 * Start nodes in containers that are given each other's addresses.
	 */
	static NetworkCluster startContainers(int size, String name, Duration interval, String... arguments) {
		ContainerNetwork network = ContainerNetwork.create(size);
		NetworkCluster cluster = new NetworkCluster(network, name, null);
		return cluster.started(size, interval, cluster.withMembers(arguments), network::process);
	}

	private List<String> withMembers(String... arguments) {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.add("--horde.cluster.members=" + IntStream.range(0, this.network.size())
			.mapToObj((i) -> this.network.address(i) + ":7420")
			.collect(Collectors.joining(",")));
		return all;
	}

	/**
	 * Start nodes that find each other through a ZooKeeper, which has the namespace
	 * behind theirs.
	 */
	static NetworkCluster startWithRegistry(int size, String name, Duration interval, String... arguments) {
		Namespaces network = Namespaces.create(size + 1);
		NetworkCluster cluster = new NetworkCluster(network, name,
				new ZookeeperServer(network.command(size), network.controlAddress(size), directory(name)));
		List<String> all = new ArrayList<>(List.of(arguments));
		all.addAll(List.of("--spring.cloud.zookeeper.connect-string=" + network.address(size) + ":2181",
				"--spring.cloud.zookeeper.session-timeout=4s", "--spring.cloud.zookeeper.connection-timeout=4s"));
		List<String> program = List.of("-cp", System.getProperty("java.class.path"), SampleApplication.class.getName());
		return cluster.started(size, interval, all,
				(i, those, log) -> new JvmNodeProcess(network.command(i), program, those, log));
	}

	/**
	 * Return the arguments under which the sample's sessions need a quorum.
	 * @param size of the cluster
	 */
	static String[] quorum(int size) {
		return new String[] { "--horde.supervisor.distribution=quorum", "--horde.cluster.expected-size=" + size };
	}

	private static Path directory(String name) {
		return Path.of("target", "cluster", name).toAbsolutePath();
	}

	private NetworkCluster started(int size, Duration interval, List<String> arguments, Launcher launcher) {
		try {
			for (int i = 0; i < size; i++) {
				add(i, interval, arguments, launcher);
			}
			start();
			return this;
		}
		catch (RuntimeException | Error ex) {
			close();
			throw ex;
		}
	}

	private void add(int i, Duration interval, List<String> arguments, Launcher launcher) {
		String node = "n" + (i + 1);
		List<String> all = new ArrayList<>(List.of("--server.port=" + HTTP_PORT, "--horde.node.name=" + node,
				"--horde.transport.host=" + this.network.address(i), "--horde.transport.port=7420",
				"--logging.level.io.horde.cluster.Detector=DEBUG",
				"--sample.record=" + Recording.file(this.directory, node),
				"--sample.record-interval=" + interval.toMillis() + "ms"));
		if (this.registry != null) {
			all.add("--spring.cloud.zookeeper.discovery.instance-host=" + this.network.address(i));
		}
		all.addAll(arguments);
		NodeProcess process = launcher.process(i, all, this.directory.resolve(node + ".log"));
		this.cluster.nodes().add(new SampleNode(node, this.network.controlAddress(i), HTTP_PORT, process));
	}

	private void start() {
		try {
			Files.createDirectories(this.directory);
			for (SampleNode node : this.cluster.nodes()) {
				Files.deleteIfExists(Recording.file(this.directory, node.name()));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		if (this.registry != null) {
			this.registry.start();
		}
		this.cluster.nodes().parallelStream().forEach(SampleNode::start);
		SampleCluster.await("all nodes are UP, or one has ended", START,
				() -> ended().isPresent() || this.cluster.isUp(size()));
		ended().ifPresent((node) -> {
			throw new IllegalStateException(node + ", see " + this.directory);
		});
	}

	private Optional<SampleNode> ended() {
		return this.cluster.nodes().stream().filter((node) -> !node.isAlive()).findFirst();
	}

	int size() {
		return this.cluster.nodes().size();
	}

	/**
	 * Return what the nodes find each other through, and its namespace.
	 */
	ZookeeperServer registry() {
		return Objects.requireNonNull(this.registry);
	}

	FaultyNetwork network() {
		return this.network;
	}

	SampleCluster sample() {
		return this.cluster;
	}

	SampleNode node(int i) {
		return this.cluster.node(i);
	}

	Mark mark() {
		return new Mark(TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime(),
				Recording.mark(this.directory),
				this.cluster.nodes().stream().map((node) -> node.log().length()).toList());
	}

	Recording since(Mark mark) {
		return Recording.since(this.directory, mark.recorded());
	}

	/**
	 * Return who was held to be {@code DOWN} since a mark, and by whom, as the nodes'
	 * logs tell: asking now and then would miss what is short.
	 */
	Set<String> downSince(Mark mark) {
		Set<String> down = new TreeSet<>();
		for (int i = 0; i < size(); i++) {
			SampleNode node = this.cluster.node(i);
			Matcher matcher = DOWN.matcher(node.log().substring(mark.logged().get(i)));
			while (matcher.find()) {
				down.add(matcher.group(1) + " by " + node.name());
			}
		}
		return down;
	}

	/**
	 * Return how long it took from a time until the last of the others noticed that its
	 * link to one of some nodes was closed; logs tell it in milliseconds.
	 */
	long noticed(Mark mark, Collection<String> names, long begun) {
		return last(mark, NOTICED, names, begun);
	}

	/**
	 * Return how long it took from a time until the last of the others held one of some
	 * nodes to be {@code DOWN}.
	 */
	long down(Mark mark, Collection<String> names, long begun) {
		return last(mark, DOWN, names, begun);
	}

	private long last(Mark mark, Pattern event, Collection<String> names, long begun) {
		long last = Figures.NONE;
		for (int i = 0; i < size(); i++) {
			SampleNode node = this.cluster.node(i);
			if (!names.contains(node.name())) {
				last = Math.max(last, node.log().substring(mark.logged().get(i)).lines().filter((line) -> {
					Matcher matcher = event.matcher(line);
					return matcher.find() && names.contains(matcher.group(1));
				}).mapToLong((line) -> time(line) - begun - mark.offset()).findFirst().orElse(Figures.NONE));
			}
		}
		return last;
	}

	private static long time(String line) {
		Matcher matcher = TIME.matcher(line);
		return matcher.find()
				? TimeUnit.MILLISECONDS.toNanos(OffsetDateTime.parse(matcher.group(1)).toInstant().toEpochMilli()) : 0;
	}

	@Override
	public void close() {
		this.cluster.close();
		if (this.registry != null) {
			this.registry.close();
		}
		this.network.close();
	}

	/**
	 * How much was written so far.
	 *
	 * @param offset of the wall clock from the monotonic one, in nanoseconds
	 * @param recorded by the sessions
	 * @param logged by the nodes
	 */
	record Mark(long offset, Map<Path, Long> recorded, List<Integer> logged) {

	}

	/**
	 * Makes what a node runs in.
	 */
	@FunctionalInterface
	private interface Launcher {

		NodeProcess process(int i, List<String> arguments, Path log);

	}

}
