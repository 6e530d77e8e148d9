package io.horde.registry.calls;

import org.jspecify.annotations.Nullable;

/**
 * How a call ended, as far as the event loop knows it: what remains is done by the thread
 * that wants the result.
 */
sealed interface Outcome {

	/**
	 * A process of this node returned, or there is nothing to return.
	 *
	 * @param value the result
	 */
	record Returned(@Nullable Object value) implements Outcome {

	}

	/**
	 * A process returned something that is still encoded.
	 *
	 * @param value the encoded result
	 */
	record Encoded(byte[] value) implements Outcome {

	}

	/**
	 * A process of this node threw.
	 *
	 * @param thrown the exception itself
	 */
	record Threw(Throwable thrown) implements Outcome {

	}

	/**
	 * A process of another node threw.
	 *
	 * @param failure what that node said
	 * @param where which process
	 */
	record ThrewElsewhere(CallMessage.Failure failure, String where) implements Outcome {

	}

	/**
	 * Horde could not make the call, or lost it.
	 *
	 * @param failure why
	 */
	record Failed(RuntimeException failure) implements Outcome {

	}

}
