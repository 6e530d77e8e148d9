package io.horde.supervisor.ownership;

import java.util.function.Supplier;

import io.horde.process.StopReason;
import io.horde.supervisor.ownership.ChildFacts.Chosen;
import io.horde.supervisor.ownership.ChildFacts.Here;
import io.horde.supervisor.ownership.ChildFacts.Node;
import io.horde.supervisor.ownership.ChildFacts.Owner;
import io.horde.supervisor.ownership.ChildFacts.Want;
import org.jspecify.annotations.Nullable;

/**
 * What a node does about one child. The whole protocol of ownership (O1-O10) is in
 * {@link #decide}; everything else collects its inputs and carries its results out.
 */
public enum Decision {

	/**
	 * Leave the child alone.
	 */
	NOTHING,

	/**
	 * Start the child here: this node's placement stands.
	 */
	START_AS_PLACED,

	/**
	 * Become responsible and start the child here.
	 */
	START,

	/**
	 * Become responsible for the child of another node and start it here.
	 */
	TAKE_OVER,

	/**
	 * Stop this node's copy: the child should not run.
	 */
	STOP_TERMINATED(StopReason.TERMINATED),

	/**
	 * Stop this node's copy: another node runs the child.
	 */
	STOP_SUPERSEDED(StopReason.SUPERSEDED),

	/**
	 * Stop this node's copy: it may not run on this side of a partition.
	 */
	STOP_WITHOUT_QUORUM(StopReason.QUORUM_LOST),

	/**
	 * Await this node's stopping copy no longer: another node runs the child.
	 */
	HASTEN,

	/**
	 * Give a higher epoch to this node's running copy.
	 */
	REASSERT,

	/**
	 * Wait for the next start, which was postponed by this node in an earlier life of its
	 * timer, or by the node that passed the child on.
	 */
	DELAY,

	/**
	 * Forget the timer or the lease claim: somebody else is responsible.
	 */
	WITHDRAW,

	/**
	 * Become responsible for a quarantined child without starting it now.
	 */
	TAKE_QUARANTINE,

	/**
	 * Give the responsibility to another member.
	 */
	PASS_ON,

	/**
	 * End a first start, which the strategy does not allow here.
	 */
	REFUSE,

	/**
	 * Remove this node's placement of a child that ended.
	 */
	REMOVE_PLACEMENT,

	/**
	 * Remove what a node that is gone for good has left of a child that ended (O5).
	 */
	SWEEP,

	/**
	 * End a temporary child, whose node is gone for good.
	 */
	FORGET;

	/*-
	 * A child has at most one responsible incarnation, the owner of its visible
	 * placement. As long as that one is alive everybody else leaves the child alone.
	 * Where it is not, the member that the strategy chooses claims the child with a
	 * higher epoch and starts it. Views differ for a while, so two may claim, and an
	 * owner that was only suspected may come back:
	 *
	 *                       the higher epoch runs     the higher epoch is only claimed
	 * who has the lower     stop: superseded          reassert: claim a higher one, and run on
	 * who has the higher    nothing: it is the owner  withdraw, when the reassertion arrives
	 *
	 * So a false suspicion whose claimant then fails to start does not leave nobody (O4).
	 *
	 * Both rules look at the same total order of placements (R4), so two nodes that see
	 * the same placements never stop both copies and never keep both.
	 */

	private final @Nullable StopReason stop;

	Decision() {
		this.stop = null;
	}

	Decision(StopReason stop) {
		this.stop = stop;
	}

	/**
	 * Return why the copy here is to be stopped, or {@code null} if it is not.
	 */
	public @Nullable StopReason stop() {
		return this.stop;
	}

	/**
	 * Decide. Pure: the same inputs give the same decision on each node.
	 * @param facts what is known
	 * @param chosen asked only if the strategy matters, since its answer costs
	 */
	public static Decision decide(ChildFacts facts, Supplier<Chosen> chosen) {
		return switch (facts.here()) {
			case CLAIMING -> forClaim(facts);
			case STARTING, RUNNING -> forCopy(facts);
			case STOPPING -> forStopping(facts);
			case DELAYED -> forDelayed(facts);
			case NOTHING -> forNobodyHere(facts, chosen);
		};
	}

