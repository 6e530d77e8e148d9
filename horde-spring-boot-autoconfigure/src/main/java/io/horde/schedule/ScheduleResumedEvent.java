package io.horde.schedule;

/**
 * An application event: somebody has resumed a schedule that was paused. Published on the
 * node that was asked, when it is written: it takes effect a moment later.
 *
 * @param schedule the id of the schedule
 * @param process the id of the process
 * @param by who has resumed it
 */
public record ScheduleResumedEvent(String schedule, String process, String by) {

}
