package io.horde.registry;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Observes calls by name at both ends, for tracing and for meters. Beans of this type are
 * all asked, in their order; they are told of the end in the reverse one. What an
 * interceptor throws is logged and does not touch the call.
 */
public interface CallInterceptor {

	/**
	 * A call begins. Called on the caller's thread.
	 * @param call the call
	 * @param headers to be filled with what the other end shall see; at most 16 entries
	 * and 4,096 characters travel
	 * @return to be told of the end
	 */
	default Completion calling(CallInfo call, Map<String, String> headers) {
		return Completion.NONE;
	}

	/**
	 * A call is about to run. Called on the thread of the process.
	 * @param call the call
	 * @param headers what the interceptors of the caller gave along
	 * @return to be told when the method returns, on the same thread, and of the end of
	 * the call
	 */
	default Completion executing(CallInfo call, Map<String, String> headers) {
		return Completion.NONE;
	}

	/**
	 * What is known of a call.
	 *
	 * @param api the simple name of the interface
	 * @param method the method
	 * @param name the name that is called
	 * @param oneWay whether nobody waits for the end
	 */
	record CallInfo(String api, String method, String name, boolean oneWay) {

	}

	/**
	 * Is told of the end of a call.
	 */
	@FunctionalInterface
	interface Completion {

		/**
		 * Does nothing.
		 */
		Completion NONE = (failure) -> {
		};

		/**
		 * The method has returned, or thrown. Called on the thread that ran it, at the
		 * process's end only. If it has returned a future, the call ends when that does;
		 * else it ends now.
		 */
		default void returned() {
		}

		/**
		 * The call has ended. At the caller's end, and if the method has returned a
		 * future, this comes on any thread.
		 * @param failure what it failed with, or {@code null}
		 */
		void completed(@Nullable Throwable failure);

	}

}
