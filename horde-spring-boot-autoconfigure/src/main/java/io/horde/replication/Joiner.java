package io.horde.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.crdt.Fingerprint;
import io.horde.crdt.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * Gets a new node its first state (R8). Used on the loop only.
 */
final class Joiner {

	/*
	 * A member that is UP, or was a moment ago, has the state: it is the source. If none
	 * is in sight once the membership has settled, there is no state but what joiners
	 * have written: each merges with all the others in sight, and goes UP.
	 */

	private final Peers peers;

	private final ReconcileReceiver receiver;

	private final Sources sources;

	private final long seed;

	private final Set<ReplicaId> merged = new TreeSet<>();

	private int attempts;

	private boolean stopped;

	private volatile boolean joined;

	Joiner(Peers peers, ReconcileReceiver receiver, Sources sources, long seed) {
		this.peers = peers;
		this.receiver = receiver;
		this.sources = sources;
		this.seed = seed;
	}

	boolean isJoined() {
		return this.joined;
	}

	void stop() {
		this.stopped = true;
	}

	/**
	 * See what is to be done. Called whenever something has changed.
	 */
	void evaluate() {
		if (this.joined || this.stopped || this.receiver.isActive()) {
			return;
		}
		List<ReplicaId> sources = sources();
		if (!sources.isEmpty()) {
			ReplicaId source = sources
				.get((int) Math.floorMod(Fingerprint.mix(this.seed) + this.attempts++, (long) sources.size()));
			mergeWith(source, this::joined);
		}
		else if (this.peers.settled()) {
			ReplicaId other = nextJoiner();
			if (other == null) {
				joined();
				return;
			}
			mergeWith(other, () -> {
				this.merged.add(other);
				evaluate();
			});
		}
	}

	private void mergeWith(ReplicaId member, Runnable then) {
		this.receiver.start(this.sources.peer(member), (success) -> {
			if (success) {
				then.run();
			}
			else {
				tryAgain();
			}
		});
	}

	/**
	 * Whom this node was merging with may be dead: the next attempt is made with another.
	 */
	private void tryAgain() {
		this.sources.later(this::evaluate);
	}

	private List<ReplicaId> sources() {
		List<ReplicaId> linked = new ArrayList<>();
		List<ReplicaId> others = new ArrayList<>();
		for (MemberState member : this.peers.view().members()) {
			if (!member.id().equals(this.peers.self()) && (member.status() == MemberStatus.UP
					|| member.status() == MemberStatus.LEAVING || member.status() == MemberStatus.UNREACHABLE)) {
				(this.peers.isLinked(member.id()) ? linked : others).add(member.id());
			}
		}
		return linked.isEmpty() ? others : linked;
	}

	private @Nullable ReplicaId nextJoiner() {
		for (MemberState member : this.peers.view().members()) {
			if (member.status() == MemberStatus.JOINING && !member.id().equals(this.peers.self())
					&& this.peers.isLinked(member.id()) && !this.merged.contains(member.id())) {
				return member.id();
			}
		}
		return null;
	}

	private void joined() {
		this.joined = true;
		this.peers.joined();
		this.sources.joined();
	}

	/**
	 * Where a joiner finds its sources.
	 */
	interface Sources {

		ReplicationPeer peer(ReplicaId id);

		void later(Runnable task);

		void joined();

	}

}
