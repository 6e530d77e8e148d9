package io.horde.schedule;

import java.time.Instant;

/**
 * An application event: a tick had begun when its node was lost, and whether it came to
 * its end is not known. It is not run again, unless the type says
 * {@link io.horde.process.MissedTicks#RERUN_LOST}. Published on the node that runs the
 * process now.
 *
 * @param schedule the id of the schedule
 * @param process the id of the process
 * @param due when the tick was due
 * @param node the node on which it had begun
 */
public record TickLostEvent(String schedule, String process, Instant due, String node) {

}
