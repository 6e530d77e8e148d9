package io.horde.replication;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.horde.replication.HistoryEvent.Changed;
import io.horde.replication.HistoryEvent.Entry;

/**
 * Verifies a history by a model of its own: a write is a dot and the set of dots that it
 * replaces, and nothing else is known. Uses none of the code that made the history.
 */
final class HistoryChecker {

	private final Map<String, Changed> changes = new LinkedHashMap<>();

	private final Map<String, Long> written = new HashMap<>();

	private final Map<String, Set<String>> gone = new HashMap<>();

	private final Map<String, Set<String>> present = new HashMap<>();

	private final Set<String> dead = new HashSet<>();

	private final Map<String, List<String>> holders = new LinkedHashMap<>();

	private final List<HistoryEvent> ends = new ArrayList<>();

	static void verify(Iterable<HistoryEvent> history) {
		HistoryChecker checker = new HistoryChecker();
		history.forEach(checker::event);
		checker.end();
	}

	private void event(HistoryEvent event) {
		switch (event.event()) {
			case "write" -> write(event);
			case "read" -> read(event);
			case "held" -> held(event);
			case "crash", "leave" -> this.dead.add(event.node());
			case "final" -> this.ends.add(event);
			default -> require(event.event().equals("start"), event, "is no known event");
		}
	}

	private void write(HistoryEvent event) {
		for (Changed change : event.changes()) {
			require(origin(change.dot()).equals(event.node()), event, "uses a sequence of another node");
			long sequence = this.written.merge(event.node(), 1L, Long::sum);
			require(sequence(change.dot()) == sequence, event, "leaves a gap before " + change.dot());
			for (String replaced : change.replaced()) {
				Changed former = this.changes.get(replaced);
				require(former != null && former.map().equals(change.map()) && former.key().equals(change.key()), event,
						"replaces " + replaced + ", which was never written there");
				require(!change.kind().equals("removeOwn") || origin(replaced).equals(event.node()), event,
						"removes " + replaced + " of another node as its own");
			}
			this.changes.put(change.dot(), change);
			String where = where(event.node(), change.map(), change.key());
			gone(where).addAll(change.replaced());
			present(where).removeAll(change.replaced());
			if (change.value() != null) {
				present(where).add(change.dot());
			}
		}
	}

	private void read(HistoryEvent event) {
		String where = where(event.node(), event.map(), event.key());
		for (String dot : event.dots()) {
			Changed write = this.changes.get(dot);
			require(write != null && write.value() != null && write.map().equals(event.map())
					&& write.key().equals(event.key()), event, "finds " + dot + ", which was never written there");
			require(!gone(where).contains(dot), event, "finds " + dot + ", which was gone there");
		}
		require(event.dots().isEmpty() || this.changes.get(event.dots().get(0)).value().equals(event.value()), event,
				"finds a value that was not written");
		for (String before : List.copyOf(present(where))) {
			if (!event.dots().contains(before)) {
				require(this.changes.values().stream().anyMatch((change) -> change.replaced().contains(before)), event,
						"misses " + before + ", which nobody has replaced");
				gone(where).add(before);
				present(where).remove(before);
			}
		}
		present(where).addAll(event.dots());
	}

	private void held(HistoryEvent event) {
		require(this.changes.containsKey(event.dot()), event, "is about an unknown write");
		if (event.by() != null) {
			require(event.by().stream().anyMatch((member) -> !member.equals(event.node())), event,
					"though only its writer has it (R10)");
			this.holders.put(event.dot(), event.by());
		}
	}

	private void end() {
		HistoryEvent first = this.ends.get(0);
		for (HistoryEvent other : this.ends) {
			require(sorted(other.entries()).equals(sorted(first.entries())), other,
					"differs from " + first.entries() + " of " + first.node());
			require(other.merged().equals(first.merged()) && other.seen().equals(first.seen()), other,
					"has another context than " + first.node());
		}
		Set<String> living = new HashSet<>();
		this.ends.forEach((end) -> living.add(end.node()));
		living.forEach((node) -> require(first.merged().getOrDefault(node, 0L) == written(node), first,
				"lacks writes of the living " + node));
		require(first.seen().stream().noneMatch((dot) -> living.contains(origin(dot))), first,
				"keeps single dots of living members");
		entries(first);
		visible(first);
		this.holders.forEach((dot, by) -> require(this.dead.containsAll(by) || isMerged(first, dot), first,
				"lost the acknowledged " + dot + ", which " + by + " held"));
	}

