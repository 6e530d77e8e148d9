package io.horde.supervisor.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.horde.cluster.MemberStatus;
import io.horde.crdt.ReplicaId;
import io.horde.process.StartReason;
import io.horde.supervisor.engine.SupervisorMessage.HandOverCommand;
import io.horde.supervisor.engine.SupervisorMessage.HandOverRefused;
import io.horde.supervisor.engine.SupervisorMessage.HandedOver;
import io.horde.supervisor.ownership.ChildFacts.Want;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placement.Phase;
import io.horde.supervisor.ownership.Placer;
import io.horde.supervisor.ownership.Wanted;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The new node's side of a {@link HandOverSender}. Confined to the loop.
 */
final class HandOverReceiver {

	private static final Logger logger = LoggerFactory.getLogger(HandOverReceiver.class);

	private final Commons commons;

	private final Ledger ledger;

	private final Placer placer;

	private final LocalChildren locals;

	HandOverReceiver(Commons commons, LocalChildren locals) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.placer = commons.placer();
		this.locals = locals;
	}

	/**
	 * Take children over that another node has stopped for us.
	 */
	void received(ReplicaId from, HandOverCommand command) {
		/* One that is old is known by what became of the child since (T10). */
		this.commons.lease().whenItHolds(() -> take(from, command));
	}

	private void take(ReplicaId from, HandOverCommand command) {
		List<Runnable> starts = new ArrayList<>();
		Map<String, Placement> placements = new TreeMap<>();
		for (HandedOver handed : command.children()) {
			if (isRepeated(from, handed)) {
				continue;
			}
			String refusal = refusal(from, handed);
			if (refusal != null) {
				this.commons.outbox().send(from, new HandOverRefused(handed.id(), handed.epoch(), refusal));
				continue;
			}
			Wanted wanted = this.ledger.wanted(handed.id());
			if (wanted == null) {
				continue;
			}
			Placement placement = new Placement(this.ledger.self(), this.ledger.nextEpoch(handed.id(), handed.epoch()),
					Phase.CLAIMED, handed.desired(), StartReason.HAND_OFF, from, 0, handed.history(), null,
					handed.value());
			if (!wanted.spec().quorum()) {
				placements.put(handed.id(), placement);
			}
			starts.add(() -> this.locals
				.start(wanted, placement, new HandedState(handed.state(), TickDelay.toMap(handed.ticks())))
				.adoptedInView(this.ledger.view().version()));
		}
		this.ledger.put(placements);
		starts.forEach(Runnable::run);
		if (!starts.isEmpty()) {
			logger.info("{} takes {} children from {}", this.ledger.node(), starts.size(), from.node());
		}
	}

	/* The command was obeyed before, or its sender has gone on since. */
	private boolean isRepeated(ReplicaId from, HandedOver handed) {
		LocalChild copy = this.locals.get(handed.id());
		if (copy != null && copy.epoch() > handed.epoch() && from.equals(copy.placement().origin())) {
			return true;
		}
		Placement placement = this.ledger.placement(handed.id());
		return placement != null && placement.epoch() > handed.epoch() && placement.owner().equals(from);
	}

	/**
	 * Tell why a child can't run here. Where it belongs by this node's own ring is no
	 * reason (O6).
	 */
	private @Nullable String refusal(ReplicaId from, HandedOver handed) {
		Wanted wanted = this.ledger.wanted(handed.id());
		Placement placement = this.ledger.placement(handed.id());
		if (this.ledger.view().own().status() != MemberStatus.UP) {
			return "it is " + this.ledger.view().own().status();
		}
		if (wanted == null || this.ledger.want(handed.id(), handed.desired()) != Want.RUN) {
			return "it does not know the child";
		}
		if (placement != null && placement.epoch() > handed.epoch() && !placement.owner().equals(from)
				&& !this.ledger.owner(placement).isAway()) {
			return "the child belongs to '" + placement.owner().node() + "'";
		}
		if (this.locals.get(handed.id()) != null) {
			return "it has a copy of its own";
		}
		if (this.locals.isFull()) {
			return "it runs as many children as horde.supervisor.max-children allows";
		}
		return (this.placer.runnableHere(wanted)) ? null : "it can't run the type '" + wanted.spec().type() + "'";
	}

}
