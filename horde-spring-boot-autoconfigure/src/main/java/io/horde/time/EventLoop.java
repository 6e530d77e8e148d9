package io.horde.time;

import java.time.Duration;

/**
 * The only source of time and asynchrony for the core of Horde. Tasks run one after the
 * other, in the order in which they were handed in (timers: in the order of their due
 * times), never two at once.
 * <p>
 * The production loop is one thread; the simulated one is a priority queue with virtual
 * time. No user code runs on a loop, and a task must never block.
 */
public interface EventLoop {

	/**
	 * Run a task soon, after those that are already waiting. May be called from any
	 * thread. After the loop has ended the task is dropped.
	 * @param task the task
	 */
	void execute(Runnable task);

	/**
	 * Run a task after a delay. May be called from any thread.
	 * @param delay how long to wait at least
	 * @param task the task
	 * @return the timer, to cancel it
	 */
	Timer schedule(Duration delay, Runnable task);

	/**
	 * Return the monotonic clock. May be called from any thread; allocates nothing.
	 * @return nanoseconds since some fixed but arbitrary origin
	 */
	long nanoTime();

	/**
	 * Return the wall clock. May be called from any thread; allocates nothing.
	 * @return milliseconds since the epoch, as this machine believes
	 */
	long currentTimeMillis();

	/**
	 * Tell whether the caller is being run by this loop.
	 * @return {@code true} within a task of this loop
	 */
	boolean inLoop();

	/**
	 * A task that waits for its time.
	 */
	@FunctionalInterface
	interface Timer {

		/**
		 * Cancel the task. Has no effect if it has already run. Called within the loop,
		 * it is certain that the task will not run afterwards.
		 */
		void cancel();

	}

}
