package io.horde.registry;

import io.horde.HordeException;
import org.jspecify.annotations.Nullable;

/**
 * A process threw an exception that its method does not declare, or could not run the
 * call, or could not send what it returned; the message says which. Also the cause of
 * exceptions that come back with their type: its message carries the stack of the
 * process.
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
