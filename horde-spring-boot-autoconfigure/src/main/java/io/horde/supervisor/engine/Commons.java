package io.horde.supervisor.engine;

import java.util.function.Consumer;

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
 * @param table what readers see of the children
 * @param waiters who waits for a child
 * @param outbox messages to other supervisors
 * @param counters what this supervisor has done
 * @param events is told, on the loop, what becomes of the processes of this node
 */
record Commons(EventLoop loop, Ledger ledger, Placer placer, SupervisorSettings settings, ChildTable table,
		Waiters waiters, SupervisorOutbox outbox, SupervisorCounters counters, Consumer<ProcessEvent> events) {

	Commons(EventLoop loop, Ledger ledger, Placer placer, SupervisorSettings settings, Consumer<ProcessEvent> events) {
		this(loop, ledger, placer, settings, new ChildTable(ledger), new Waiters(),
				new SupervisorOutbox(ledger.membership()), new SupervisorCounters(), events);
	}

}
