package io.horde.schedule;

import io.horde.HordeException;

/**
 * A tick of the schedule runs or waits, so that none was begun on request.
 */
public class ScheduleBusyException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 */
	public ScheduleBusyException(String message) {
		super(message);
	}

}
