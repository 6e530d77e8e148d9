package io.horde.schedule.engine;

import java.time.ZoneId;

/**
 * How far a cron schedule has come, wherever it has ticked.
 *
 * @param due the latest due instant that was decided on, in milliseconds since the epoch,
 * or {@link #FROM_NOW}
 * @param again whether that one is to begin once more
 * @param zone the zone of the schedule
 */
public record Progress(long due, boolean again, ZoneId zone) {

	/**
	 * The schedule begins.
	 */
	public static final long FROM_NOW = Long.MIN_VALUE;

}
