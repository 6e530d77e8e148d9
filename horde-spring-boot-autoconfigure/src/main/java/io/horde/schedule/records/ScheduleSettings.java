package io.horde.schedule.records;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;

import io.horde.wire.SettingsCheck;
import org.jspecify.annotations.Nullable;

/**
 * Settings of schedules.
 *
 * @param catchUp how old a missed tick may be to begin after all
 * @param zone the zone of cron schedules that name none, or {@code null} for that of the
 * JVM on which the schedule was first placed
 * @param ownZone the zone of this JVM
 */
public record ScheduleSettings(Duration catchUp, @Nullable ZoneId zone, ZoneId ownZone) {

	/**
	 * Creates settings.
	 */
	public ScheduleSettings {
		new SettingsCheck(ScheduleSettings.class).notNegative(catchUp, "catchUp");
	}

	/**
	 * Return the defaults, for a JVM in the zone of Greenwich.
	 */
	public static ScheduleSettings defaults() {
		return new ScheduleSettings(Duration.ofMinutes(10), null, ZoneOffset.UTC);
	}

}
