package io.horde.sample;

/**
 * What can be asked of a session, from any node.
 */
public interface SessionApi {

	/**
	 * Return the session as it is.
	 * @return where it runs and its count
	 */
	SessionView view();

	/**
	 * Count one more.
	 * @return where it runs and its count afterwards
	 */
	SessionView increment();

}
