package io.horde.cluster;

import io.horde.HordeException;

/**
 * A majority of the voting seats can't be reached, so that what was asked for is not
 * done. Terminations of quorum children fail with it, and
 * {@link HordeCluster#forget(String)} where quorum is used; starts wait for the majority
 * instead.
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
