package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.Peers;
import io.horde.crdt.Fingerprint;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;
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

	private static final Duration RETRY = Duration.ofMillis(100);

	private final EventLoop loop;

	private final Peers membership;

	private final PeerTable peers;

	private final ReconcileReceiver receiver;

	private final Runnable whenJoined;

	private final long seed;

	private final Set<ReplicaId> merged = new TreeSet<>();

	private int attempts;

	private boolean stopped;

	private volatile boolean joined;

	Joiner(EventLoop loop, Peers membership, PeerTable peers, ReconcileReceiver receiver, Runnable whenJoined,
			long seed) {
		this.loop = loop;
		this.membership = membership;
		this.peers = peers;
		this.receiver = receiver;
		this.whenJoined = whenJoined;
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
		else if (this.membership.settled()) {
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
		this.receiver.start(this.peers.peer(member), (success) -> {
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
		this.loop.schedule(RETRY, this::evaluate);
	}

	private List<ReplicaId> sources() {
		List<ReplicaId> linked = new ArrayList<>();
		List<ReplicaId> others = new ArrayList<>();
		for (MemberState member : this.membership.view().members()) {
			if (!member.id().equals(this.membership.selfId()) && (member.status() == MemberStatus.UP
					|| member.status() == MemberStatus.LEAVING || member.status() == MemberStatus.UNREACHABLE)) {
				(this.membership.isLinked(member.id()) ? linked : others).add(member.id());
			}
		}
		return linked.isEmpty() ? others : linked;
	}

	private @Nullable ReplicaId nextJoiner() {
		for (MemberState member : this.membership.view().members()) {
			if (member.status() == MemberStatus.JOINING && !member.id().equals(this.membership.selfId())
					&& this.membership.isLinked(member.id()) && !this.merged.contains(member.id())) {
				return member.id();
			}
		}
		return null;
	}

	private void joined() {
		this.joined = true;
		this.membership.joined();
		this.whenJoined.run();
	}

}
