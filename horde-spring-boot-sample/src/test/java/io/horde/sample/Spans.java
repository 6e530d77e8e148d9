package io.horde.sample;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * When code of which run of a child ran on which node, and when it was told that it is
 * owner, from what that code itself has written down (see
 * {@code io.horde.work.SpanRecorder}). It knows nothing of Horde. All times are
 * nanoseconds of the machine's monotonic clock.
 * <p>
 * A run is one instance of a process; a span, one execution of a body in it, of which a
 * run may have several at once. A span lasts from its first to its last line, so never
 * longer than the code did, also where a line is late or a node was killed: an overlap
 * that is found here has been. A paused node runs nothing.
 */
final class Spans {

	private static final String SUFFIX = ".spans";

	private final Map<Path, Long> read = new TreeMap<>();

	private final Map<String, Map<String, Span>> children = new TreeMap<>();

	private final Map<String, Map<Run, Long>> births = new TreeMap<>();

	private final List<Pause> pauses = new ArrayList<>();

	static Path file(Path directory, String node) {
		return directory.resolve(node + SUFFIX);
	}

	/**
	 * Read what was written since this was last called.
	 */
	void read(Path directory) {
		try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
			for (Path file : files) {
				this.read.put(file, readFrom(file, this.read.getOrDefault(file, 0L)));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private long readFrom(Path path, long from) throws IOException {
		try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
			byte[] bytes = new byte[(int) (file.length() - from)];
			file.seek(from);
			file.readFully(bytes);
			int whole = bytes.length;
			while (whole > 0 && bytes[whole - 1] != '\n') {
				whole--;
			}
			new String(bytes, 0, whole, StandardCharsets.UTF_8).lines().forEach(this::accept);
			return from + whole;
		}
	}

	/**
	 * Take a line: kind, child, node, run, span, stamp before and after the question,
	 * answer, token.
	 */
	void accept(String line) {
		String[] fields = line.split(" ", -1);
		if (fields.length != 9) {
			throw new IllegalArgumentException("No line of a recorder: " + line);
		}
		Run run = new Run(fields[3], fields[2]);
		if (fields[0].equals("born")) {
			this.births.computeIfAbsent(fields[1], (child) -> new HashMap<>()).put(run, Long.parseLong(fields[5]));
			return;
		}
		this.children.computeIfAbsent(fields[1], (child) -> new HashMap<>())
			.computeIfAbsent(fields[3] + " " + fields[4], (key) -> new Span(run, Long.parseLong(fields[5])))
			.accept(fields[0], Long.parseLong(fields[5]), Long.parseLong(fields[6]), fields[7].equals("1"));
	}

	/**
	 * Take note that a node stood still.
	 * @param from when it had been stopped
	 * @param to when it was about to be told to go on
	 */
	void paused(String node, long from, long to) {
		this.pauses.add(new Pause(node, from, to));
	}

	Set<String> children() {
		return this.children.keySet();
	}

	private Stream<Span> spans(String child) {
		return this.children.getOrDefault(child, Map.of()).values().stream();
	}

	/**
	 * Return the runs of a child that have made themselves heard since a time.
	 */
	Set<Run> heard(String child, long since) {
		Set<Run> runs = new TreeSet<>();
		spans(child).filter((span) -> span.last >= since).forEach((span) -> runs.add(span.run));
		return runs;
	}

	/**
	 * Return how many runs of a child began in some time, after others.
	 */
	long handOvers(String child, long from, long to) {
		Map<Run, Long> begun = new HashMap<>();
		spans(child).forEach((span) -> begun.merge(span.run, span.first, Math::min));
		return begun.values().stream().sorted().skip(1).filter((first) -> first >= from && first < to).count();
	}

	/**
	 * Return when code of several runs of a child ran at once.
	 */
	List<Overlap> overlaps(String child, long from, long to) {
		return overlaps(child, clip(spans(child).flatMap(this::running), from, to));
	}

	/**
	 * Return when code of several runs of a child ran and each was told that it is owner.
	 */
	List<Overlap> overlapsOfOwners(String child, long from, long to) {
		return overlaps(child, clip(spans(child).flatMap(this::owning), from, to));
	}

	/**
	 * Return how many bodies began while a body of another run was told that it is owner.
	 */
	long beginsBesideOwner(String child, long from, long to) {
		List<Interval> owning = clip(spans(child).flatMap(this::owning), from, to);
		return spans(child).filter((span) -> span.begun && span.first >= from && span.first < to)
			.filter((span) -> owning.stream()
				.anyMatch((other) -> !other.run().equals(span.run) && other.from() < span.first
						&& span.first < other.to()))
			.count();
	}

	/**
	 * Return how many bodies began that were told that they are no owner.
	 */
	long beginsOfOthers(String child, long from, long to) {
		return spans(child).filter((span) -> span.begun && span.first >= from && span.first < to && !span.ownerAtBegin)
			.count();
	}

	/**
	 * Return how many bodies were interrupted.
	 */
	long interrupted(String child, long from, long to) {
		return spans(child).filter((span) -> span.interrupted && span.last >= from && span.last < to).count();
	}

	/**
	 * Return when bodies that ran at one time were interrupted after another one.
	 * @param nodes where they ran
	 */
	List<Long> interruptedAfter(String child, Collection<String> nodes, long ranAt, long after, long to) {
		return caught(child, nodes, ranAt, after, to).filter((span) -> span.interrupted)
			.map((span) -> span.last)
			.sorted()
			.toList();
	}

	/**
	 * Return how many bodies that ran at one time still ran after another one.
	 * @param nodes where they ran
	 */
	long stillRunning(String child, Collection<String> nodes, long ranAt, long after, long to) {
		return caught(child, nodes, ranAt, after, to).count();
	}

	private Stream<Span> caught(String child, Collection<String> nodes, long ranAt, long after, long to) {
		return spans(child).filter(
				(span) -> nodes.contains(span.run.node()) && span.first < ranAt && span.last > after && span.last < to);
	}

	/**
	 * Return when the runs of a child were made.
	 */
	Map<Run, Long> births(String child) {
		return this.births.getOrDefault(child, Map.of());
	}

	/**
	 * Return the bodies of a child, in the order in which they began.
	 */
	List<Body> bodies(String child) {
		return spans(child).filter((span) -> span.begun)
			.map((span) -> new Body(span.run, span.first, span.last, span.ended))
			.sorted(Comparator.comparingLong(Body::first))
			.toList();
	}

	private Stream<Interval> running(Span span) {
		return withoutPauses(new Interval(span.run, span.first, span.last));
	}

	private Stream<Interval> owning(Span span) {
		return span.owning.stream().flatMap(this::withoutPauses);
	}

	private Stream<Interval> withoutPauses(Interval interval) {
		List<Interval> parts = List.of(interval);
		for (Pause pause : this.pauses) {
			if (pause.node().equals(interval.run().node())) {
				parts = parts.stream().flatMap((part) -> part.without(pause)).toList();
			}
		}
		return parts.stream();
	}

	private static List<Interval> clip(Stream<Interval> intervals, long from, long to) {
		return intervals
			.map((interval) -> new Interval(interval.run(), Math.max(interval.from(), from),
					Math.min(interval.to(), to)))
			.filter((interval) -> interval.from() < interval.to())
			.toList();
	}

	private static List<Overlap> overlaps(String child, List<Interval> intervals) {
		List<Edge> edges = new ArrayList<>();
		for (Interval interval : intervals) {
			edges.add(new Edge(interval.from(), 1, interval.run()));
			edges.add(new Edge(interval.to(), -1, interval.run()));
		}
		// Whoever begins when another ends runs after it
		edges.sort(Comparator.comparingLong(Edge::time).thenComparingInt(Edge::change));
		List<Overlap> overlaps = new ArrayList<>();
		Map<Run, Integer> active = new HashMap<>();
		Set<Run> runs = new TreeSet<>();
		long began = 0;
		for (Edge edge : edges) {
			boolean before = active.size() > 1;
			active.merge(edge.run(), edge.change(), (a, b) -> (a + b != 0) ? a + b : null);
			boolean now = active.size() > 1;
			if (now) {
				began = before ? began : edge.time();
				runs.addAll(active.keySet());
			}
			else if (before) {
				overlaps.add(new Overlap(child, began, edge.time(), Set.copyOf(runs)));
				runs.clear();
			}
		}
		return overlaps;
	}

	/**
	 * An instance of a process.
	 *
	 * @param id its name among all that ever were
	 * @param node where it runs
	 */
	record Run(String id, String node) implements Comparable<Run> {

		@Override
		public int compareTo(Run other) {
			return this.id.compareTo(other.id);
		}

	}

	/**
	 * An execution of a body.
	 *
	 * @param run where
	 * @param first when it began
	 * @param last when it was last heard
	 * @param ended whether that was its end
	 */
	record Body(Run run, long first, long last, boolean ended) {

	}

	/**
	 * Code of several runs ran at once.
	 *
	 * @param child of which child
	 * @param from since when
	 * @param to until when
	 * @param runs of which runs
	 */
	record Overlap(String child, long from, long to, Set<Run> runs) {

		long nanos() {
			return this.to - this.from;
		}

		@Override
		public String toString() {
			return "%s on %s for %.1f ms".formatted(this.child, this.runs.stream().map(Run::node).sorted().toList(),
					nanos() / 1e6);
		}

	}

	private record Edge(long time, int change, Run run) {

	}

	private record Pause(String node, long from, long to) {

	}

	private record Interval(Run run, long from, long to) {

		private Stream<Interval> without(Pause pause) {
			return Stream
				.of(new Interval(this.run, this.from, Math.min(this.to, pause.from())),
						new Interval(this.run, Math.max(this.from, pause.to()), this.to))
				.filter((part) -> part.from() < part.to());
		}

	}

	/**
	 * One execution of a body.
	 */
	private static final class Span {

		private final Run run;

		private final long first;

		private long last;

		private boolean begun;

		private boolean ownerAtBegin;

		private boolean interrupted;

		private boolean ended;

		private boolean owner;

		private final List<Interval> owning = new ArrayList<>(1);

		private Span(Run run, long first) {
			this.run = run;
			this.first = first;
			this.last = first;
		}

		private void accept(String kind, long before, long after, boolean owner) {
			this.last = before;
			if (kind.equals("begin")) {
				this.begun = true;
				this.ownerAtBegin = owner;
			}
			this.interrupted = kind.equals("interrupted");
			this.ended = this.interrupted || kind.equals("end");
			// It was owner at some time between the two stamps
			if (owner && this.owner) {
				Interval interval = this.owning.remove(this.owning.size() - 1);
				this.owning.add(new Interval(this.run, interval.from(), Math.max(interval.from(), before)));
			}
			else if (owner) {
				this.owning.add(new Interval(this.run, after, after));
			}
			this.owner = owner;
		}

	}

}
