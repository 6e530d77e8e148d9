package io.horde.schedule;

import java.util.List;

/**
 * The schedules of a cluster.
 *
 * @param schedules the schedules, sorted by id
 * @param silent the names of the members that were asked and have not answered in time,
 * sorted: schedules and ticks that only they know are missing
 */
public record ScheduleListing(List<ProcessSchedule> schedules, List<String> silent) {

}
