package io.horde;

import org.jspecify.annotations.Nullable;

/**
 * Root of all exceptions that Horde throws.
 */
public class HordeException extends RuntimeException {

	/**
	 * Creates an exception.
	 * @param message what happened, on which node, and what to do
	 */
	public HordeException(String message) {
		super(message);
	}

	/**
	 * Creates an exception with a cause.
	 * @param message what happened, on which node, and what to do
	 * @param cause what led to it
	 */
	public HordeException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
