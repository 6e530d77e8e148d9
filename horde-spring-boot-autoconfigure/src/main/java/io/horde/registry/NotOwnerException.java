package io.horde.registry;

import io.horde.HordeException;

/**
 * A name belongs to somebody else.
 */
public class NotOwnerException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 */
	public NotOwnerException(String message) {
		super(message);
	}

}
