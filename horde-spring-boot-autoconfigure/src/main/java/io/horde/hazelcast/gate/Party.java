package io.horde.hazelcast.gate;

import java.io.IOException;

/**
 * Something that the gate's selector watches.
 */
interface Party {

	/**
	 * Its socket is ready.
	 * @throws IOException if the connection is gone
	 */
	void ready() throws IOException;

	/**
	 * Return when it expires.
	 * @return a time of {@link System#nanoTime()}
	 */
	long deadline();

	/**
	 * Its time is over.
	 */
	void expired();

	/**
	 * It has failed.
	 * @param failure why
	 */
	void failed(Exception failure);

	/**
	 * Close it without telling anybody.
	 */
	void close();

}
