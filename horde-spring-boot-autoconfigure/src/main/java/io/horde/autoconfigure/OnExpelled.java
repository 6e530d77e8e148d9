package io.horde.autoconfigure;

/**
 * What an application does when its node is out of the cluster. Its processes are stopped
 * in any case.
 */
enum OnExpelled {

	/**
	 * The node takes part again as a new incarnation, as soon as nobody else has its
	 * name.
	 */
	RESTART,

	/**
	 * The node stays out, and the application reports that it is not live.
	 */
	STOP_PROCESSES,

	/**
	 * The application context is closed.
	 */
	CLOSE_APPLICATION

}
