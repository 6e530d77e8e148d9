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
 * @param dot the identity of the write
 */
public record Versioned<V>(String key, V value, long stamp, Dot dot) implements Slot<V> {

	/**
	 * The order of concurrent values where a map has none of its own: by stamp, then by
	 * replica (R4).
	 */
	public static final Comparator<Versioned<?>> BY_STAMP = Comparator.<Versioned<?>>comparingLong(Versioned::stamp)
		.thenComparing((versioned) -> versioned.dot().replica())
		.thenComparingLong((versioned) -> versioned.dot().sequence());

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
		return this.dot.equals(write);
	}

}
