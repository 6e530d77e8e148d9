package io.horde.schedule.engine;

import java.util.concurrent.atomic.LongAdder;

/**
 * What has become of the ticks of this node, since its start.
 *
 * @param begun how many have begun
 * @param failed how many of these threw
 * @param skipped how many were left out, because they fell due while another one of their
 * schedule waited
 */
public record TickCounters(LongAdder begun, LongAdder failed, LongAdder skipped) {

	TickCounters() {
		this(new LongAdder(), new LongAdder(), new LongAdder());
	}

}
