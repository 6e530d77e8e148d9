package io.horde.replication;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;

import io.horde.crdt.ReplicaId;

/**
 * The recent deltas of all origins (R5), bounded by bytes. Of each origin it holds the
 * last ones, without a gap. Guarded by the lock of the replicator.
 */
final class DeltaLog {

	private final Map<ReplicaId, OriginLog> origins = new TreeMap<>();

	/*
	 * One reference for each delta, in the order in which they came; those of an origin
	 * that was cleared stay, and are counted as stale.
	 */
	private final Queue<OriginLog> arrivals = new ArrayDeque<>();

	private final long limit;

	private long bytes;

	DeltaLog(long limit) {
		this.limit = limit;
	}

	/**
	 * Add a delta. If it doesn't follow the last one of its origin, the earlier ones are
	 * dropped.
	 */
	void append(ReplicaId origin, LoggedDelta delta) {
		OriginLog log = this.origins.computeIfAbsent(origin, (id) -> new OriginLog());
		if (log.size > 0 && log.last() + 1 != delta.first()) {
			clear(log);
		}
		log.add(delta);
		this.arrivals.add(log);
		this.bytes += delta.size();
		while (this.bytes > this.limit) {
			evict(this.arrivals.remove());
		}
	}

	/**
	 * Take notice that the state of an origin is merged up to a sequence number by other
	 * means: what is here does not reach that far and can't be continued.
	 */
	void skip(ReplicaId origin, long upTo) {
		OriginLog log = this.origins.get(origin);
		if (log != null && log.size > 0 && log.last() < upTo) {
			clear(log);
		}
	}

	/**
	 * Keep nothing of an origin.
	 */
	void forget(ReplicaId origin) {
		OriginLog log = this.origins.remove(origin);
		if (log != null) {
			while (log.size > 0) {
				this.bytes -= log.removeFirst().size();
			}
			this.arrivals.removeIf((arrival) -> arrival == log);
		}
	}

	/**
	 * Tell whether all deltas from a sequence number on are here.
	 * @param origin the origin
	 * @param from the sequence number
	 * @param end the last sequence number that is known of the origin
	 */
	boolean reaches(ReplicaId origin, long from, long end) {
		if (from > end) {
			return true;
		}
		OriginLog log = this.origins.get(origin);
		return log != null && log.size > 0 && log.get(0).first() <= from && log.last() >= end;
	}

	/**
	 * Return deltas from a sequence number on.
	 * @param origin the origin
	 * @param from the sequence number
	 * @param maxBytes how many bytes at most, but at least one delta
	 * @return the deltas; none if that one is not here
	 */
	List<LoggedDelta> from(ReplicaId origin, long from, int maxBytes) {
		OriginLog log = this.origins.get(origin);
		List<LoggedDelta> deltas = new ArrayList<>();
		if (log == null || log.size == 0 || log.get(0).first() > from) {
			return deltas;
		}
		int size = 0;
		for (int i = log.index(from); i < log.size; i++) {
			LoggedDelta delta = log.get(i);
			if (size > 0 && size + delta.body().length > maxBytes) {
				break;
			}
			deltas.add(delta);
			size += delta.body().length;
		}
		return deltas;
	}

	void clear() {
		this.origins.values().forEach(this::clear);
	}

	long bytes() {
		return this.bytes;
	}

	private void evict(OriginLog log) {
		if (log.stale > 0) {
			log.stale--;
		}
		else {
			this.bytes -= log.removeFirst().size();
		}
	}

	private void clear(OriginLog log) {
		log.stale += log.size;
		while (log.size > 0) {
			this.bytes -= log.removeFirst().size();
		}
	}

	/**
	 * A ring of the last deltas of one origin.
	 */
	private static final class OriginLog {

		private LoggedDelta[] ring = new LoggedDelta[16];

		private int head;

		private int size;

		private int stale;

		LoggedDelta get(int index) {
			return this.ring[(this.head + index) & (this.ring.length - 1)];
		}

		long last() {
			return get(this.size - 1).last();
		}

		void add(LoggedDelta delta) {
			if (this.size == this.ring.length) {
				LoggedDelta[] larger = new LoggedDelta[this.ring.length * 2];
				for (int i = 0; i < this.size; i++) {
					larger[i] = get(i);
				}
				this.ring = larger;
				this.head = 0;
			}
			this.ring[(this.head + this.size++) & (this.ring.length - 1)] = delta;
		}

		@SuppressWarnings("NullAway")
		LoggedDelta removeFirst() {
			LoggedDelta first = get(0);
			this.ring[this.head] = null;
			this.head = (this.head + 1) & (this.ring.length - 1);
			this.size--;
			return first;
		}

		/* The index of the delta that contains a sequence number or follows it. */
		int index(long sequence) {
			int low = 0;
			int high = this.size;
			while (low < high) {
				int middle = (low + high) >>> 1;
				if (get(middle).last() < sequence) {
					low = middle + 1;
				}
				else {
					high = middle;
				}
			}
			return low;
		}

	}

}
