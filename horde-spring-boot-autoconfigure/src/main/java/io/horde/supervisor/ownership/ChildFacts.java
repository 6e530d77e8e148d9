package io.horde.supervisor.ownership;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link Decision} about a child depends on.
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
public record ChildFacts(Node node, Want want, Here here, long localEpoch, Owner owner, Placement.@Nullable Phase phase,
		long placedEpoch, boolean runnable, boolean entitled, boolean temporary, boolean mayBegin, boolean sweeper) {

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

}
