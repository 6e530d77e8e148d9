package io.horde.schedule.engine;

import java.util.concurrent.CompletionStage;

import io.horde.process.MissedTicks;
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

	/**
	 * Return what tells it from the other schedules of its process, and stays when its
	 * expression changes (T1).
	 * @return the method, with a number behind it if it has several schedules
	 */
	String key();

	Timing timing();

	/**
	 * Return what becomes of cron ticks that fall due while the process runs nowhere.
	 */
	default MissedTicks missedTicks() {
		return MissedTicks.RUN_ONCE;
	}

	/**
	 * Take notice of when the next tick is due. Called on the loop.
	 * @param millis the wall clock then, {@link Timing#NEVER} if there is none
	 */
	void due(long millis);

	/**
	 * Tick. Called on the process executor with the process bound, never again before the
	 * tick has ended.
	 * @param due when it was due, in milliseconds since the epoch
	 * @return the tick lasts until this completes; {@code null} if it has ended
	 * @throws Throwable whatever users' code throws
	 */
	@Nullable CompletionStage<?> run(long due) throws Throwable;

}
