package io.horde.schedule;

import io.horde.HordeException;

/**
 * There is no schedule of that id: it is no such id, there is no such process, or the
 * process has no such schedule. Nothing was done.
 */
public class NoSuchScheduleException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 */
	public NoSuchScheduleException(String message) {
		super(message);
	}

}
