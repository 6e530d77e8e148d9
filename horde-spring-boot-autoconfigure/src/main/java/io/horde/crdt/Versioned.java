package io.horde.crdt;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * One value of a key, with the write that made it. Equal if all of it is equal.
 *
 * @param <V> type of the value
 */
public final class Versioned<V> implements Slot<V> {

	/*
	 * Not a record with a dot: a replica holds a million of these, and the dot would be
	 * an object more for each.
	 */

	/**
	 * The order of concurrent values where a map has none of its own: by stamp, then by
	 * replica (R4).
	 */
	public static final Comparator<Versioned<?>> BY_STAMP = Comparator.<Versioned<?>>comparingLong(Versioned::stamp)
		.thenComparing(Versioned::origin)
		.thenComparingLong(Versioned::sequence);

	private final String key;

	private final V value;

	private final ReplicaId origin;

	private final long stamp;

	private final long sequence;

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
	 * Creates a value.
	 * @param key the key
	 * @param value the value
	 * @param stamp the hybrid logical clock at the write
	 * @param origin who wrote it
	 * @param sequence the write's sequence number at its origin
	 */
	public Versioned(String key, V value, long stamp, ReplicaId origin, long sequence) {
		this.key = key;
		this.value = value;
		this.stamp = stamp;
		this.origin = origin;
		this.sequence = sequence;
	}

	@Override
	public String key() {
		return this.key;
	}

	/**
	 * Return the value.
	 * @return the value
	 */
	public V value() {
		return this.value;
	}

	/**
	 * Return when it was written.
	 * @return the hybrid logical clock at the write
	 */
	public long stamp() {
		return this.stamp;
	}

	/**
	 * Return the identity of the write.
	 * @return the dot
	 */
	public Dot dot() {
		return new Dot(this.origin, this.sequence);
	}

	/**
	 * Return who wrote it.
	 * @return the replica of the dot
	 */
	public ReplicaId origin() {
		return this.origin;
	}

	/**
	 * Return the write's number at its origin.
	 * @return the sequence number of the dot
	 */
	public long sequence() {
		return this.sequence;
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
	public boolean equals(@Nullable Object other) {
		return other instanceof Versioned<?> that && this.sequence == that.sequence && this.stamp == that.stamp
				&& this.origin.equals(that.origin) && this.key.equals(that.key)
				&& Objects.equals(this.value, that.value);
	}

	@Override
	public int hashCode() {
		return 31 * this.key.hashCode() + Long.hashCode(this.sequence);
	}

	@Override
	public String toString() {
		return this.key + "=" + this.value + " (" + dot() + " at " + this.stamp + ")";
	}

}
