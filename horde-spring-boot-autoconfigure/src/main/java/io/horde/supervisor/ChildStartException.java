package io.horde.supervisor;

import io.horde.HordeException;
import org.jspecify.annotations.Nullable;

/**
 * A child can't be started.
 */
public class ChildStartException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 * @param cause what led to it
	 */
	public ChildStartException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
