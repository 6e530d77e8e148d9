package io.horde.schedule;

/**
 * An application event: somebody has paused a schedule that was not paused. Published on
 * the node that was asked, when it is written: it takes effect a moment later.
 *
 * @param schedule the id of the schedule
 * @param process the id of the process
 * @param by who has paused it
 */
public record SchedulePausedEvent(String schedule, String process, String by) {

}
