package io.horde.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three nodes of the sample, each in a network namespace of its own, and what their
 * sessions write down.
 */
final class NetworkCluster implements AutoCloseable {

	static final int SIZE = 3;

	private static final Pattern DOWN = Pattern.compile("Member (\\S+) at \\S+ is DOWN");

	private static final Pattern NOTICED = Pattern.compile("The link to (\\S+) was closed");

	private static final Pattern TIME = Pattern.compile("^(\\S+T\\S+) ");

	private static final Duration START = Duration.ofMinutes(4);

	private final Namespaces network;

	private final SampleCluster cluster;

	private final Path directory;

	private NetworkCluster(Namespaces network, String name, Duration interval, String... arguments) {
		this.network = network;
		this.directory = Path.of("target", "cluster", name).toAbsolutePath();
		List<SampleNode> nodes = new ArrayList<>();
		String members = IntStream.range(0, SIZE)
			.mapToObj((i) -> network.address(i) + ":7420")
			.collect(Collectors.joining(","));
		for (int i = 0; i < SIZE; i++) {
			String node = "n" + (i + 1);
			List<String> all = new ArrayList<>(
					List.of("--horde.transport.host=" + network.address(i), "--horde.transport.port=7420",
							"--horde.cluster.members=" + members, "--logging.level.io.horde.cluster.Detector=DEBUG",
							"--sample.record=" + Recording.file(this.directory, node),
							"--sample.record-interval=" + interval.toMillis() + "ms"));
			all.addAll(List.of(arguments));
			nodes.add(new SampleNode(network.command(i), node, network.controlAddress(i), 8080, all,
					this.directory.resolve(node + ".log")));
		}
		this.cluster = new SampleCluster(name, nodes);
	}

	static NetworkCluster start(String name, Duration interval, String... arguments) {
		NetworkCluster cluster = new NetworkCluster(Namespaces.create(SIZE), name, interval, arguments);
		try {
			cluster.start();
			return cluster;
		}
		catch (RuntimeException | Error ex) {
			cluster.close();
			throw ex;
		}
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
		this.cluster.nodes().forEach(SampleNode::start);
		this.cluster.awaitUp(SIZE, START);
	}

	Namespaces network() {
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
		for (int i = 0; i < SIZE; i++) {
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
	 * link to a node was closed; logs tell it in milliseconds.
	 */
	long noticed(Mark mark, String name, long begun) {
		return last(mark, NOTICED, name, begun);
	}

	/**
	 * Return how long it took from a time until the last of the others held a node to be
	 * {@code DOWN}.
	 */
	long down(Mark mark, String name, long begun) {
		return last(mark, DOWN, name, begun);
	}

	private long last(Mark mark, Pattern event, String name, long begun) {
		long last = Figures.NONE;
		for (int i = 0; i < SIZE; i++) {
			SampleNode node = this.cluster.node(i);
			if (!node.name().equals(name)) {
				last = Math.max(last, node.log().substring(mark.logged().get(i)).lines().filter((line) -> {
					Matcher matcher = event.matcher(line);
					return matcher.find() && matcher.group(1).equals(name);
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

}
