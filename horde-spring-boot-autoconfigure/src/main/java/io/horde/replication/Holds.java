package io.horde.replication;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.Peers;
import io.horde.crdt.ReplicaId;

/**
 * Waits until another member holds writes of this node (R10). Used on the loop only.
 */
final class Holds {

	private final Peers peers;

	private final Function<ReplicaId, Long> acked;

	private final NavigableMap<Long, List<CompletableFuture<Void>>> waiting = new TreeMap<>();

	/**
	 * Creates it.
	 * @param peers the members
	 * @param acked what a peer has merged of this node's writes
	 */
	Holds(Peers peers, Function<ReplicaId, Long> acked) {
		this.peers = peers;
		this.acked = acked;
	}

	void add(long sequence, CompletableFuture<Void> future) {
		this.waiting.computeIfAbsent(sequence, (key) -> new ArrayList<>()).add(future);
		check();
	}

	/**
	 * Complete what is held now. Called when a peer has confirmed something, and when the
	 * members have changed.
	 */
	void check() {
		if (!this.waiting.isEmpty()) {
			complete(held());
		}
	}

	void completeAll() {
		complete(Long.MAX_VALUE);
	}

	/**
	 * A member that is UP and has no link just now is waited for: its link comes back, or
	 * it is UP no longer. Otherwise the reset of a link would pass for "nobody else is
	 * there".
	 */
	private long held() {
		long held = Long.MAX_VALUE;
		for (MemberState member : this.peers.view().members()) {
			if (member.status() == MemberStatus.UP && !member.id().equals(this.peers.selfId())) {
				long acknowledged = this.acked.apply(member.id());
				held = (held == Long.MAX_VALUE) ? acknowledged : Math.max(held, acknowledged);
			}
		}
		return held;
	}

	private void complete(long upTo) {
		List<CompletableFuture<Void>> done = new ArrayList<>();
		Iterator<List<CompletableFuture<Void>>> futures = this.waiting.headMap(upTo, true).values().iterator();
		while (futures.hasNext()) {
			done.addAll(futures.next());
			futures.remove();
		}
		// After the loop: a dependent action may wait for another write
		done.forEach((future) -> future.complete(null));
	}

}
