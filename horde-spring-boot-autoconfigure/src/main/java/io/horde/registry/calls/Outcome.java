package io.horde.registry.calls;

import io.horde.registry.RemoteCallException;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended, as far as the event loop knows it: what remains is done by the thread
 * that wants the result.
 */
sealed interface Outcome {

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
	 * A process of this node returned, or there is nothing to return.
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
			return payloads.decode(this.value, call.method().resultType());
		}

	}

	/**
	 * A process of this node threw.
	 *
	 * @param thrown the exception itself
	 */
	record Threw(Throwable thrown) implements Outcome {

		@Override
		public @Nullable Object result(OutgoingCall call, Payloads payloads) throws Throwable {
			boolean allowed = this.thrown instanceof RuntimeException
					|| call.method().thrown().stream().anyMatch((type) -> type.isInstance(this.thrown));
			throw allowed ? this.thrown
					: new RemoteCallException("The call " + call.describe() + " failed: " + this.thrown, this.thrown);
		}

	}

	/**
	 * A process of another node threw.
	 *
	 * @param told what that node said
	 * @param where which process
	 */
	record ThrewElsewhere(CallMessage.Failure told, String where) implements Outcome {

		@Override
		public @Nullable Object result(OutgoingCall call, Payloads payloads) throws Throwable {
			throw ThrownExceptions.restore(this.told, call.method(), this.where);
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
