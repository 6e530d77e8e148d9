package io.horde.schedule;

import io.horde.HordeException;

/**
 * A tick was asked for and may have run, and what became of it is not known: the node
 * that ran the process is lost, does not answer, or gave up on the tick. It is not asked
 * for again.
 */
public class TickOutcomeUnknownException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 */
	public TickOutcomeUnknownException(String message) {
		super(message);
	}

}
