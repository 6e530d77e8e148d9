package io.horde.registry;

import io.horde.HordeException;

/**
 * A call would wait for itself: the process that it means waits for its end, and takes no
 * other call until then. The message names the chain of calls. The call was not made.
 */
public class CircularCallException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 */
	public CircularCallException(String message) {
		super(message);
	}

}
