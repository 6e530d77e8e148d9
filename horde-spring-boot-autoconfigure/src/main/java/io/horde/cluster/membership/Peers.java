package io.horde.cluster.membership;

import java.time.Duration;
import java.util.Collection;

import io.horde.crdt.ReplicaId;

/**
 * What replication needs of the membership; its tests bring another one. Called on the
 * event loop, unless {@link Membership} says otherwise.
 */
public interface Peers {

	ReplicaId selfId();

	MembershipView view();

	boolean settled();

	boolean isLinked(ReplicaId member);

	Collection<ReplicaId> linked();

	boolean send(ReplicaId to, int channel, byte[] frame);

	/**
	 * Return how large a frame may be, in bytes. May be called from any thread.
	 */
	int maxFrameSize();

	void joined();

	/**
	 * Return how long a member may be gone before it is forgotten (R6).
	 */
	Duration forgetAfter();

	/**
	 * Tell whether a member counts as gone for good by a decision of this side: of the
	 * majority, or of an operator.
	 */
	boolean isForgotten(ReplicaId member);

	/**
	 * The replicated state says that a member is forgotten.
	 */
	void forgotten(ReplicaId member);

	/**
	 * This node was forgotten: its state is not merged by others, and it is out (B4).
	 */
	void outdated();

	/**
	 * Tell whether what a member pushes has then reached all, so that it need not be
	 * passed on.
	 */
	boolean reachesAll();

	/**
	 * Tell whether what is replicated is pushed to a linked member as soon as it is known
	 * here. Other members get it from others.
	 */
	boolean isPartner(ReplicaId member);

}
