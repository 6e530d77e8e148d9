package io.horde.supervisor;

import io.horde.HordeException;
import org.jspecify.annotations.Nullable;

/**
 * A child can't be started: its process threw, its type is unknown, no answer came in
 * time. {@link StartResult#failure()}, or the cause of the exception that the future of
 * {@link HordeSupervisor#startChild(ChildSpec)} throws. Other reasons have exceptions of
 * their own.
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
