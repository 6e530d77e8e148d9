package io.horde.schedule.engine;

import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

/**
 * Ticks at instants of the wall clock.
 *
 * @param expression the expression, as it was resolved
 * @param zone the zone that it goes by, or {@code null} if it has none of its own
 * @param instants the instants
 */
public record Cron(String expression, @Nullable ZoneId zone, Instants instants) implements Timing {

	/**
	 * The instants of an expression.
	 */
	public interface Instants {

		/**
		 * Return the first instant after another one.
		 * @param millis milliseconds since the epoch
		 * @return milliseconds since the epoch, or {@link Timing#NEVER}
		 */
		long after(long millis, ZoneId zone);

	}

}
