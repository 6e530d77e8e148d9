package io.horde.replication;

import java.time.Duration;
import java.util.Collection;

import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.transport.Channels;

/**
 * What a replicator needs of the membership; tests of the replicator alone bring another
 * one.
 */
interface Peers {

	ReplicaId self();

	MembershipView view();

	boolean settled();

	boolean isLinked(ReplicaId peer);

	Collection<ReplicaId> linked();

	boolean send(ReplicaId to, byte[] frame);

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
	 * This node was forgotten: its state is not merged by others, and it has to begin
	 * anew.
	 */
	void outdated();

	/**
	 * Tell whether what a member pushes has then reached all, so that it need not be
	 * passed on.
	 */
	default boolean reachesAll() {
		return true;
	}

	/**
	 * Tell whether deltas are pushed to a linked member.
	 */
	default boolean isPartner(ReplicaId peer) {
		return true;
	}

	static Peers of(Membership membership) {
		return new Peers() {

			@Override
			public ReplicaId self() {
				return membership.selfId();
			}

			@Override
			public MembershipView view() {
				return membership.view();
			}

			@Override
			public boolean settled() {
				return membership.settled();
			}

			@Override
			public boolean isLinked(ReplicaId peer) {
				return membership.isLinked(peer);
			}

			@Override
			public Collection<ReplicaId> linked() {
				return membership.linked();
			}

			@Override
			public boolean send(ReplicaId to, byte[] frame) {
				return membership.send(to, Channels.REPLICATION, frame);
			}

			@Override
			public void joined() {
				membership.joined();
			}

			@Override
			public Duration forgetAfter() {
				return membership.forgetAfter();
			}

			@Override
			public boolean isForgotten(ReplicaId member) {
				return membership.isForgotten(member);
			}

			@Override
			public void forgotten(ReplicaId member) {
				membership.forgotten(member);
			}

			@Override
			public void outdated() {
				membership.outdated();
			}

			@Override
			public boolean reachesAll() {
				return membership.topology().reachesAll();
			}

			@Override
			public boolean isPartner(ReplicaId peer) {
				return membership.topology().isPartner(peer);
			}

		};
	}

}