	/*
	 * A write that died with its origin may have had its effect: it was exported, or a
	 * reconciliation passed on what it left.
	 */
	private void entries(HistoryEvent end) {
		Map<String, Entry> alive = new TreeMap<>();
		end.entries().forEach((entry) -> alive.put(entry.dot(), entry));
		Set<String> removed = new HashSet<>();
		Set<String> perhaps = new HashSet<>();
		this.changes.values()
			.forEach((change) -> (isMerged(end, change.dot()) ? removed : perhaps).addAll(change.replaced()));
		for (Changed change : this.changes.values()) {
			Entry entry = alive.remove(change.dot());
			if (entry != null) {
				require(change.value() != null && !removed.contains(change.dot()), end,
						"has " + change.dot() + ", which is replaced or removed");
				require(entry.value().equals(change.value()) && entry.map().equals(change.map())
						&& entry.key().equals(change.key()), end, "has " + entry + " instead of " + change);
			}
			else {
				require(change.value() == null || !isMerged(end, change.dot()) || removed.contains(change.dot())
						|| perhaps.contains(change.dot()), end, "lacks " + change.dot());
			}
		}
		require(alive.isEmpty(), end, "has " + alive + ", which nobody wrote");
	}

	private void visible(HistoryEvent end) {
		Map<String, List<Entry>> keys = new TreeMap<>();
		end.entries()
			.forEach((entry) -> keys.computeIfAbsent(entry.map() + "/" + entry.key(), (key) -> new ArrayList<>())
				.add(entry));
		Comparator<Entry> order = Comparator.comparingLong(Entry::stamp)
			.thenComparing((entry) -> origin(entry.dot()).substring(0, origin(entry.dot()).indexOf('#')))
			.thenComparingLong((entry) -> incarnation(entry.dot()))
			.thenComparingLong((entry) -> sequence(entry.dot()));
		keys.forEach((key, entries) -> {
			Entry greatest = entries.stream().max(order).orElseThrow();
			require(entries.stream().filter(Entry::visible).toList().equals(List.of(greatest)), end,
					"shows another value of " + key + " than " + greatest + " (R4)");
		});
	}

	private static boolean isMerged(HistoryEvent end, String dot) {
		return end.merged().getOrDefault(origin(dot), 0L) >= sequence(dot);
	}

	private long written(String node) {
		return this.written.getOrDefault(node, 0L);
	}

	private Set<String> gone(String where) {
		return this.gone.computeIfAbsent(where, (key) -> new HashSet<>());
	}

	private Set<String> present(String where) {
		return this.present.computeIfAbsent(where, (key) -> new TreeSet<>());
	}

	private static String where(String node, String map, String key) {
		return node + " " + map + "/" + key;
	}

	private static Set<String> sorted(List<Entry> entries) {
		Set<String> sorted = new TreeSet<>();
		entries.forEach((entry) -> sorted.add(entry.toString()));
		return sorted;
	}

	private static String origin(String dot) {
		return dot.substring(0, dot.lastIndexOf(':'));
	}

	private static long incarnation(String dot) {
		return Long.parseUnsignedLong(origin(dot).substring(origin(dot).indexOf('#') + 1), 36);
	}

	private static long sequence(String dot) {
		return Long.parseLong(dot.substring(dot.lastIndexOf(':') + 1));
	}

	private static void require(boolean condition, HistoryEvent event, String problem) {
		if (!condition) {
			throw new AssertionError(
					event.event() + " at " + event.node() + " after " + event.at() + " ns " + problem + ": " + event);
		}
	}

}
