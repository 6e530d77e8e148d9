package io.horde.supervisor;

/**
 * A child spec can never be started as it is: its type, id, name or a label is empty, too
 * long, or no valid Unicode.
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
