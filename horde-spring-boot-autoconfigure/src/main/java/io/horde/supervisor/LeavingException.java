package io.horde.supervisor;

import io.horde.HordeException;

/**
 * This node is leaving the cluster and starts nothing any more.
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
