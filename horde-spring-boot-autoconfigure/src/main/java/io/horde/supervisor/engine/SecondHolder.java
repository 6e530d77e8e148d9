package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.Dot;
import io.horde.crdt.Versioned;
import io.horde.replication.Replicator;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.ownership.DesiredEntry;
import io.horde.supervisor.ownership.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * Sees that the death of any one node can't lose the entry of a child, whoever wrote it
 * (R10). Confined to the loop.
 */
final class SecondHolder {

	private static final Duration PAUSE = Duration.ofMillis(100);

	private final Commons commons;

	private final Ledger ledger;

	private final PeerKnowledge peers;

	SecondHolder(Commons commons, PeerKnowledge peers) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.peers = peers;
	}

	/**
	 * Wait until two members hold a child's entry, where there are two.
	 * @param process the child, which this node knows
	 * @param written what this node wrote to start it, or {@code null}; counts for a
	 * child without an entry
	 * @param unwanted whether nobody waits any more
	 * @param held run on the loop, perhaps at once
	 */
	void await(ProcessRef process, @Nullable Dot written, BooleanSupplier unwanted, Runnable held) {
		if (unwanted.getAsBoolean()) {
			return;
		}
		Versioned<DesiredEntry> entry = this.ledger.desired().get(process.id());
		Dot dot = (entry != null) ? entry.dot() : written;
		if (dot == null || (entry != null && isHeldByTwo(process, dot))) {
			held.run();
			return;
		}
		if (dot.replica().equals(this.ledger.self())) {
			Replicator replicator = this.ledger.replicator();
			replicator.held(dot).thenRun(() -> this.commons.loop().execute(held));
			return;
		}
		this.peers.ask(process.id(), (dots) -> dots.contains(dot), (found) -> {
			if (found || this.peers.others().isEmpty()) {
				held.run();
			}
			else {
				this.commons.loop().schedule(PAUSE, () -> await(process, written, unwanted, held));
			}
		});
	}

	/*
	 * This node has it. So has its owner, who merged it before the start (O2), and who
	 * wrote it.
	 */
	private boolean isHeldByTwo(ProcessRef process, Dot dot) {
		MembershipView view = this.ledger.view();
		return view.own().status() == MemberStatus.UP
				&& (isAnotherUp(view, view.living(process.node())) || isAnotherUp(view, view.member(dot.replica())));
	}

	private static boolean isAnotherUp(MembershipView view, @Nullable MemberState member) {
		return member != null && !member.id().equals(view.self()) && member.status() == MemberStatus.UP;
	}

}
