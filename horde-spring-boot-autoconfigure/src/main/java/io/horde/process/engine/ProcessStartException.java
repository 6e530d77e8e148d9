package io.horde.process.engine;

import io.horde.HordeException;
import org.jspecify.annotations.Nullable;

/**
 * A process could not be started.
 */
public class ProcessStartException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message which process could not be started, where and why
	 * @param cause what led to it
	 */
	public ProcessStartException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
