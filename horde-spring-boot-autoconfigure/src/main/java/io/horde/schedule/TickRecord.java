package io.horde.schedule;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One tick, or several that were skipped together.
 *
 * @param due when it fell due, by the clock of the cluster; for ticks that somebody asked
 * for, when that was
 * @param node the node that ran it, or left it out
 * @param outcome what has become of it
 * @param begun when it began, by the clock of the cluster, or {@code null} if it has not
 * @param duration how long it took, or {@code null} if it has not ended
 * @param skipped how many ticks this stands for if they were skipped, else 0
 * @param remark why it failed or was skipped, or that nobody else had confirmed its
 * record when it began; or an empty string
 */
public record TickRecord(Instant due, String node, TickOutcome outcome, @Nullable Instant begun,
		@Nullable Duration duration, int skipped, String remark) {

}
