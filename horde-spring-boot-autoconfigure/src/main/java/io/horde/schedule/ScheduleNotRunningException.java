package io.horde.schedule;

import io.horde.HordeException;

/**
 * The process of a schedule does not run at present, or is no owner: it starts, moves,
 * waits for a quorum, was stopped, or is quarantined. Nothing was done.
 */
public class ScheduleNotRunningException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 */
	public ScheduleNotRunningException(String message) {
		super(message);
	}

}
