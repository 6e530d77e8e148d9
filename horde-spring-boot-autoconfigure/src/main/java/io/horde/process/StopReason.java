package io.horde.process;

/**
 * Why a process was stopped.
 */
public enum StopReason {

	/**
	 * It ended by itself: {@code run()} returned, or {@link ProcessContext#exit()}.
	 */
	NORMAL,

	/**
	 * The application is closed, and nobody is there to take the process over.
	 */
	SHUTDOWN,

	/**
	 * It moves to another node.
	 */
	MOVED,

	/**
	 * It lost a name to another process.
	 */
	NAME_CONFLICT,

	/**
	 * Another copy of it runs with a higher epoch.
	 */
	SUPERSEDED,

	/**
	 * Its node is out of the cluster: others run it, or are going to.
	 */
	NODE_LOST,

	/**
	 * Its lease ended.
	 */
	QUORUM_LOST,

	/**
	 * Somebody terminated it.
	 */
	TERMINATED,

	/**
	 * It failed.
	 */
	ERROR

}
