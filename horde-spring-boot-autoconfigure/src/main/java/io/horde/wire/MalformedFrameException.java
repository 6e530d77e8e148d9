package io.horde.wire;

import io.horde.HordeException;

/**
 * Bytes from outside are not the frame that was expected.
 */
public class MalformedFrameException extends HordeException {

	/**
	 * Creates an exception.
	 * @param message what was expected and what was found, and where
	 */
	public MalformedFrameException(String message) {
		super(message);
	}

}
