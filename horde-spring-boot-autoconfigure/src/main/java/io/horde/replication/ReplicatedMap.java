package io.horde.replication;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.horde.crdt.Dot;
import io.horde.crdt.DotContext;
import io.horde.crdt.DotState;
import io.horde.crdt.EntryTable;
import io.horde.crdt.Slot;
import io.horde.crdt.Versioned;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A map that all members hold. Reads are plain lock-free memory reads, from any thread;
 * writes go through {@link Replicator#write}.
 *
 * @param <V> type of the values
 */
public final class ReplicatedMap<V> {

	private static final Logger logger = LoggerFactory.getLogger(ReplicatedMap.class);

	private final EntryTable<V> table;

	private final DotContext context;

	private final List<MapListener<V>> listeners = new CopyOnWriteArrayList<>();

	ReplicatedMap(EntryTable<V> table, DotContext context) {
		this.table = table;
		this.context = context;
	}

	/**
	 * Return the visible value of a key: of concurrent ones, the greatest by the map's
	 * order.
	 * @return the value, or {@code null} if there is none
	 */
	public @Nullable Versioned<V> get(String key) {
		return this.table.get(key);
	}

	/**
	 * Return all concurrent values of a key.
	 * @return the values, the visible one first; nearly always one
	 */
	public List<Versioned<V>> siblings(String key) {
		return this.table.siblings(key);
	}

	/**
	 * Tell whether a write to a key is neither replaced nor removed.
	 * @param dot the write
	 * @return whether it is alive here
	 */
	public boolean isAlive(String key, Dot dot) {
		Slot<V> slot = this.table.slot(key);
		return slot != null && slot.contains(dot);
	}

	/**
	 * Tell whether this node has seen a write, be it only in its removal. Who wants to
	 * know whether a write was <em>removed</em> asks {@link #state(String, Dot)}, which
	 * is right also while the write arrives.
	 * @param dot the write
	 * @return whether it is known
	 */
	public boolean knows(Dot dot) {
		return this.context.knows(dot);
	}

	/**
	 * Return what this node knows of a write to a key.
	 * @param dot the write
	 * @return its state
	 */
	public DotState state(String key, Dot dot) {
		// In this order: a write is put into the table first and into the context then
		boolean known = this.context.knows(dot);
		if (isAlive(key, dot)) {
			return DotState.ALIVE;
		}
		return known ? DotState.GONE : DotState.UNKNOWN;
	}

	/**
	 * Return how many keys have a value.
	 * @return the number of keys
	 */
	public int size() {
		return this.table.size();
	}

	/**
	 * Visit the visible value of every key, in no particular but reproducible order.
	 * Weakly consistent: each key at most once, and none missed that has a value
	 * throughout.
	 * @param visitor called for each
	 */
	public void forEach(Consumer<? super Versioned<V>> visitor) {
		this.table.forEach(visitor);
	}

	/**
	 * Add a listener. Listeners are called in the order in which they were added. Called
	 * before the replicator starts.
	 */
	public void addListener(MapListener<V> listener) {
		this.listeners.add(listener);
	}

	/**
	 * Return the name.
	 * @return the name of the map
	 */
	public String name() {
		return this.table.name();
	}

	EntryTable<V> table() {
		return this.table;
	}

	boolean isObserved() {
		return !this.listeners.isEmpty();
	}

	@SuppressWarnings("unchecked")
	void fire(Mutation mutation) {
		Versioned<V> before = (mutation.before() != null) ? (Versioned<V>) mutation.before().visible() : null;
		Versioned<V> after = (mutation.after() != null) ? (Versioned<V>) mutation.after().visible() : null;
		for (MapListener<V> listener : this.listeners) {
			try {
				if (before == after || (before != null && after != null && before.dot().equals(after.dot()))) {
					listener.siblingsChanged(mutation.key());
				}
				else {
					listener.changed(mutation.key(), before, after);
				}
			}
			catch (RuntimeException ex) {
				logger.error("A listener of the replicated map '{}' failed on the change of '{}'", name(),
						mutation.key(), ex);
			}
		}
	}

}
