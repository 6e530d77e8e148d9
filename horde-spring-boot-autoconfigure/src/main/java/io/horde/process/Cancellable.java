package io.horde.process;

/**
 * A task that was scheduled.
 */
@FunctionalInterface
public interface Cancellable {

	/**
	 * Cancel the task. A run under way is not interrupted.
	 */
	void cancel();

}
