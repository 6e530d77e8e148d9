package io.horde.registry;

import io.horde.HordeException;

/**
 * A call was not answered before its deadline. It may still run.
 */
public class CallTimeoutException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 */
	public CallTimeoutException(String message) {
		super(message);
	}

}
