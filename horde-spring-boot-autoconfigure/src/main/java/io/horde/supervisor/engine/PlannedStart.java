package io.horde.supervisor.engine;

import io.horde.crdt.ReplicaId;
import io.horde.process.StartReason;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.RestartHistory;
import io.horde.supervisor.ownership.Wanted;
import org.jspecify.annotations.Nullable;

/**
 * A start that has been decided on.
 *
 * @param wanted what to run
 * @param placement this node's placement of it
 * @param write whether that is still to be written
 * @param from whom it is taken over from, or {@code null}
 */
record PlannedStart(Wanted wanted, Placement placement, boolean write, @Nullable ReplicaId from) {

	/**
	 * A start for which this node becomes responsible. The desired entry stays as it is,
	 * so that a concurrent termination counts (O1).
	 * @param before who was responsible, or {@code null}
	 */
	static PlannedStart placedHere(Ledger ledger, Wanted wanted, @Nullable Placement before, boolean takeover) {
		StartReason reason = takeover ? StartReason.TAKEOVER
				: ((before != null) ? StartReason.RESTART : StartReason.FIRST);
		RestartHistory history = (before != null) ? before.history() : RestartHistory.NONE;
		Placement placement = Placement
			.unstarted(ledger.self(), ledger.nextEpoch(wanted.id(), 0), wanted.dot(), reason, history)
			.withValue((before != null) ? before.valueFor(wanted.dot()) : null);
		return new PlannedStart(wanted, placement, true, (takeover && before != null) ? before.owner() : null);
	}

}
