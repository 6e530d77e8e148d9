package io.horde.schedule.engine;

import java.time.Duration;
import java.time.Instant;

import io.horde.schedule.TickOutcome;
import io.horde.schedule.TickRecord;

/**
 * A tick as its node remembers it. Many of these are kept.
 *
 * @param due when it was due, in milliseconds since the epoch
 * @param begun when it began, or 0
 * @param nanos how long it took, or -1
 * @param outcome what has become of it
 * @param skipped how many it stands for, if they were skipped
 * @param remark why, or an empty string
 */
public record TickEntry(long due, long begun, long nanos, TickOutcome outcome, int skipped, String remark) {

	static TickEntry skipped(long due, long count, String reason) {
		return new TickEntry(due, 0, -1, TickOutcome.SKIPPED, (int) Math.min(count, Integer.MAX_VALUE), reason);
	}

	/**
	 * Return it as users see it.
	 * @param node the node that remembers it
	 */
	public TickRecord toRecord(String node) {
		return new TickRecord(Instant.ofEpochMilli(this.due), node, this.outcome,
				(this.begun != 0) ? Instant.ofEpochMilli(this.begun) : null,
				(this.nanos >= 0) ? Duration.ofNanos(this.nanos) : null, this.skipped, this.remark);
	}

}
