package io.horde.replication;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

import io.horde.crdt.CausalContext;
import io.horde.crdt.DotContext;
import io.horde.crdt.EntryTable;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.ReplicaState;
import io.horde.crdt.Slot;

/**
 * What a store keeps of the origins of its writes, and how it gets rid of it (R6). Used
 * on the loop only.
 */
final class OriginTable {

	private final StateLock lock;

	private final ReplicaState state;

	private final DeltaLog log;

	/**
	 * Those that all other members have dropped, and this one, which had an older state
	 * when it joined, can't yet.
	 */
	private final Set<ReplicaId> doubtful = new TreeSet<>();

	private volatile long link;

	OriginTable(StateLock lock, ReplicaState state, DeltaLog log) {
		this.lock = lock;
		this.state = state;
		this.log = log;
	}

	/**
	 * Return the last link of the chain of what this node has forgotten and dropped. May
	 * be called from any thread.
	 */
	long link() {
		return this.link;
	}

	void link(long last) {
		this.link = last;
	}

	/**
	 * Return up to where the writes of a peer are merged, for the peer to know.
	 */
	long merged(ReplicaId peer) {
		return this.state.context().merged(peer);
	}

	/**
	 * Return the origins of which something was seen.
	 */
	Collection<ReplicaId> all() {
		return this.lock.get(() -> {
			this.state.context().trim();
			return this.state.context().origins();
		});
	}

	/**
	 * Tell whether nothing was merged but what some origins have written.
	 */
	boolean areOnly(Predicate<ReplicaId> origins) {
		return this.lock.get(() -> this.state.context().origins().stream().allMatch(origins)
				&& this.state.tables().stream().allMatch((table) -> areOnly(table, origins)));
	}

	private static boolean areOnly(EntryTable<Object> table, Predicate<ReplicaId> origins) {
		for (Iterator<Slot<Object>> slots = table.iterator(); slots.hasNext();) {
			if (!slots.next().versions().stream().allMatch((version) -> origins.test(version.dot().replica()))) {
				return false;
			}
		}
		return true;
	}

	Rest rest(ReplicaId origin) {
		return this.lock.get(() -> new Rest(this.state.living(origin), this.state.context().covered(origin),
				this.state.context().hasGaps(origin), this.state.context().digest(origin)));
	}

	/**
	 * Keep nothing of an origin, if nothing of it is alive here and this node has seen
	 * what all others have.
	 * @param digest what all others have seen of it
	 */
	void drop(ReplicaId origin, long digest) {
		this.lock.run(() -> {
			long mine = this.state.context().digest(origin);
			if (mine == 0 || mine == digest) {
				drop(origin);
			}
			if (!this.state.context().isForgotten(origin)) {
				this.doubtful.add(origin);
			}
		});
	}

	/**
	 * Take all of an origin for seen, if this node has seen what all others have.
	 * @param digest what all others have seen of it
	 * @return whether it is taken for seen
	 */
	boolean close(ReplicaId origin, long digest) {
		return this.lock.get(() -> {
			if (this.state.context().digest(origin) != digest) {
				return false;
			}
			this.log.skip(origin, DotContext.CLOSED);
			this.state.context().advance(origin, DotContext.CLOSED);
			return true;
		});
	}

	/**
	 * Keep not even the name of an origin that was dropped.
	 */
	void dropName(ReplicaId origin) {
		this.doubtful.remove(origin);
		this.state.context().forgetForGood(origin);
	}

	/**
	 * Return what a peer has seen, as it matters to this node. A doubtful origin of which
	 * the peer knows nothing was dropped there: the peer has seen all of it.
	 */
	CausalContext seenBy(CausalContext theirs) {
		CausalContext remembered = this.state.context().remembered(theirs);
		List<ReplicaId> all = droppedBy(theirs);
		return all.isEmpty() ? remembered : remembered.withAllOf(all);
	}

	/**
	 * Return what this node has seen, as far as it can be compared with a peer.
	 */
	CausalContext comparable(CausalContext theirs) {
		CausalContext own = this.state.context().snapshot();
		List<ReplicaId> dropped = droppedBy(theirs);
		return dropped.isEmpty() ? own : own.without(dropped);
	}

	/**
	 * Drop what a peer had dropped with whom a reconciliation is complete. Called under
	 * the lock.
	 * @param seen what {@link #seenBy} returned
	 * @return what is to be taken over
	 */
	CausalContext completed(CausalContext seen) {
		List<ReplicaId> dropped = this.doubtful.stream()
			.filter((origin) -> seen.covered(origin) == Long.MAX_VALUE)
			.toList();
		if (dropped.isEmpty()) {
			return seen;
		}
		dropped.forEach(this::drop);
		return seen.without(dropped);
	}

	private void drop(ReplicaId origin) {
		if (this.state.living(origin) == 0) {
			this.state.context().forget(origin);
			this.log.drop(origin);
			this.doubtful.remove(origin);
		}
	}

	private List<ReplicaId> droppedBy(CausalContext theirs) {
		return this.doubtful.isEmpty() ? List.of()
				: this.doubtful.stream().filter((origin) -> !theirs.mentions(origin)).toList();
	}

	/**
	 * What is left of an origin.
	 *
	 * @param living how many of its values are alive
	 * @param covered up to which of its writes all are merged
	 * @param hasGaps whether later ones were seen
	 * @param digest a fingerprint of what was seen of it
	 */
	record Rest(long living, long covered, boolean hasGaps, long digest) {

	}

}
