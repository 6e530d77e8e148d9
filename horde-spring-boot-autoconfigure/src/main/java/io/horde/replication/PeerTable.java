package io.horde.replication;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

import io.horde.crdt.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of each member. Used on the loop only.
 */
final class PeerTable {

	private final Peers membership;

	private final Store store;

	private final FrameOutlet outlet;

	private final int maxInFlight;

	private final Map<ReplicaId, Peer> peers = new TreeMap<>();

	PeerTable(Peers membership, Store store, FrameOutlet outlet, int maxInFlight) {
		this.membership = membership;
		this.store = store;
		this.outlet = outlet;
		this.maxInFlight = maxInFlight;
	}

	Peer peer(ReplicaId id) {
		return this.peers.computeIfAbsent(id,
				(created) -> new Peer(created, this.store, this.outlet, this.maxInFlight));
	}

	@Nullable Peer known(ReplicaId id) {
		return this.peers.get(id);
	}

	void pump() {
		this.peers.values().forEach(Peer::pump);
	}

	void reset() {
		this.peers.values().forEach(Peer::reset);
	}

	/**
	 * Return how many writes of this node the slowest linked member has not confirmed.
	 */
	long lag() {
		long least = this.store.context().covered(this.store.self());
		long end = least;
		for (ReplicaId linked : this.membership.linked()) {
			least = Math.min(least, peer(linked).acked());
		}
		return end - least;
	}

	/**
	 * Keep nothing of members that are gone.
	 */
	void tidy(Predicate<ReplicaId> isGone) {
		this.peers.keySet().removeIf((peer) -> isGone.test(peer) && !this.membership.isLinked(peer));
	}

}