	/* A lease claim has been made and is not granted yet (Q2). */
	private static Decision forClaim(ChildFacts facts) {
		boolean runsElsewhere = facts.owner() == Owner.ALIVE && runs(facts);
		boolean pointless = facts.want() == Want.END || facts.node() == Node.LEAVING || runsElsewhere;
		return pointless ? WITHDRAW : NOTHING;
	}

	private static Decision forCopy(ChildFacts facts) {
		if (facts.want() == Want.END) {
			return STOP_TERMINATED;
		}
		if (!facts.entitled()) {
			return STOP_WITHOUT_QUORUM;
		}
		if (facts.want() == Want.UNKNOWN) {
			return NOTHING;
		}
		if (facts.owner() == Owner.SELF && facts.placedEpoch() == facts.localEpoch()) {
			return NOTHING;
		}
		if (facts.owner() == Owner.ALIVE && facts.placedEpoch() >= facts.localEpoch()) {
			if (runsOrMoves(facts) || facts.here() == Here.STARTING) {
				return STOP_SUPERSEDED;
			}
		}
		return REASSERT;
	}

	/* It is owner until it has stopped in order, but not beside another one (O4). */
	private static Decision forStopping(ChildFacts facts) {
		boolean superseded = facts.owner() == Owner.ALIVE && facts.placedEpoch() > facts.localEpoch() && runs(facts);
		return superseded ? HASTEN : NOTHING;
	}

	private static boolean runs(ChildFacts facts) {
		return facts.phase() != null && facts.phase().isRunning();
	}

	private static boolean runsOrMoves(ChildFacts facts) {
		return runs(facts) || facts.phase() == Placement.Phase.MOVING;
	}

	private static Decision forDelayed(ChildFacts facts) {
		if (facts.want() == Want.END) {
			return REMOVE_PLACEMENT;
		}
		if (facts.owner() != Owner.SELF) {
			return WITHDRAW;
		}
		return (facts.node() == Node.LEAVING) ? PASS_ON : NOTHING;
	}

	private static Decision forNobodyHere(ChildFacts facts, Supplier<Chosen> chosen) {
		if (facts.node() == Node.JOINING || facts.want() == Want.UNKNOWN) {
			return NOTHING;
		}
		if (facts.want() == Want.END) {
			return switch (facts.owner()) {
				case SELF -> REMOVE_PLACEMENT;
				case GONE -> (facts.sweeper()) ? SWEEP : NOTHING;
				default -> NOTHING;
			};
		}
		return switch (facts.owner()) {
			case SELF -> forOwner(facts);
			case ALIVE -> NOTHING;
			case NOBODY, HIDDEN, GONE -> forOrphan(facts, chosen);
		};
	}

	private static Decision forOwner(ChildFacts facts) {
		if (facts.node() == Node.LEAVING || !facts.runnable()) {
			return PASS_ON;
		}
		if (!facts.entitled()) {
			return (facts.phase() == Placement.Phase.CLAIMED) ? REFUSE : NOTHING;
		}
		if (facts.phase() == Placement.Phase.CLAIMED) {
			return START_AS_PLACED;
		}
		return runsOrMoves(facts) ? START : DELAY;
	}

	private static Decision forOrphan(ChildFacts facts, Supplier<Chosen> chosen) {
		if (facts.node() == Node.LEAVING) {
			return NOTHING;
		}
		if (facts.temporary() && facts.owner() != Owner.NOBODY) {
			return (facts.owner() == Owner.GONE && facts.sweeper()) ? FORGET : NOTHING;
		}
		if (facts.owner() == Owner.NOBODY && !facts.mayBegin()) {
			return NOTHING;
		}
		if (!facts.entitled() || chosen.get() != Chosen.SELF) {
			return NOTHING;
		}
		if (facts.phase() == Placement.Phase.QUARANTINED) {
			return TAKE_QUARANTINE;
		}
		return (facts.owner() == Owner.NOBODY) ? START : TAKE_OVER;
	}

}
