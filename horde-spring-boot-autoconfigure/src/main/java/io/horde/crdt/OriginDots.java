package io.horde.crdt;

import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

import org.jspecify.annotations.Nullable;

/**
 * What was seen of one origin: all up to a sequence number, and single dots beyond.
 * Changed by one thread at a time, read by any.
 */
final class OriginDots {

	private final ReplicaId id;

	private final long hash;

	private long digest;

	private volatile long covered;

	private volatile @Nullable NavigableSet<Long> singles;

	OriginDots(ReplicaId id) {
		this.id = id;
		this.hash = Fingerprint.of(id);
	}

	ReplicaId id() {
		return this.id;
	}

	long covered() {
		return this.covered;
	}

	/**
	 * Return a fingerprint of what was seen.
	 * @return 64 bits, 0 if nothing was
	 */
	long digest() {
		return this.digest;
	}

	boolean isKept() {
		return this.covered > 0 || this.singles != null;
	}

	Set<Long> singles() {
		Set<Long> beyond = this.singles;
		return (beyond != null) ? beyond : Set.of();
	}

	boolean knows(long sequence) {
		if (sequence <= this.covered) {
			return true;
		}
		Set<Long> beyond = this.singles;
		// Covered is looked at again: a single is dropped after the vector has covered it
		return (beyond != null && beyond.contains(sequence)) || sequence <= this.covered;
	}

	/**
	 * Take notice that all is merged up to a later sequence number.
	 * @return how many single dots that covers
	 */
	int advance(long sequence) {
		this.digest += term(sequence) - term(this.covered);
		this.covered = sequence;
		NavigableSet<Long> beyond = this.singles;
		if (beyond == null) {
			return 0;
		}
		int dropped = 0;
		// Only what is covered is looked at: there may be very many beyond
		while (!beyond.isEmpty() && beyond.first() <= sequence) {
			this.digest -= single(beyond.first());
			beyond.pollFirst();
			dropped++;
		}
		if (beyond.isEmpty()) {
			this.singles = null;
		}
		return dropped;
	}

	/**
	 * Take notice of a single dot that is not covered.
	 * @return whether it is new
	 */
	boolean add(long sequence) {
		NavigableSet<Long> beyond = this.singles;
		if (beyond == null) {
			beyond = new ConcurrentSkipListSet<>();
			this.singles = beyond;
		}
		boolean added = beyond.add(sequence);
		if (added) {
			this.digest += single(sequence);
		}
		return added;
	}

	private long term(long sequence) {
		return (sequence == 0) ? 0 : Fingerprint.of(this.hash, sequence);
	}

	private long single(long sequence) {
		return Fingerprint.of(~this.hash, sequence);
	}

}
