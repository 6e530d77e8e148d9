package io.horde.process.engine;

import io.horde.process.StopReason;
import org.jspecify.annotations.Nullable;

/**
 * How a process ended.
 *
 * @param kind in which way
 * @param stop why it stopped; {@code null} if it never ran
 * @param failure what went wrong
 */
public record End(Kind kind, @Nullable StopReason stop, @Nullable Throwable failure) {

	/**
	 * The ways in which a process ends.
	 */
	public enum Kind {

		/**
		 * It said that it need not run.
		 */
		IGNORED,

		/**
		 * It could not be created in time or at all.
		 */
		START_FAILED,

		/**
		 * It ended itself normally.
		 */
		EXITED,

		/**
		 * It failed.
		 */
		FAILED,

		/**
		 * It was told to stop.
		 */
		STOPPED

	}

}
