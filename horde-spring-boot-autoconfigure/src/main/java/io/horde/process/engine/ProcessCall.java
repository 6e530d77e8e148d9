package io.horde.process.engine;

/**
 * A task for a mailbox that wants to know if it never runs.
 */
public interface ProcessCall extends Runnable {

	/**
	 * The mailbox had accepted the call, and the process stopped before the call began.
	 * Called on the event loop instead of {@link #run()}.
	 */
	void dropped();

}
