package io.horde.registry;

/**
 * A running watch of names.
 */
public interface Watch extends AutoCloseable {

	/**
	 * End the watch. No event is delivered afterwards, but one may be under way.
	 */
	@Override
	void close();

}
