package io.horde.replication;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;

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

	private final List<Wish> wishes = new ArrayList<>();

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
		if (!this.wishes.isEmpty()) {
			List<Wish> granted = this.wishes.stream().filter(this::isGranted).toList();
			this.wishes.removeAll(granted);
			granted.forEach((wish) -> wish.future().complete(null));
		}
	}

	/**
	 * Wait until certain members hold a write.
	 * @param enough whether these nodes are enough; this one is always among them
	 * @param future nobody waits any more once it is done
	 */
	void add(long sequence, Predicate<Set<String>> enough, CompletableFuture<Void> future) {
		this.wishes.add(new Wish(sequence, enough, future));
		check();
	}

	private boolean isGranted(Wish wish) {
		if (wish.future().isDone()) {
			return true;
		}
		Set<String> holders = new TreeSet<>();
		for (MemberState member : this.peers.view().members()) {
			if (member.id().equals(this.peers.selfId()) || this.acked.apply(member.id()) >= wish.sequence()) {
				holders.add(member.name());
			}
		}
		return wish.enough().test(holders);
	}

	void completeAll() {
		complete(Long.MAX_VALUE);
		List<Wish> wishes = List.copyOf(this.wishes);
		this.wishes.clear();
		wishes.forEach((wish) -> wish.future().complete(null));
	}

	/**
	 * A member that is UP and has no link just now is waited for: its link comes back, or
	 * it is UP no longer. Otherwise the reset of a link would pass for "nobody else is
	 * there".
	 */
	private long held() {
		long held = Long.MAX_VALUE;
		for (MemberState member : this.peers.view().othersUp()) {
			long acknowledged = this.acked.apply(member.id());
			held = (held == Long.MAX_VALUE) ? acknowledged : Math.max(held, acknowledged);
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

	private record Wish(long sequence, Predicate<Set<String>> enough, CompletableFuture<Void> future) {

	}

}
