package io.horde.registry;

import io.horde.HordeException;

/**
 * Nobody has the name that was called.
 */
public class ProcessNotFoundException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 */
	public ProcessNotFoundException(String message) {
		super(message);
	}

}
