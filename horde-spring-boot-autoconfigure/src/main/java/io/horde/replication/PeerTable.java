package io.horde.replication;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

import io.horde.cluster.membership.Peers;
import io.horde.crdt.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of each member. Used on the loop only.
 */
final class PeerTable {

	private static final long LAG_INTERVAL = 250_000_000;

	private final Peers membership;

	private final Store store;

	private final Forwards forwards;

	private final FrameOutlet outlet;

	private final int maxInFlight;

	private final Map<ReplicaId, ReplicationPeer> peers = new HashMap<>();

	/** Those to which there may be something to send: of many members these are few. */
	private final SortedMap<ReplicaId, ReplicationPeer> active = new TreeMap<>();

	private long lagAt;

	private long lag;

	PeerTable(Peers membership, Store store, Forwards forwards, FrameOutlet outlet, int maxInFlight, long now) {
		this.membership = membership;
		this.store = store;
		this.forwards = forwards;
		this.outlet = outlet;
		this.maxInFlight = maxInFlight;
		this.lagAt = now - LAG_INTERVAL;
	}

	ReplicationPeer peer(ReplicaId id) {
		ReplicationPeer peer = this.peers.get(id);
		if (peer == null) {
			peer = new ReplicationPeer(id, this.store, this.forwards, this.outlet, this.maxInFlight,
					(active) -> this.active.put(active.id(), active));
			this.peers.put(id, peer);
		}
		return peer;
	}

	@Nullable ReplicationPeer known(ReplicaId id) {
		return this.peers.get(id);
	}

	void pump() {
		for (ReplicationPeer peer : List.copyOf(this.active.values())) {
			peer.pump();
			if (peer.rests()) {
				this.active.remove(peer.id());
			}
		}
	}

	/**
	 * Return those to which deltas are pushed.
	 */
	List<ReplicationPeer> positioned() {
		List<ReplicationPeer> positioned = new ArrayList<>();
		for (ReplicationPeer peer : this.active.values()) {
			if (peer.isPositioned()) {
				positioned.add(peer);
			}
		}
		return positioned;
	}

	void reset() {
		new TreeMap<>(this.peers).values().forEach(ReplicationPeer::reset);
	}

	/**
	 * Return how many writes of this node the slowest linked member has not confirmed, as
	 * it was a moment ago: each heartbeat of each peer asks.
	 */
	long lag(long now) {
		if (now - this.lagAt < LAG_INTERVAL) {
			return this.lag;
		}
		this.lagAt = now;
		long least = this.store.context().covered(this.store.self());
		long end = least;
		for (ReplicaId linked : this.membership.linked()) {
			least = Math.min(least, peer(linked).acked());
		}
		this.lag = end - least;
		return this.lag;
	}

	/**
	 * Keep nothing of members that are gone.
	 */
	void tidy(Predicate<ReplicaId> isGone) {
		this.peers.keySet().removeIf((peer) -> isGone.test(peer) && !this.membership.isLinked(peer));
	}

}
