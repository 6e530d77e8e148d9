package io.horde.registry;

import org.jspecify.annotations.Nullable;

/**
 * A registered name.
 */
public interface NameEntry {

	/**
	 * Return the name.
	 * @return the name
	 */
	String name();

	/**
	 * Return who holds it.
	 * @return the owner
	 */
	Owner owner();

	/**
	 * Return the name of the node that the owner is on.
	 * @return the node name
	 */
	String node();

	/**
	 * Return the value that was registered with the name.
	 * @param <V> the type of the value
	 * @param type the type of the value
	 * @return the value, decoded anew at each call
	 * @throws io.horde.HordeException if it is no value of that type
	 */
	<V> @Nullable V value(Class<V> type);

}
