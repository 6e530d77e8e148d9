package io.horde.registry;

import io.horde.HordeException;
import org.jspecify.annotations.Nullable;

/**
 * A call was sent and its answer is lost, because the node died or moved away: it ran
 * once or not at all (N4).
 */
public class CallOutcomeUnknownException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 * @param cause what led to it
	 */
	public CallOutcomeUnknownException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
