package io.horde.replication;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Dot;
import io.horde.crdt.DotContext;
import io.horde.crdt.Versioned;
import io.horde.replication.HistoryEvent.Changed;
import io.horde.replication.HistoryEvent.Entry;
import io.horde.test.Simulation;

/**
 * Writes and reads at random, and writes down what was written and read.
 */
final class RecordedWrites {

	private final Simulation simulation;

	private final SplittableRandom random;

	private final int keys;

	private final List<HistoryEvent> history = new ArrayList<>();

	RecordedWrites(Simulation simulation, SplittableRandom random, int keys) {
		this.simulation = simulation;
		this.random = random;
		this.keys = keys;
	}

	List<HistoryEvent> history() {
		return this.history;
	}

	/**
	 * Write, if there is something to write.
	 * @return the last sequence number and the delta, which is empty if there is nothing
	 */
	Written<Long> write(TestNode node, int count) {
		List<Changed> changes = new ArrayList<>();
		long first = node.replicator.store().context().covered(node.id) + 1;
		Written<Long> result = node.replicator.writeAndExport((writes) -> {
			for (int i = 0; i < count; i++) {
				change(node, writes, new Dot(node.id, first + changes.size()), changes);
			}
			return first + changes.size() - 1;
		});
		if (!changes.isEmpty()) {
			this.history.add(HistoryEvent.write(now(), node.id.toString(), changes));
		}
		return result;
	}

	/**
	 * Put a value, with points before and after at which other callers may go on.
	 */
	Dot interleaved(TestNode node, Writes writes, String key, InterleavedCallers callers) {
		callers.point();
		List<String> seen = node.names.siblings(key).stream().map((version) -> version.dot().toString()).toList();
		Dot dot = writes.put(node.names, key, "c" + key);
		this.history.add(HistoryEvent.write(now(), node.toString(),
				List.of(new Changed(dot.toString(), "put", "names", key, "c" + key, seen))));
		callers.point();
		return dot;
	}

	void read(TestNode node) {
		ReplicatedMap<String> map = this.random.nextBoolean() ? node.names : node.places;
		String key = "k" + this.random.nextInt(this.keys);
		List<String> dots = map.siblings(key).stream().map((version) -> version.dot().toString()).toList();
		Versioned<String> visible = map.get(key);
		this.history.add(HistoryEvent.read(now(), node.id.toString(), map.name(), key, dots,
				(visible != null) ? visible.value() : null));
	}

	private void change(TestNode node, Writes writes, Dot dot, List<Changed> changes) {
		ReplicatedMap<String> map = this.random.nextBoolean() ? node.names : node.places;
		String key = "k" + this.random.nextInt(this.keys);
		List<String> seen = new ArrayList<>();
		List<String> own = new ArrayList<>();
		map.siblings(key).forEach((version) -> {
			seen.add(version.dot().toString());
			if (version.dot().replica().equals(node.id)) {
				own.add(version.dot().toString());
			}
		});
		int kind = this.random.nextInt(10);
		if (kind < 6) {
			String value = "v" + dot;
			Dot put = writes.put(map, key, value);
			if (!put.equals(dot) || !map.get(key).dot().equals(dot)) {
				throw new AssertionError("A put of " + dot + " is not read: " + map.siblings(key));
			}
			changes.add(new Changed(dot.toString(), "put", map.name(), key, value, seen));
		}
		else if (kind < 8 && writes.removeSeen(map, key)) {
			changes.add(new Changed(dot.toString(), "remove", map.name(), key, null, seen));
		}
		else if (writes.removeOwn(map, key)) {
			changes.add(new Changed(dot.toString(), "removeOwn", map.name(), key, null, own));
		}
	}

	private long now() {
		return this.simulation.now().toNanos();
	}

	void end(TestNode node, Map<String, Long> dropped) {
		CausalContext context = node.context();
		Map<String, Long> merged = new TreeMap<>(dropped);
		context.vector().forEach((origin, sequence) -> {
			if (sequence < DotContext.CLOSED) {
				merged.put(origin.toString(), sequence);
			}
		});
		List<Entry> entries = new ArrayList<>();
		for (ReplicatedMap<String> map : List.of(node.names, node.places)) {
			Map<String, Dot> visible = new HashMap<>();
			map.forEach((version) -> visible.put(version.key(), version.dot()));
			visible.forEach((key, dot) -> map.siblings(key)
				.forEach((version) -> entries.add(new Entry(map.name(), key, version.dot().toString(), version.value(),
						version.stamp(), version.dot().equals(dot)))));
		}
		this.history.add(HistoryEvent.end(now(), node.toString(), merged,
				context.singles().stream().map(Dot::toString).toList(), entries));
	}

}
