package io.horde.schedule;

import java.time.Instant;

/**
 * An application event: ticks of a cron schedule have not begun and never will. Published
 * on the node that runs the process.
 *
 * @param schedule the id of the schedule
 * @param process the id of the process
 * @param due when the last of them was due
 * @param count how many they are
 * @param reason why, for people
 */
public record TicksSkippedEvent(String schedule, String process, Instant due, int count, String reason) {

}
