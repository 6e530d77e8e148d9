package io.horde.supervisor.ownership;

import java.util.function.Supplier;

import io.horde.process.StopReason;
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
	public static Decision decide(Facts facts, Supplier<Chosen> chosen) {
		return switch (facts.here()) {
			case CLAIMING -> forClaim(facts);
			case STARTING, RUNNING -> forCopy(facts);
			case STOPPING -> NOTHING;
			case DELAYED -> forDelayed(facts);
			case NOTHING -> forNobodyHere(facts, chosen);
		};
	}

	/* A lease claim has been made and is not granted yet (Q2). */
	private static Decision forClaim(Facts facts) {
		boolean runsElsewhere = facts.owner() == Owner.ALIVE && facts.phase() == Placement.Phase.RUNNING;
		boolean pointless = facts.want() == Want.END || facts.node() == Node.LEAVING || runsElsewhere;
		return pointless ? WITHDRAW : NOTHING;
	}

	private static Decision forCopy(Facts facts) {
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
			boolean runs = facts.phase() == Placement.Phase.RUNNING || facts.phase() == Placement.Phase.MOVING;
			if (runs || facts.here() == Here.STARTING) {
				return STOP_SUPERSEDED;
			}
		}
		return REASSERT;
	}

	private static Decision forDelayed(Facts facts) {
		if (facts.want() == Want.END) {
			return REMOVE_PLACEMENT;
		}
		if (facts.owner() != Owner.SELF) {
			return WITHDRAW;
		}
		return (facts.node() == Node.LEAVING) ? PASS_ON : NOTHING;
	}

	private static Decision forNobodyHere(Facts facts, Supplier<Chosen> chosen) {
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

	private static Decision forOwner(Facts facts) {
		if (facts.node() == Node.LEAVING || !facts.runnable()) {
			return PASS_ON;
		}
		if (!facts.entitled()) {
			return (facts.phase() == Placement.Phase.CLAIMED) ? REFUSE : NOTHING;
		}
		if (facts.phase() == Placement.Phase.CLAIMED) {
			return START_AS_PLACED;
		}
		boolean runs = facts.phase() == Placement.Phase.RUNNING || facts.phase() == Placement.Phase.MOVING;
		return runs ? START : DELAY;
	}

	private static Decision forOrphan(Facts facts, Supplier<Chosen> chosen) {
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

	/**
	 * What should become of the child, as far as the desired map says (O2).
	 */
	public enum Want {

		/**
		 * It should run.
		 */
		RUN,

		/**
		 * It should not: its entry was there and is gone, or it is marked as stopped.
		 */
		END,

		/**
		 * Its entry has not arrived.
		 */
		UNKNOWN

	}

	/**
	 * What there is of the child on this node.
	 */
	public enum Here {

		/**
		 * Nothing.
		 */
		NOTHING,

		/**
		 * A lease claim, which a majority has not accepted yet.
		 */
		CLAIMING,

		/**
		 * A copy that is being started.
		 */
		STARTING,

		/**
		 * A running copy.
		 */
		RUNNING,

		/**
		 * A copy that is being stopped or handed over.
		 */
		STOPPING,

		/**
		 * A timer for the next start.
		 */
		DELAYED

	}

	/**
	 * The responsible node.
	 */
	public enum Owner {

		/**
		 * There is no placement.
		 */
		NOBODY,

		/**
		 * This node.
		 */
		SELF,

		/**
		 * Another living one.
		 */
		ALIVE,

		/**
		 * One that is down, which can be a mistake.
		 */
		HIDDEN,

		/**
		 * One that will not come back: it left, or was started anew.
		 */
		GONE;

		public boolean isAway() {
			return this == HIDDEN || this == GONE;
		}

	}

	/**
	 * This node's own state.
	 */
	public enum Node {

		/**
		 * Its replica is not complete.
		 */
		JOINING,

		/**
		 * It takes part.
		 */
		UP,

		/**
		 * It hands over.
		 */
		LEAVING

	}

	/**
	 * Whom the strategy chooses.
	 */
	public enum Chosen {

		/**
		 * This node.
		 */
		SELF,

		/**
		 * Another one.
		 */
		OTHER,

		/**
		 * No node will do, or the answer is still being computed.
		 */
		NOBODY

	}

	/**
	 * What a decision depends on.
	 *
	 * @param node this node's state
	 * @param want what should become of the child: of this node's copy, if there is one
	 * @param here what there is of it on this node
	 * @param localEpoch the epoch of the copy here
	 * @param owner who is responsible
	 * @param phase the phase of the visible placement
	 * @param placedEpoch its epoch
	 * @param runnable whether this node can run it at all
	 * @param entitled whether the strategy lets this side of a partition run it
	 * @param temporary whether it is not to be started again
	 * @param mayBegin whether a child without any placement may be started (M6)
	 * @param sweeper whether it falls to this node to clean up after others
	 */
	public record Facts(Node node, Want want, Here here, long localEpoch, Owner owner, Placement.@Nullable Phase phase,
			long placedEpoch, boolean runnable, boolean entitled, boolean temporary, boolean mayBegin,
			boolean sweeper) {

	}

}
