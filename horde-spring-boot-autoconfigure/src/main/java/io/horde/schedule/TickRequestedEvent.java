package io.horde.schedule;

/**
 * An application event: somebody has asked for a tick. Published on the node that was
 * asked, when it asks the owner: what becomes of the tick is not known then.
 *
 * @param schedule the id of the schedule
 * @param process the id of the process
 * @param by who has asked
 */
public record TickRequestedEvent(String schedule, String process, String by) {

}
