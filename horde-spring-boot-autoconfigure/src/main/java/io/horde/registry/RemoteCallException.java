package io.horde.registry;

import io.horde.HordeException;
import org.jspecify.annotations.Nullable;

/**
 * A process threw an exception whose type is not known to the caller; the message carries
 * the remote stack.
 */
public class RemoteCallException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 * @param cause what led to it
	 */
	public RemoteCallException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
