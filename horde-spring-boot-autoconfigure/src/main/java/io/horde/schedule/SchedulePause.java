package io.horde.schedule;

import java.time.Instant;

/**
 * A pause of a schedule.
 *
 * @param by who has paused it: the name that was given, or that of the node that was
 * asked
 * @param since since when, by the clock of the cluster
 */
public record SchedulePause(String by, Instant since) {

}
