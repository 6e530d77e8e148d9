package io.horde.schedule.engine;

import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * One schedule of one process: when it ticks, and what a tick does.
 */
public interface Schedule {

	/**
	 * Return its name, for the log.
	 * @return the class and the method
	 */
	String name();

	Timing timing();

	/**
	 * Take notice of when the next tick is due. Called on the loop.
	 * @param millis the wall clock then, {@link Timing#NEVER} if there is none
	 */
	void due(long millis);

	/**
	 * Tick. Called on the process executor with the process bound, never again before the
	 * tick has ended.
	 * @return the tick lasts until this completes; {@code null} if it has ended
	 * @throws Throwable whatever users' code throws
	 */
	@Nullable CompletionStage<?> run() throws Throwable;

}
