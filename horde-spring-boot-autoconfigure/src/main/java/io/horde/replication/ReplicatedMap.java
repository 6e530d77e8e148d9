package io.horde.replication;

import java.util.List;
import java.util.function.Consumer;

import io.horde.crdt.Dot;
import io.horde.crdt.DotState;
import io.horde.crdt.Versioned;
import org.jspecify.annotations.Nullable;

/**
 * A map that all members hold. Reads are plain lock-free memory reads, from any thread;
 * writes go through {@link Replicator#write}.
 *
 * @param <V> type of the values
 */
public final class ReplicatedMap<V> {

	ReplicatedMap() {
	}

	/**
	 * Return the visible value of a key: of concurrent ones, the greatest by the map's
	 * order.
	 * @param key the key
	 * @return the value, or {@code null} if there is none
	 */
	public @Nullable Versioned<V> get(String key) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return all concurrent values of a key.
	 * @param key the key
	 * @return the values, the visible one first; nearly always one
	 */
	public List<Versioned<V>> siblings(String key) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Tell whether a write to a key is neither replaced nor removed.
	 * @param key the key
	 * @param dot the write
	 * @return whether it is alive here
	 */
	public boolean isAlive(String key, Dot dot) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Tell whether this node has seen a write, be it only in its removal. Who wants to
	 * know whether a write was <em>removed</em> asks {@link #state(String, Dot)}, which
	 * is right also while the write arrives.
	 * @param dot the write
	 * @return whether it is known
	 */
	public boolean knows(Dot dot) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return what this node knows of a write to a key.
	 * @param key the key
	 * @param dot the write
	 * @return its state
	 */
	public DotState state(String key, Dot dot) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return how many keys have a value.
	 * @return the number of keys
	 */
	public int size() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Visit the visible value of every key, in no particular but reproducible order.
	 * Weakly consistent: each key at most once, and none missed that has a value
	 * throughout.
	 * @param visitor called for each
	 */
	public void forEach(Consumer<? super Versioned<V>> visitor) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Add a listener. Listeners are called in the order in which they were added. Called
	 * before the replicator starts.
	 * @param listener the listener
	 */
	public void addListener(MapListener<V> listener) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the name.
	 * @return the name of the map
	 */
	public String name() {
		throw new UnsupportedOperationException();
	}

}
