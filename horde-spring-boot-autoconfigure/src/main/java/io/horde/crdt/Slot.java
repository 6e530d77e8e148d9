package io.horde.crdt;

import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The living values of one key at one moment: one, or concurrent ones. Immutable.
 *
 * @param <V> type of the values
 */
public sealed interface Slot<V> permits Versioned, Siblings {

	/**
	 * Return the key.
	 * @return the key
	 */
	String key();

	/**
	 * Return the value that is seen: the greatest by the map's order (R4).
	 * @return the value
	 */
	Versioned<V> visible();

	/**
	 * Return all values.
	 * @return the values, the visible one first
	 */
	List<Versioned<V>> versions();

	/**
	 * Tell whether a write is among the values.
	 * @param dot the write
	 * @return whether it is
	 */
	boolean contains(Dot dot);

	/**
	 * Make a slot of values.
	 * @param <V> type of the values
	 * @param versions the values of one key
	 * @param order the order of the values, the visible one first
	 * @return the slot, or {@code null} if there are no values
	 */
	static <V> @Nullable Slot<V> of(List<Versioned<V>> versions, Comparator<? super Versioned<V>> order) {
		return switch (versions.size()) {
			case 0 -> null;
			case 1 -> versions.get(0);
			default -> new Siblings<>(versions.stream().sorted(order).toList());
		};
	}

}
