package io.horde.schedule.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;

import io.horde.schedule.TickOutcome;
import io.horde.schedule.TickRecord;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * A tick as its node remembers it. Many of these are kept.
 *
 * @param due when it was due, in milliseconds since the epoch
 * @param begun when it began, or 0
 * @param nanos how long it took, or -1
 * @param outcome what has become of it
 * @param skipped how many it stands for, if they were skipped
 * @param remark why, or an empty string
 * @param elsewhere the node on which it happened, if that is not the one that remembers
 * it
 */
public record TickEntry(long due, long begun, long nanos, TickOutcome outcome, int skipped, String remark,
		@Nullable String elsewhere) {

	private static final int MAX_REMARK = 200;

	TickEntry(long due, long begun, long nanos, TickOutcome outcome, int skipped, String remark) {
		this(due, begun, nanos, outcome, skipped, remark, null);
	}

	/**
	 * Return a tick that had begun on a node which was lost.
	 */
	public static TickEntry lost(long due, String node) {
		return new TickEntry(due, 0, -1, TickOutcome.LOST, 0, "its node was lost", node);
	}

	/**
	 * Return a tick that has ended.
	 * @param cause what it has thrown, if it has
	 * @param note what is to be said if it has not
	 */
	static TickEntry ended(long due, Moment begun, Moment ended, @Nullable Throwable cause, String note) {
		return new TickEntry(due, begun.millis(), ended.nanos() - begun.nanos(), outcome(cause), 0,
				(cause != null) ? remark(cause) : note);
	}

	private static TickOutcome outcome(@Nullable Throwable cause) {
		if (cause == null) {
			return TickOutcome.OK;
		}
		for (Throwable ex = cause; ex != null; ex = (ex.getCause() != ex) ? ex.getCause() : null) {
			if (ex instanceof InterruptedException || ex instanceof CancellationException) {
				return TickOutcome.INTERRUPTED;
			}
		}
		return TickOutcome.FAILED;
	}

	private static String remark(Throwable cause) {
		String text = cause.toString();
		return (text.length() > MAX_REMARK) ? text.substring(0, MAX_REMARK) : text;
	}

	static TickEntry released(long due) {
		return new TickEntry(due, 0, -1, TickOutcome.RELEASED, 0, "");
	}

	static TickEntry skipped(long due, long count, String reason) {
		return new TickEntry(due, 0, -1, TickOutcome.SKIPPED, (int) Math.min(count, Integer.MAX_VALUE), reason);
	}

	/**
	 * Tell whether it was skipped for the same reason as the one before.
	 */
	boolean follows(TickEntry before) {
		return this.outcome == TickOutcome.SKIPPED && before.outcome == TickOutcome.SKIPPED
				&& this.remark.equals(before.remark);
	}

	/**
	 * Return it as users see it.
	 * @param node the node that remembers it
	 */
	public TickRecord toRecord(String node) {
		return new TickRecord(Instant.ofEpochMilli(this.due), (this.elsewhere != null) ? this.elsewhere : node,
				this.outcome, (this.begun != 0) ? Instant.ofEpochMilli(this.begun) : null,
				(this.nanos >= 0) ? Duration.ofNanos(this.nanos) : null, this.skipped, this.remark);
	}

}
