package io.horde.replication;

import java.util.Collection;

import io.horde.cluster.Membership;
import io.horde.cluster.MembershipView;
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

		};
	}

}
