package io.horde.replication;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
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

	private final Lock lock;

	private final ReplicaState state;

	private final DeltaLog log;

	/*
	 * Those that all other members have forgotten, and this one, which had an older state
	 * when it joined, can't yet.
	 */
	private final Set<ReplicaId> doubtful = new TreeSet<>();

	private volatile long link;

	OriginTable(Lock lock, ReplicaState state, DeltaLog log) {
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
		this.lock.lock();
		try {
			this.state.context().trim();
			return this.state.context().origins();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Tell whether nothing was merged but what some origins have written.
	 */
	boolean areOnly(Predicate<ReplicaId> origins) {
		this.lock.lock();
		try {
			return this.state.context().origins().stream().allMatch(origins)
					&& this.state.tables().stream().allMatch((table) -> areOnly(table, origins));
		}
		finally {
			this.lock.unlock();
		}
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
		this.lock.lock();
		try {
			return new Rest(this.state.living(origin), this.state.context().covered(origin),
					this.state.context().hasGaps(origin), this.state.context().digest(origin));
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Keep nothing of an origin, if nothing of it is alive here and this node has seen
	 * what all others have.
	 * @param origin the origin
	 * @param digest what all others have seen of it
	 */
	void forget(ReplicaId origin, long digest) {
		this.lock.lock();
		try {
			long mine = this.state.context().digest(origin);
			if (mine == 0 || mine == digest) {
				drop(origin);
			}
			if (!this.state.context().isForgotten(origin)) {
				this.doubtful.add(origin);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take all of an origin for seen, if this node has seen what all others have.
	 * @param origin the origin
	 * @param digest what all others have seen of it
	 * @return whether it is taken for seen
	 */
	boolean close(ReplicaId origin, long digest) {
		this.lock.lock();
		try {
			if (this.state.context().digest(origin) != digest) {
				return false;
			}
			this.log.skip(origin, DotContext.CLOSED);
			this.state.context().advance(origin, DotContext.CLOSED);
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Keep not even the name of an origin that was forgotten.
	 */
	void forgetForGood(ReplicaId origin) {
		this.doubtful.remove(origin);
		this.state.context().forgetForGood(origin);
	}

	/**
	 * Return what a peer has seen, as it matters to this node. A doubtful origin of which
	 * the peer knows nothing was forgotten there: the peer has seen all of it.
	 */
	CausalContext seenBy(CausalContext theirs) {
		CausalContext remembered = this.state.context().remembered(theirs);
		List<ReplicaId> all = forgottenBy(theirs);
		return all.isEmpty() ? remembered : remembered.withAllOf(all);
	}

	/**
	 * Return what this node has seen, as far as it can be compared with a peer.
	 */
	CausalContext comparable(CausalContext theirs) {
		CausalContext own = this.state.context().snapshot();
		List<ReplicaId> forgotten = forgottenBy(theirs);
		return forgotten.isEmpty() ? own : own.without(forgotten);
	}

	/**
	 * Forget what a peer had forgotten with whom a reconciliation is complete. Called
	 * under the lock.
	 * @param seen what {@link #seenBy} returned
	 * @return what is to be taken over
	 */
	CausalContext completed(CausalContext seen) {
		List<ReplicaId> forgotten = this.doubtful.stream()
			.filter((origin) -> seen.covered(origin) == Long.MAX_VALUE)
			.toList();
		if (forgotten.isEmpty()) {
			return seen;
		}
		forgotten.forEach(this::drop);
		return seen.without(forgotten);
	}

	private void drop(ReplicaId origin) {
		if (this.state.living(origin) == 0) {
			this.state.context().forget(origin);
			this.log.forget(origin);
			this.doubtful.remove(origin);
		}
	}

	private List<ReplicaId> forgottenBy(CausalContext theirs) {
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
