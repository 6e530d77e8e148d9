package io.horde.process;

/**
 * What becomes of the ticks of a cron schedule that fell due while its process ran
 * nowhere. Only those count that fell due within {@code horde.schedules.catch-up} and
 * after the last tick that is known.
 */
public enum MissedTicks {

	/**
	 * The latest one is begun as soon as the process runs again, the others are skipped.
	 */
	RUN_ONCE,

	/**
	 * All are skipped.
	 */
	SKIP,

	/**
	 * Like {@link #RUN_ONCE}; and a tick whose node died while it ran is begun once more.
	 * For methods that may run again: how far the lost tick came is not known.
	 */
	RERUN_LOST

}
