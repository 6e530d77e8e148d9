package io.horde.schedule;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A schedule of a process that runs, as its node told it.
 *
 * @param id its id
 * @param process the id of the process
 * @param type the process type
 * @param method the name of the method
 * @param expression the cron expression; or {@code fixedRate}, {@code fixedDelay} or
 * {@code once} with its period, delay or initial delay, as in {@code fixedRate PT1M}
 * @param zone the id of the time zone that its cron expression goes by; {@code null} if
 * it has none, or its node does not know yet
 * @param node the node that runs the process
 * @param nextDue when the next tick is due, by the clock of the cluster, also while it is
 * paused; {@code null} if there is none, that is not known yet, or it depends on the end
 * of the tick that runs
 * @param paused who has paused it, or {@code null} if nobody has
 * @param ticks the last ticks, at most 20, the newest last. Nodes remember what they ran
 * until they are stopped
 */
public record ProcessSchedule(String id, String process, String type, String method, String expression,
		@Nullable String zone, String node, @Nullable Instant nextDue, @Nullable SchedulePause paused,
		List<TickRecord> ticks) {

}
