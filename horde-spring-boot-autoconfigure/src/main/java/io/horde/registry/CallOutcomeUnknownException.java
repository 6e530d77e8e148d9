package io.horde.registry;

import io.horde.HordeException;
import org.jspecify.annotations.Nullable;

/**
 * A call was made and its answer is lost, because the node died or moved away, or the
 * caller was interrupted while it waited. It ran once, in part, or not at all; an
 * {@link Idempotent} one may have run several times (N4, N6).
 */
public class CallOutcomeUnknownException extends HordeException {

	private final boolean mayHaveRun;

	/**
	 * Creates an exception.
	 * @param message what happened, and what to do
	 * @param cause what led to it
	 * @param mayHaveRun whether the method has begun, or may have
	 */
	public CallOutcomeUnknownException(String message, @Nullable Throwable cause, boolean mayHaveRun) {
		super(message, cause);
		this.mayHaveRun = mayHaveRun;
	}

	/**
	 * Tell whether the method may have run, or may still run.
	 * @return {@code false} if it has not begun and never will: the caller was
	 * interrupted before the call was sent or begun
	 */
	public boolean mayHaveRun() {
		return this.mayHaveRun;
	}

}
