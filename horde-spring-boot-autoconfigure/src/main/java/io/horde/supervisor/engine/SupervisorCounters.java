package io.horde.supervisor.engine;

import java.util.concurrent.atomic.LongAdder;

/**
 * What a supervisor has done on this node, for metrics. Read from any thread.
 *
 * @param starts processes that were opened
 * @param restarts starts after a process had ended here
 * @param takeovers starts because the owner was gone
 * @param moves children that were handed over to another node
 * @param superseded copies that were stopped because a higher epoch ran elsewhere
 * @param conflicts children that ended because they lost their name
 * @param quarantines children that failed too often
 * @param leasesLost children that were stopped because their lease had ended
 * @param movesCalledOff moves that were called off because the child's work took too long
 * @param stuck children whose code ignored that it was interrupted
 * @param pauses pauses of the node after which ownership rested (T10)
 * @param caught children that ran elsewhere after a pause which had caught them in the
 * midst of their code (T11)
 */
public record SupervisorCounters(LongAdder starts, LongAdder restarts, LongAdder takeovers, LongAdder moves,
		LongAdder superseded, LongAdder conflicts, LongAdder quarantines, LongAdder leasesLost,
		LongAdder movesCalledOff, LongAdder stuck, LongAdder pauses, LongAdder caught) {

	SupervisorCounters() {
		this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(),
				new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
	}

}
