package io.horde.cluster;

import io.horde.HordeException;

/**
 * A majority of the voting seats can't be reached.
 */
public class QuorumNotMetException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 */
	public QuorumNotMetException(String message) {
		super(message);
	}

}
