package io.horde.supervisor.engine;

import java.util.function.Consumer;

import io.horde.process.engine.LoopLease;
import io.horde.supervisor.ProcessEvent;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placer;
import io.horde.supervisor.ownership.SupervisorSettings;
import io.horde.time.EventLoop;

/**
 * What the rooms of a supervisor share.
 *
 * @param loop the event loop
 * @param ledger what is desired and who is responsible for it
 * @param placer says where children belong
 * @param settings the settings
 * @param lease until when this node may act for the children that need no quorum
 * @param table what readers see of the children
 * @param waiters who waits for a child
 * @param outbox messages to other supervisors
 * @param counters what this supervisor has done
 * @param failures tells of failures that concern many children
 * @param events is told, on the loop, what becomes of the processes of this node
 */
record Commons(EventLoop loop, Ledger ledger, Placer placer, SupervisorSettings settings, LoopLease lease,
		ChildTable table, Waiters waiters, SupervisorOutbox outbox, SupervisorCounters counters, FailureLog failures,
		Consumer<ProcessEvent> events) {

	Commons(EventLoop loop, Ledger ledger, Placer placer, SupervisorSettings settings, LoopLease lease,
			Consumer<ProcessEvent> events) {
		this(loop, ledger, placer, settings, lease, new ChildTable(ledger), new Waiters(),
				new SupervisorOutbox(ledger.membership()), new SupervisorCounters(),
				new FailureLog(loop, ledger.node()), events);
	}

}
