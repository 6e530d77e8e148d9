package io.horde.schedule.records;

import java.util.concurrent.atomic.LongAdder;

/**
 * What has become of the records of cron ticks on this node, since its start.
 *
 * @param lost how many ticks were found that had begun on a node that was lost
 * @param missed how many ticks fell due while their process ran nowhere, and were skipped
 * @param unheld how many ticks began though nobody else had confirmed their record
 * @param postponed how often a tick waited because no majority confirmed its record
 * @param suppressed how many ticks did not begin because they were decided on elsewhere
 */
public record RecordCounters(LongAdder lost, LongAdder missed, LongAdder unheld, LongAdder postponed,
		LongAdder suppressed) {

	RecordCounters() {
		this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
	}

}
