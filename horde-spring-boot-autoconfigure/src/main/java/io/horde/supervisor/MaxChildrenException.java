package io.horde.supervisor;

import io.horde.HordeException;

/**
 * The member that the distribution strategy chose for a child already runs as many as
 * {@code horde.supervisor.max-children} allows. The child is not started, and no other
 * member is tried: where a child belongs is for the strategy to say.
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
