package io.horde.registry;

import io.horde.HordeException;

/**
 * A process has too many calls waiting. The call was not accepted.
 */
public class MailboxFullException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 */
	public MailboxFullException(String message) {
		super(message);
	}

}
