package io.horde.schedule.engine;

/**
 * When the ticks of a schedule are due.
 */
public sealed interface Timing permits FixedTiming, Cron {

	/** The due time of no tick. */
	long NEVER = Long.MAX_VALUE;

	/**
	 * Return it as users see it.
	 */
	String expression();

}
