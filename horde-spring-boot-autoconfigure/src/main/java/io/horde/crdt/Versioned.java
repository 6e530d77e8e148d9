package io.horde.crdt;

import java.util.Comparator;
import java.util.List;

/**
 * One value of a key, with the write that made it.
 *
 * @param <V> type of the value
 * @param key the key
 * @param value the value
 * @param stamp the hybrid logical clock at the write
 * @param origin who wrote it
 * @param sequence the write's sequence number at its origin
 */
public record Versioned<V>(String key, V value, long stamp, ReplicaId origin, long sequence) implements Slot<V> {

	/*
	 * Without a dot: a replica holds a million of these, and the dot would be an object
	 * more for each.
	 */

	/**
	 * The order of concurrent values where a map has none of its own: by stamp, then by
	 * replica (R4).
	 */
	public static final Comparator<Versioned<?>> BY_STAMP = Comparator.<Versioned<?>>comparingLong(Versioned::stamp)
		.thenComparing(Versioned::origin)
		.thenComparingLong(Versioned::sequence);

	/**
	 * Creates a value.
	 * @param key the key
	 * @param value the value
	 * @param stamp the hybrid logical clock at the write
	 * @param dot the identity of the write
	 */
	public Versioned(String key, V value, long stamp, Dot dot) {
		this(key, value, stamp, dot.replica(), dot.sequence());
	}

	/**
	 * Return the identity of the write.
	 * @return the dot
	 */
	public Dot dot() {
		return new Dot(this.origin, this.sequence);
	}

	@Override
	public Versioned<V> visible() {
		return this;
	}

	@Override
	public List<Versioned<V>> versions() {
		return List.of(this);
	}

	@Override
	public boolean contains(Dot write) {
		return this.sequence == write.sequence() && this.origin.equals(write.replica());
	}

	@Override
	public String toString() {
		return this.key + "=" + this.value + " (" + dot() + " at " + this.stamp + ")";
	}

}
