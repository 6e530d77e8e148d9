package io.horde.process.engine;

/**
 * What a process starts when it has become owner and stops before all else when it stops:
 * a listener container, for example. Called on the process executor, with the process
 * bound.
 */
public interface OwnedLifecycle {

	/**
	 * Start, unless it runs already or is not to start by itself. What it throws fails
	 * the process.
	 */
	void start();

	/**
	 * Stop if it runs. Called also after a start that has failed.
	 * @param stopped to be run once it has stopped, on any thread; if this method throws
	 * it counts as stopped
	 */
	void stop(Runnable stopped);

}
