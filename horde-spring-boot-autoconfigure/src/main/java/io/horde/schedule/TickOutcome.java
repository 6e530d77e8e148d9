package io.horde.schedule;

/**
 * What has become of a tick.
 */
public enum TickOutcome {

	/**
	 * It has begun and not ended.
	 */
	RUNNING,

	/**
	 * It has ended.
	 */
	OK,

	/**
	 * It has thrown.
	 */
	FAILED,

	/**
	 * It was interrupted, because its process had to end.
	 */
	INTERRUPTED,

	/**
	 * It has not begun: the process was stopped in order before, and who runs it next
	 * begins it.
	 */
	RELEASED,

	/**
	 * It was left out, and never begins.
	 */
	SKIPPED,

	/**
	 * It had begun when its node was lost. Whether it came to its end is not known.
	 */
	LOST

}
