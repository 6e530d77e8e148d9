package io.horde.process.engine;

import org.jspecify.annotations.Nullable;

/**
 * Is told what became of an order to stop. Called on the event loop.
 */
@FunctionalInterface
public interface StopListener {

	/**
	 * The process has ended.
	 * @param state the encoded state that it handed off, or {@code null}
	 */
	void stopped(byte @Nullable [] state);

	/**
	 * The stop was voluntary, and what runs has not ended in time, or the state can't be
	 * handed off: the process is open again. The last call for this order.
	 * @param why which of these
	 */
	default void calledOff(String why) {
	}

}
