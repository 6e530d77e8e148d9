package io.horde.distribution;

import io.horde.HordeException;

/**
 * No member may run a process.
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
