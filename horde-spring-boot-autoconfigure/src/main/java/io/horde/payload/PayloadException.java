package io.horde.payload;

import io.horde.HordeException;
import org.jspecify.annotations.Nullable;

/**
 * A value can't be turned into bytes or back, or its bytes exceed the limit. Thrown where
 * the value is given or asked for; a start fails with it if the argument or the value of
 * a child spec is to blame.
 */
public class PayloadException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what can't be encoded or decoded, and why
	 * @param cause what led to it
	 */
	public PayloadException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
