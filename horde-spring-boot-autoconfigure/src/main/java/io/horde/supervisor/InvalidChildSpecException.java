package io.horde.supervisor;

/**
 * A child spec can never be started as it is: its id or name is empty or too long.
 */
public class InvalidChildSpecException extends ChildStartException {

	/**
	 * Creates an exception.
	 * @param message what is wrong with the spec, and what is allowed
	 */
	public InvalidChildSpecException(String message) {
		super(message, null);
	}

}
