package io.horde.process;

/**
 * When a process that has ended is started again.
 */
public enum RestartPolicy {

	/**
	 * Always: after a normal end, after a failure, and when its node dies.
	 */
	PERMANENT,

	/**
	 * After a failure and when its node dies; a normal end is final.
	 */
	TRANSIENT,

	/**
	 * Never, not even when its node dies.
	 */
	TEMPORARY

}
