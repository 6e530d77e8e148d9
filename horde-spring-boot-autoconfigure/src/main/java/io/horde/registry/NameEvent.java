package io.horde.registry;

import org.jspecify.annotations.Nullable;

/**
 * A change of a name, as one node sees it.
 *
 * @param type what happened
 * @param entry the entry: the new one, or the last one for a removal
 * @param previous the entry before the change, or {@code null}
 */
public record NameEvent(Type type, NameEntry entry, @Nullable NameEntry previous) {

	/**
	 * What happened to a name.
	 */
	public enum Type {

		/**
		 * It resolves now and did not before.
		 */
		REGISTERED,

		/**
		 * Its value, its owner or its node is another one.
		 */
		UPDATED,

		/**
		 * It does not resolve any more.
		 */
		UNREGISTERED

	}

}
