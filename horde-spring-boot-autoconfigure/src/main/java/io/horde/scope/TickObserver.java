package io.horde.scope;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * Is told of the ticks of processes. Called on the process executor, with the process
 * bound.
 */
public interface TickObserver {

	/**
	 * Observes nothing.
	 */
	TickObserver NONE = (bean, method) -> new ObservedTick() {

		@Override
		public void returned() {
		}

		@Override
		public void ended(@Nullable Throwable failure) {
		}

	};

	/**
	 * A tick begins.
	 * @param bean the process
	 * @param method the scheduled method
	 */
	ObservedTick begin(Object bean, Method method);

	/**
	 * A tick that has begun.
	 */
	interface ObservedTick {

		/**
		 * The method has returned or thrown.
		 */
		void returned();

		/**
		 * The tick has ended: at once, or when what the method returned has completed.
		 * Called on any thread.
		 * @param failure what went wrong
		 */
		void ended(@Nullable Throwable failure);

	}

}
