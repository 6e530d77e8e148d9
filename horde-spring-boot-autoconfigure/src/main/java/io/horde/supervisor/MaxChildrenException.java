package io.horde.supervisor;

import io.horde.HordeException;

/**
 * No member has room for another child.
 */
public class MaxChildrenException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 */
	public MaxChildrenException(String message) {
		super(message);
	}

}
