package io.horde.sample;

import java.time.Duration;

/**
 * What a node of the sample runs in, and what can be done to it. It can be started again
 * when it has ended.
 */
interface NodeProcess {

	void start();

	boolean isAlive();

	/**
	 * SIGKILL; returns when it has ended.
	 */
	void kill();

	/**
	 * SIGTERM.
	 */
	void terminate();

	/**
	 * Wait until it has ended.
	 * @return whether it has
	 */
	boolean await(Duration timeout);

	int exitValue();

	void pause();

	void resume();

	/**
	 * Return all that it has written so far, in all its lives.
	 */
	String log();

	/**
	 * End it if it has not ended.
	 */
	void close();

}
