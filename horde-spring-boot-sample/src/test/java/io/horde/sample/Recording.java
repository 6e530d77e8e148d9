package io.horde.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the processes themselves have written down (see {@link Recorder}), and what
 * follows from it. It knows nothing of Horde. All times are nanoseconds of the machine's
 * monotonic clock.
 * <p>
 * A run is one process instance under one token. It owns its child from its first to its
 * last positive stamp, whatever it was told in between.
 */
final class Recording {

	private static final String SUFFIX = ".rec";

	private final Map<String, Map<String, Run>> children = new TreeMap<>();

	static Path file(Path directory, String node) {
		return directory.resolve(node + SUFFIX);
	}

	/**
	 * Return how much has been written so far.
	 */
	static Map<Path, Long> mark(Path directory) {
		Map<Path, Long> sizes = new TreeMap<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
			for (Path file : files) {
				sizes.put(file, Files.size(file));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return sizes;
	}

	/**
	 * Read what was written since a mark.
	 */
	static Recording since(Path directory, Map<Path, Long> mark) {
		Recording recording = new Recording();
		for (Path file : mark(directory).keySet()) {
			try (FileChannel channel = FileChannel.open(file)) {
				channel.position(mark.getOrDefault(file, 0L));
				BufferedReader reader = new BufferedReader(
						new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
				for (String line = reader.readLine(); line != null; line = reader.readLine()) {
					recording.accept(line);
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return recording;
	}

	/**
	 * Take a line: kind, stamp, child, token, node, instance, answer. One that a killed
	 * process has not written to its end, or that a mark has cut, is left out.
	 */
	void accept(String line) {
		String[] fields = line.split(" ", -1);
		if (fields.length != 7 || fields[0].length() != 1 || !fields[6].matches("[01]")) {
			return;
		}
		long stamp = Long.parseLong(fields[1]);
		long token = Long.parseLong(fields[3]);
		Run run = this.children.computeIfAbsent(fields[2], (child) -> new TreeMap<>())
			.computeIfAbsent(fields[5] + "@" + fields[4] + "#" + token, (key) -> new Run(fields[4], token));
		switch (fields[0].charAt(0)) {
			case 'S' -> run.startedAt = stamp;
			case 'T' -> {
				if (fields[6].equals("1")) {
					run.add(stamp);
				}
			}
			default -> {
			}
		}
	}

	/* Those that owned, by their first stamp. */
	private List<Run> runs(String child) {
		return this.children.getOrDefault(child, Map.of())
			.values()
			.stream()
			.filter((run) -> run.count > 0)
			.sorted(Comparator.comparingLong(Run::first))
			.toList();
	}

	private List<Run> runsAfter(String child, long time) {
		return runs(child).stream().filter((run) -> run.last() > time).toList();
	}

	/**
	 * Return the longest time without an owner between two owners.
	 */
	long gap(String child) {
		long gap = 0;
		long covered = Long.MAX_VALUE;
		for (Run run : runs(child)) {
			gap = Math.max(gap, (covered == Long.MAX_VALUE) ? 0 : run.first() - covered);
			covered = (covered == Long.MAX_VALUE) ? run.last() : Math.max(covered, run.last());
		}
		return gap;
	}

	/**
	 * Return for how long there were two owners or more.
	 */
	long overlap(String child) {
		long overlap = 0;
		long covered = Long.MIN_VALUE;
		long counted = Long.MIN_VALUE;
		for (Run run : runs(child)) {
			long from = Math.max(run.first(), counted);
			long to = Math.min(run.last(), covered);
			if (to > from) {
				overlap += to - from;
				counted = to;
			}
			covered = Math.max(covered, run.last());
		}
		return overlap;
	}

	long maxGap() {
		return this.children.keySet().stream().mapToLong(this::gap).max().orElse(0);
	}

	long maxOverlap() {
		return this.children.keySet().stream().mapToLong(this::overlap).max().orElse(0);
	}

	/**
	 * Return which of the children have no owner after a time.
	 */
	Set<String> lost(Collection<String> expected, long after) {
		Set<String> lost = new TreeSet<>(expected);
		lost.removeIf((child) -> !runsAfter(child, after).isEmpty());
		return lost;
	}

	/**
	 * Return which children have several owners after a time.
	 */
	Set<String> doubled(long after) {
		Set<String> doubled = new TreeSet<>(this.children.keySet());
		doubled.removeIf((child) -> runsAfter(child, after).size() < 2);
		return doubled;
	}

	/**
	 * Return how often somebody asked to work under a token below the highest that had
	 * asked before: what a resource that knows of fencing would refuse.
	 */
	long refused() {
		return this.children.keySet().stream().mapToLong(this::refused).sum();
	}

	private long refused(String child) {
		List<Run> runs = runs(child);
		long refused = 0;
		for (Run run : runs) {
			long fencedAt = runs.stream()
				.filter((other) -> other.token > run.token)
				.mapToLong(Run::first)
				.min()
				.orElse(Long.MAX_VALUE);
			refused += run.countAfter(fencedAt);
		}
		return refused;
	}

	/**
	 * Return which children some nodes owned at the end of a time, as far as stamps tell.
	 */
	Set<String> ownedBy(Collection<String> nodes, long from, long to) {
		Set<String> owned = new TreeSet<>(this.children.keySet());
		owned.removeIf((child) -> runs(child).stream()
			.noneMatch((run) -> nodes.contains(run.node) && run.first() <= to && run.last() >= from));
		return owned;
	}

	/**
	 * Return when the last of the children was first owned elsewhere after a time.
	 * @return the time, {@link Long#MAX_VALUE} if one of them never was
	 */
	long backElsewhere(Collection<String> children, Collection<String> nodes, long after) {
		return children.stream()
			.mapToLong((child) -> runs(child).stream()
				.filter((run) -> !nodes.contains(run.node) && run.last() > after)
				.mapToLong((run) -> Math.max(run.first(), after))
				.min()
				.orElse(Long.MAX_VALUE))
			.max()
			.orElse(after);
	}

	/**
	 * Return when the last of the children was started elsewhere after a time.
	 * @return the time, the earliest possible if none was
	 */
	long lastStart(Collection<String> nodes, long after) {
		return this.children.values()
			.stream()
			.flatMap((runs) -> runs.values().stream())
			.filter((run) -> !nodes.contains(run.node) && run.startedAt > after)
			.mapToLong((run) -> run.startedAt)
			.max()
			.orElse(after);
	}

	/**
	 * Return when the first child was started elsewhere after a time.
	 * @return the time, the latest possible if none was
	 */
	long firstStart(Collection<String> nodes, long after) {
		return this.children.values()
			.stream()
			.flatMap((runs) -> runs.values().stream())
			.filter((run) -> !nodes.contains(run.node) && run.startedAt > after)
			.mapToLong((run) -> run.startedAt)
			.min()
			.orElse(Long.MAX_VALUE);
	}

	/**
	 * Return until when a child had a second owner.
	 * @return the time, that of the question if there was none any more
	 */
	long single(long after) {
		long single = after;
		for (String child : this.children.keySet()) {
			long covered = Long.MIN_VALUE;
			for (Run run : runs(child)) {
				if (run.first() < covered) {
					single = Math.max(single, Math.min(run.last(), covered));
				}
				covered = Math.max(covered, run.last());
			}
		}
		return single;
	}

	/**
	 * Return when some nodes were last owners of anything before a time.
	 */
	long lastOwnership(Collection<String> nodes, long before) {
		return this.children.values()
			.stream()
			.flatMap((runs) -> runs.values().stream())
			.filter((run) -> nodes.contains(run.node))
			.mapToLong((run) -> run.lastBefore(before))
			.max()
			.orElse(Long.MIN_VALUE);
	}

	/**
	 * One process instance under one token.
	 */
	private static final class Run {

		private final String node;

		private final long token;

		private long startedAt = Long.MIN_VALUE;

		private long[] stamps = new long[16];

		private int count;

		private Run(String node, long token) {
			this.node = node;
			this.token = token;
		}

		private void add(long stamp) {
			if (this.count == this.stamps.length) {
				this.stamps = Arrays.copyOf(this.stamps, 2 * this.count);
			}
			this.stamps[this.count++] = stamp;
		}

		private long first() {
			return this.stamps[0];
		}

		private long last() {
			return this.stamps[this.count - 1];
		}

		private long countAfter(long time) {
			return Arrays.stream(this.stamps, 0, this.count).filter((stamp) -> stamp > time).count();
		}

		private long lastBefore(long time) {
			return Arrays.stream(this.stamps, 0, this.count)
				.filter((stamp) -> stamp < time)
				.max()
				.orElse(Long.MIN_VALUE);
		}

	}

}
