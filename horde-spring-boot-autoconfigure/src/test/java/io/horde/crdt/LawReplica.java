package io.horde.crdt;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A replica in a test of the laws: nothing but a {@link ReplicaState}, and the deltas
 * that it has made.
 */
final class LawReplica {

	static final Comparator<Versioned<Object>> ORDER = Comparator.comparing(Versioned::stamp);

	static final int MAP = 7;

	final ReplicaId id;

	final ReplicaState state = new ReplicaState((map) -> new EntryTable<>(map, "laws", ORDER));

	final List<Delta> made = new ArrayList<>();

	LawReplica(String name) {
		this.id = new ReplicaId(name, 1);
	}

	Delta put(String key, Object value, long stamp) {
		return write(new Change(MAP, key, value, seen(key)), stamp);
	}

	Delta remove(String key, long stamp) {
		return write(new Change(MAP, key, null, seen(key)), stamp);
	}

	private Delta write(Change change, long stamp) {
		Delta delta = new Delta(this.id, this.state.context().covered(this.id) + 1, stamp, List.of(change));
		merge(delta);
		this.made.add(delta);
		return delta;
	}

	LawReplica merge(Delta delta) {
		this.state.merge(delta, (table, key, before, after) -> {
		});
		return this;
	}

	/**
	 * Merge the whole state of another replica.
	 */
	LawReplica join(LawReplica other) {
		CausalContext seen = other.state.context().snapshot();
		EntryTable<Object> table = this.state.table(MAP);
		Set<String> keys = new HashSet<>();
		table.forEach((version) -> keys.add(version.key()));
		other.state.table(MAP).forEach((version) -> keys.add(version.key()));
		keys.stream()
			.sorted()
			.forEach((key) -> this.state.reconcile(table, key, other.state.table(MAP).siblings(key), seen,
					(changed, changedKey, before, after) -> {
					}));
		this.state.complete(seen);
		return this;
	}

	LawReplica copy() {
		return new LawReplica(this.id.node()).join(this);
	}

	List<Dot> seen(String key) {
		return this.state.table(MAP).siblings(key).stream().map(Versioned::dot).toList();
	}

	/**
	 * All there is to compare: entries with their dots, and the context.
	 */
	String content() {
		TreeMap<String, List<Versioned<Object>>> entries = new TreeMap<>();
		this.state.table(MAP)
			.forEach((version) -> entries.put(version.key(), this.state.table(MAP).siblings(version.key())));
		return entries + " | " + this.state.context().snapshot();
	}

	/**
	 * What readers see.
	 */
	TreeMap<String, Object> values() {
		TreeMap<String, Object> values = new TreeMap<>();
		this.state.table(MAP).forEach((version) -> values.put(version.key(), version.value()));
		return values;
	}

	void randomWrite(SplittableRandom random, int keys, int number) {
		String key = "k" + random.nextInt(keys);
		if (random.nextInt(3) == 0) {
			remove(key, number);
		}
		else {
			put(key, this.id.node() + number, random.nextInt(100));
		}
	}

	@Override
	public String toString() {
		return this.id.node() + content();
	}

}
