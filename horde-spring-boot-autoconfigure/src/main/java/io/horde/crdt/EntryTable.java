package io.horde.crdt;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The living entries of one map. Changed by one thread at a time, read by any, without
 * locks.
 *
 * @param <V> type of the values
 */
public final class EntryTable<V> {

	/*
	 * A slot is a Versioned, or a Siblings where writes were concurrent: that is the rare
	 * case, and so an entry costs no more than the hash map's node, the Versioned (72
	 * bytes with compressed references). Slots are immutable: a reader sees all
	 * concurrent values of a key as they were at one moment.
	 */

	private final Map<String, Slot<V>> slots = new ConcurrentHashMap<>();

	private long fingerprint;

	/* How many living values each origin has, for those that have some (R6). */
	private final Map<ReplicaId, long[]> living = new HashMap<>();

	private final int id;

	private final String name;

	private final Comparator<? super Versioned<V>> order;

	/**
	 * Creates a table.
	 * @param id the number of the map
	 * @param name the name of the map
	 * @param order the order of concurrent values, of which the greatest is visible
	 */
	public EntryTable(int id, String name, Comparator<? super Versioned<V>> order) {
		this.id = id;
		this.name = name;
		this.order = ((Comparator<Versioned<V>>) order::compare).thenComparing(Versioned.BY_STAMP).reversed();
	}

	/**
	 * Return the number of the map.
	 * @return the number
	 */
	public int id() {
		return this.id;
	}

	/**
	 * Return the name of the map.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Return the visible value of a key.
	 * @param key the key
	 * @return the value, or {@code null} if there is none
	 */
	public @Nullable Versioned<V> get(String key) {
		Slot<V> slot = this.slots.get(key);
		return (slot instanceof Versioned<V> single) ? single : visible(slot);
	}

	/**
	 * Return the slot of a key.
	 * @param key the key
	 * @return the slot, or {@code null} if there is none
	 */
	public @Nullable Slot<V> slot(String key) {
		return this.slots.get(key);
	}

	/**
	 * Return all concurrent values of a key.
	 * @param key the key
	 * @return the values, the visible one first
	 */
	public List<Versioned<V>> siblings(String key) {
		Slot<V> slot = this.slots.get(key);
		return (slot != null) ? slot.versions() : List.of();
	}

	/**
	 * Return how many keys have a value.
	 * @return their number
	 */
	public int size() {
		return this.slots.size();
	}

	/**
	 * Visit the visible value of every key; weakly consistent.
	 * @param visitor called for each
	 */
	public void forEach(Consumer<? super Versioned<V>> visitor) {
		for (Slot<V> slot : this.slots.values()) {
			visitor.accept(slot.visible());
		}
	}

	/**
	 * Return an iterator over all slots; weakly consistent.
	 * @return the iterator, for reading only
	 */
	public Iterator<Slot<V>> iterator() {
		return this.slots.values().iterator();
	}

	/**
	 * Replace some values of a key, and add one, in one visible step.
	 * @param key the key
	 * @param slot what {@link #slot(String)} returns of the key
	 * @param removed the dots of the values that go; those that are not there are passed
	 * over
	 * @param added the value that comes, or {@code null}
	 * @return what {@link #slot(String)} returns now: the same object if nothing changed
	 */
	public @Nullable Slot<V> change(String key, @Nullable Slot<V> slot, Collection<Dot> removed,
			@Nullable Versioned<V> added) {
		if (slot == null) {
			return (added != null) ? replace(key, null, added) : null;
		}
		if (slot instanceof Versioned<V> single && (added == null || !single.dot().equals(added.dot()))
				&& removed.contains(single.dot())) {
			return replace(key, slot, added);
		}
		List<Versioned<V>> before = slot.versions();
		List<Versioned<V>> after = new ArrayList<>(before.size() + 1);
		boolean present = false;
		for (Versioned<V> version : before) {
			if (!removed.contains(version.dot())) {
				after.add(version);
				present |= added != null && version.dot().equals(added.dot());
			}
		}
		if (added != null && !present) {
			after.add(added);
		}
		else if (after.size() == before.size()) {
			return slot;
		}
		return replace(key, slot, Slot.of(after, this.order));
	}

	/**
	 * Put a slot back, to undo a change.
	 * @param key the key
	 * @param slot what {@link #slot(String)} returned before
	 */
	public void set(String key, @Nullable Slot<V> slot) {
		replace(key, this.slots.get(key), slot);
	}

	/**
	 * Return a fingerprint of all living dots, not only the visible ones: equal for
	 * tables with the same ones, and hardly ever for others. Not safe for use while the
	 * table is changed.
	 * @return 64 bits
	 */
	public long fingerprint() {
		return this.fingerprint;
	}

	/**
	 * Return how many living values an origin has, not only visible ones. Not safe for
	 * use while the table is changed.
	 * @param origin the origin
	 * @return their number
	 */
	public long living(ReplicaId origin) {
		long[] count = this.living.get(origin);
		return (count != null) ? count[0] : 0;
	}

	private @Nullable Slot<V> replace(String key, @Nullable Slot<V> before, @Nullable Slot<V> after) {
		this.fingerprint += fingerprintOf(after) - fingerprintOf(before);
		count(before, after);
		if (after != null) {
			this.slots.put(key, after);
		}
		else {
			this.slots.remove(key);
		}
		return after;
	}

	private void count(@Nullable Slot<V> before, @Nullable Slot<V> after) {
		if (before instanceof Versioned<V> old && after instanceof Versioned<V> young
				&& old.origin() == young.origin()) {
			return;
		}
		count(after, 1);
		count(before, -1);
	}

	private void count(@Nullable Slot<V> slot, int difference) {
		if (slot instanceof Versioned<V> single) {
			count(single.origin(), difference);
		}
		else if (slot != null) {
			slot.versions().forEach((version) -> count(version.origin(), difference));
		}
	}

	private void count(ReplicaId origin, int difference) {
		long[] count = this.living.computeIfAbsent(origin, (id) -> new long[1]);
		count[0] += difference;
		if (count[0] == 0) {
			this.living.remove(origin);
		}
	}

	private static <V> long fingerprintOf(@Nullable Slot<V> slot) {
		if (slot instanceof Versioned<V> single) {
			return fingerprint(single);
		}
		long sum = 0;
		if (slot != null) {
			for (Versioned<V> version : slot.versions()) {
				sum += fingerprint(version);
			}
		}
		return sum;
	}

	private static long fingerprint(Versioned<?> version) {
		return Fingerprint.of(Fingerprint.of(version.origin()), version.sequence());
	}

	private static <V> @Nullable Versioned<V> visible(@Nullable Slot<V> slot) {
		return (slot != null) ? slot.visible() : null;
	}

	@Override
	public String toString() {
		return this.name;
	}

}
