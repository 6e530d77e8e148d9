package io.horde.distribution;

import io.horde.HordeException;

/**
 * No member may run a process: none that is up has the type, the labels and a weight, or
 * the strategy chose none. Starts and moves fail with it.
 */
public class NoEligibleMemberException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message which process, and why each member is excluded
	 */
	public NoEligibleMemberException(String message) {
		super(message);
	}

}
