package io.horde.cluster.membership;

import io.horde.HordeException;
import io.horde.cluster.Quorum;
import io.horde.cluster.protocol.Expelled;
import io.horde.crdt.ReplicaId;

/**
 * Told of changes of membership. All methods are called on the event loop and must not
 * block.
 */
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
	 * The loop turns: called several times in each heartbeat interval, also first of all
	 * after a pause.
	 * @param beats whether heartbeats go out after this
	 */
	default void turned(boolean beats) {
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
	 * The link to a member is down because neither end needed it any more. Nothing was
	 * lost with it: frames went through others for a while before.
	 * @param member the member
	 */
	default void parted(ReplicaId member) {
		linkDown(member);
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
	 * The boot is over, see {@link Membership#booted()}. Called once.
	 */
	default void booted() {
	}

	/**
	 * This node is no longer in the declared member list: it must hand over and leave
	 * (M7).
	 */
	default void removed() {
	}

	/**
	 * This node's wall clock is off from its peers' by more than is tolerated, or is good
	 * again (R7).
	 * @param millis what must be added to it, 0 if nothing
	 */
	default void clockCorrected(long millis) {
	}

	/**
	 * A quorum was gained or lost.
	 * @param quorum the quorum
	 */
	default void quorumChanged(Quorum quorum) {
	}

	/**
	 * This node was started with a lower incarnation than before (M5): it hangs up all
	 * links, and takes part only with a new membership, as an incarnation above all of
	 * before. Called at most once, and nothing else is called afterwards.
	 * @param reason why
	 */
	default void behind(String reason) {
	}

	/**
	 * This node is out of the cluster (B4). It hangs up all links, and takes part again
	 * only with a new membership. Called at most once, and nothing else is called
	 * afterwards.
	 * @param expelled why
	 */
	default void expelled(Expelled expelled) {
	}

	/**
	 * This node, which was about to join, must not go on: its name belongs to another
	 * living node. It hangs up all links. Called at most once, and nothing else is called
	 * afterwards.
	 * @param failure why, and what to do
	 */
	default void startFailed(HordeException failure) {
	}

}
