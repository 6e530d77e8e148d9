package io.horde.supervisor;

import io.horde.HordeException;

/**
 * This node is leaving the cluster, or has left it, and starts nothing any more. Starts
 * that are asked of it fail with it; another member can be asked.
 */
public class LeavingException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 */
	public LeavingException(String message) {
		super(message);
	}

}
