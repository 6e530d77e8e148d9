package io.horde.process.engine;

/**
 * Is told how a process fares. Called on the event loop.
 */
public interface ProcessListener {

	/**
	 * The process is constructed, initialised and has taken its state over. It runs once
	 * it is {@link LocalProcess#open() opened}. Not called if the start fails or was
	 * stopped.
	 */
	void created(LocalProcess process);

	/**
	 * Code of the process does not end although it was interrupted; the process ends when
	 * it does (T9).
	 * @param whereabouts names the thread and has its stack
	 */
	default void stuck(LocalProcess process, Throwable whereabouts) {
	}

	/**
	 * The process has ended and its bean is destroyed. Called exactly once per start, the
	 * last call for it.
	 * @param end how it ended
	 */
	void ended(LocalProcess process, End end);

}
