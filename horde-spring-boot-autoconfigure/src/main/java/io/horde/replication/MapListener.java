package io.horde.replication;

import io.horde.crdt.Versioned;
import org.jspecify.annotations.Nullable;

/**
 * Told of changes of a replicated map, on the event loop, after all changes of the same
 * delta are visible. When it is called the map may already have moved on.
 *
 * @param <V> type of the values
 */
@FunctionalInterface
public interface MapListener<V> {

	/**
	 * The visible value of a key has changed, by a write here or elsewhere.
	 * @param before the value before, or {@code null} if there was none
	 * @param after the value after, or {@code null} if there is none
	 */
	void changed(String key, @Nullable Versioned<V> before, @Nullable Versioned<V> after);

	/**
	 * The concurrent values of a key have changed while the visible one has not.
	 */
	default void siblingsChanged(String key) {
	}

}
