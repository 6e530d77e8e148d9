package io.horde.replication;

import java.util.Collection;

import io.horde.crdt.Dot;

/**
 * The writes of one {@link Replicator#write} body: they become visible together, here and
 * elsewhere. Maps that are read within the body show what it has written so far. Not to
 * be used outside of the body.
 */
public final class Writes {

	Writes() {
	}

	/**
	 * Put a value in the place of all that this node sees under the key.
	 * @param <V> type of the value
	 * @param map the map
	 * @param key the key
	 * @param value the value
	 * @return the identity of the write
	 */
	public <V> Dot put(ReplicatedMap<V> map, String key, V value) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Remove all that this node sees under a key, whoever wrote it (R3: an explicit
	 * terminate, or the verdict on a conflict; nothing else).
	 * @param map the map
	 * @param key the key
	 * @param <V> type of the values
	 * @return whether there was something
	 */
	public <V> boolean removeSeen(ReplicatedMap<V> map, String key) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Remove what this incarnation of this node has written under a key (R3).
	 * @param map the map
	 * @param key the key
	 * @param <V> type of the values
	 * @return whether there was something
	 */
	public <V> boolean removeOwn(ReplicatedMap<V> map, String key) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Remove single values of a key.
	 * @param map the map
	 * @param key the key
	 * @param dots the writes that are meant; those that are not alive here are passed
	 * over
	 * @param <V> type of the values
	 * @return whether one of them was there
	 */
	public <V> boolean removeDots(ReplicatedMap<V> map, String key, Collection<Dot> dots) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return the stamp that all values of this body carry.
	 * @return the hybrid logical clock
	 */
	public long stamp() {
		throw new UnsupportedOperationException();
	}

}
