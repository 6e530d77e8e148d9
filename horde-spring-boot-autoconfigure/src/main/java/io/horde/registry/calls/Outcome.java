package io.horde.registry.calls;

import io.horde.payload.PayloadException;
import io.horde.registry.RemoteCallException;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a call ended, as far as the event loop knows it: what remains is done by the thread
 * that wants the result.
 */
sealed interface Outcome {

	/**
	 * Logs what is wrong with results.
	 */
	Logger logger = LoggerFactory.getLogger(Outcome.class);

	/**
	 * Return the result of a call, or throw what it threw. Not called on the event loop,
	 * since a codec may be the user's.
	 */
	@Nullable Object result(OutgoingCall call, Payloads payloads) throws Throwable;

	/**
	 * Return why Horde could not make the call, or that it lost it.
	 * @return {@code null} if the process has answered, whatever it said
	 */
	default @Nullable RuntimeException failure() {
		return null;
	}

	/**
	 * A process returned what needs no copy, or there is nothing to return.
	 *
	 * @param value the result
	 */
	record Returned(@Nullable Object value) implements Outcome {

		/*
		 * A process of another version may return nothing where this node wants a
		 * primitive.
		 */
		@Override
		public @Nullable Object result(OutgoingCall call, Payloads payloads) {
			ApiMethod method = call.method();
			if (this.value == null && !method.isVoid() && !method.asynchronous()
					&& method.method().getReturnType().isPrimitive()) {
				throw new RemoteCallException("The call " + call.describe() + " returned nothing where a "
						+ method.method().getReturnType() + " was expected", null);
			}
			return this.value;
		}

	}

	/**
	 * A process returned something that is still encoded.
	 *
	 * @param value the encoded result
	 */
	record Encoded(byte[] value) implements Outcome {

		@Override
		public @Nullable Object result(OutgoingCall call, Payloads payloads) {
			try {
				return payloads.decode(this.value, call.method().resultType());
			}
			catch (Throwable ex) {
				logger.warn("The call {} ran, but its result can't be read", call.describe(), ex);
				throw new PayloadException("The call " + call.describe() + " ran, but its result can't be read here: "
						+ ((ex instanceof PayloadException) ? ex.getMessage() : ex.getClass().getName()), ex);
			}
		}

	}

	/**
	 * A process threw.
	 *
	 * @param told what its node said
	 * @param where which process
	 */
	record Threw(CallMessage.Failure told, String where) implements Outcome {

		@Override
		public @Nullable Object result(OutgoingCall call, Payloads payloads) throws Throwable {
			throw ThrownExceptions.restore(this.told, call.method(), this.where, payloads);
		}

	}

	/**
	 * Horde could not make the call, or lost it.
	 *
	 * @param failure why
	 */
	record Failed(RuntimeException failure) implements Outcome {

		@Override
		public @Nullable Object result(OutgoingCall call, Payloads payloads) {
			throw this.failure;
		}

	}

}
