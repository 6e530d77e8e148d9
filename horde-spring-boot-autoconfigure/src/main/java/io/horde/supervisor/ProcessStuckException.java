package io.horde.supervisor;

import io.horde.HordeException;

/**
 * A child was told to end, and its code goes on although it was interrupted. The order
 * stands: the child ends when its code does, or with its node. The message names node,
 * thread and the place in the code.
 */
public class ProcessStuckException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message which child, where it is stuck, and what to do
	 */
	public ProcessStuckException(String message) {
		super(message);
	}

}
