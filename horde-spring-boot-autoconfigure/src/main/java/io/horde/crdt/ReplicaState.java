package io.horde.crdt;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

/**
 * The state of one replica: the living entries of all maps, and the causal context.
 * Changed by one thread at a time, read by any.
 * <p>
 * It is a state-based CRDT with deltas: the add-wins, last-writer-wins map without
 * tombstones.
 *
 * @see <a href="https://arxiv.org/abs/1603.01529">Almeida, Shoker, Baquero, Delta State
 * Replicated Data Types (2018)</a>
 * @see <a href="https://arxiv.org/abs/1210.3368">Bieniusa et al., An Optimized
 * Conflict-free Replicated Set (2012)</a>
 */
public final class ReplicaState {

	/*
	 * Entries come before the context that covers them, in time, for readers on other
	 * threads: who finds a dot in the context and then no entry may conclude that it was
	 * removed.
	 *
	 * While a reconciliation is under way there are living entries whose dots the context
	 * does not contain yet. That is safe: a context only serves to conclude from an
	 * absent entry that it was removed, and whatever is removed here is put into the
	 * context in that moment.
	 */

	private final DotContext context = new DotContext();

	private final NumberMap<EntryTable<Object>> tables = new NumberMap<>();

	private final IntFunction<EntryTable<Object>> unknownTables;

	/**
	 * Creates an empty state.
	 * @param unknownTables makes a table for a map that only other replicas know
	 */
	public ReplicaState(IntFunction<EntryTable<Object>> unknownTables) {
		this.unknownTables = unknownTables;
	}

	/**
	 * Return the context.
	 * @return the context
	 */
	public DotContext context() {
		return this.context;
	}

	/**
	 * Add a table.
	 * @param table the table
	 * @return the table that has the number already, or {@code null}
	 */
	@SuppressWarnings("unchecked")
	public @Nullable EntryTable<?> add(EntryTable<?> table) {
		return this.tables.putIfAbsent(table.id(), (EntryTable<Object>) table);
	}

	/**
	 * Return all tables.
	 * @return the tables in the order of their numbers
	 */
	public Collection<EntryTable<Object>> tables() {
		return this.tables.values();
	}

	/**
	 * Return a table.
	 * @param id the number of the map
	 * @return the table, a new one if it was not known
	 */
	public EntryTable<Object> table(int id) {
		EntryTable<Object> table = this.tables.get(id);
		if (table != null) {
			return table;
		}
		EntryTable<Object> created = this.unknownTables.apply(id);
		EntryTable<Object> present = this.tables.putIfAbsent(id, created);
		return (present != null) ? present : created;
	}

	/**
	 * Merge a delta. If it continues what is merged of its origin, the version vector
	 * advances; else its dots become single ones, and it is to be merged again when its
	 * turn has come.
	 * @param delta the delta
	 * @param touched told of each key that changed
	 * @return whether the vector covers the delta now
	 */
	public boolean merge(Delta delta, Touched touched) {
		long covered = this.context.covered(delta.origin());
		if (delta.last() <= covered) {
			return true;
		}
		ReplicaId origin = this.context.intern(delta.origin());
		boolean inOrder = delta.first() <= covered + 1;
		long sequence = delta.first();
		for (Change change : delta.changes()) {
			Dot dot = new Dot(origin, sequence++);
			if (!change.removed().isEmpty()) {
				change.removed().forEach(this::noteRemoved);
			}
			Versioned<Object> added = null;
			if (change.value() != null && !this.context.knows(dot)) {
				added = new Versioned<>(change.key(), change.value(), delta.stamp(), dot);
			}
			change(table(change.map()), change.key(), change.removed(), added, touched);
			if (!inOrder) {
				this.context.add(dot);
			}
		}
		if (inOrder) {
			this.context.advance(origin, delta.last());
		}
		return inOrder;
	}

	/**
	 * Merge what another replica holds under a key.
	 * @param table the map
	 * @param key the key
	 * @param theirs all its living values of the key at one moment
	 * @param seen what it had seen before that moment: what it knows and no longer has,
	 * was removed; and this replica will note it down when the reconciliation is complete
	 * @param touched told of the key if it changed
	 */
	public void reconcile(EntryTable<Object> table, String key, List<Versioned<Object>> theirs, CausalContext seen,
			Touched touched) {
		List<Dot> removed = new ArrayList<>();
		List<Versioned<Object>> mine = table.siblings(key);
		for (Versioned<Object> version : mine) {
			if (seen.knows(version.dot()) && !contains(theirs, version.dot())) {
				removed.add(version.dot());
				noteRemoved(version.dot());
			}
		}
		if (!removed.isEmpty() && theirs.isEmpty()) {
			change(table, key, removed, null, touched);
			return;
		}
		// The first change removes too, so that a replaced value is never seen as removed
		for (Versioned<Object> version : theirs) {
			if (!contains(mine, version.dot()) && !this.context.knows(version.dot())) {
				change(table, key, removed, version, touched);
				removed = List.of();
				if (!seen.knows(version.dot())) {
					this.context.add(version.dot());
				}
			}
		}
		if (!removed.isEmpty()) {
			change(table, key, removed, null, touched);
		}
	}

	/**
	 * Take over the context of another replica whose entries are all merged.
	 * @param seen the context
	 */
	public void complete(CausalContext seen) {
		seen.singles().forEach(this.context::add);
		seen.vector().forEach(this.context::advance);
	}

	/**
	 * Return how many living values an origin has, in all maps. Not safe for use while
	 * the state is changed.
	 * @param origin the origin
	 * @return their number
	 */
	public long living(ReplicaId origin) {
		long living = 0;
		for (EntryTable<Object> table : this.tables.values()) {
			living += table.living(origin);
		}
		return living;
	}

	/**
	 * Return a fingerprint of the context and of all living dots: equal for equal states,
	 * and hardly ever for others. Not safe for use while the state is changed.
	 * @return 64 bits
	 */
	public long digest() {
		long digest = this.context.digest();
		for (EntryTable<Object> table : this.tables.values()) {
			digest += table.fingerprint();
		}
		return digest;
	}

	private void noteRemoved(Dot dot) {
		if (!this.context.knows(dot)) {
			this.context.add(new Dot(this.context.intern(dot.replica()), dot.sequence()));
		}
	}

	private static void change(EntryTable<Object> table, String key, Collection<Dot> removed,
			@Nullable Versioned<Object> added, Touched touched) {
		Slot<Object> before = table.slot(key);
		Slot<Object> after = table.change(key, before, removed, added);
		if (after != before) {
			touched.touched(table, key, before, after);
		}
	}

	private static boolean contains(List<Versioned<Object>> versions, Dot dot) {
		for (Versioned<Object> version : versions) {
			if (version.dot().equals(dot)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Told of changed keys.
	 */
	@FunctionalInterface
	public interface Touched {

		/**
		 * A key has changed.
		 * @param table the map
		 * @param key the key
		 * @param before its values before, or {@code null} if there were none
		 * @param after its values after, or {@code null} if there are none
		 */
		void touched(EntryTable<?> table, String key, @Nullable Slot<?> before, @Nullable Slot<?> after);

	}

}
