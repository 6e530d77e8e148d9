package io.horde.cluster;

import io.horde.HordeException;
import io.horde.Internal;
import io.horde.crdt.ReplicaId;

/**
 * Told of changes of membership. All methods are called on the event loop and must not
 * block.
 */
@Internal
public interface MembershipListener {

	/**
	 * The view has changed. The new one is already what {@link Membership#view()}
	 * returns.
	 * @param before the last view
	 * @param after the new view
	 */
	default void viewChanged(MembershipView before, MembershipView after) {
	}

	/**
	 * A link to a member is up, frames can be sent.
	 * @param member the member
	 */
	default void linkUp(ReplicaId member) {
	}

	/**
	 * The link to a member is down.
	 * @param member the member
	 */
	default void linkDown(ReplicaId member) {
	}

	/**
	 * The window towards a member was full and has room again.
	 * @param member the member
	 */
	default void writable(ReplicaId member) {
	}

	/**
	 * The gate of M6 has opened, see {@link Membership#settled()}. Called once.
	 */
	default void settled() {
	}

	/**
	 * This node must not go on: a living member has its name. It has already hung up all
	 * links. Called at most once.
	 * @param failure why, and what to do
	 */
	default void startFailed(HordeException failure) {
	}

}
