package io.horde.replication;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;

import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.LoggedDelta;
import org.jspecify.annotations.Nullable;

/**
 * The recent deltas of all origins (R5), bounded by bytes. Of each origin it holds the
 * last ones, without a gap. Guarded by the lock of the replicator.
 */
final class DeltaLog {

	/*
	 * The deltas of an origin stand in chunks, one behind the other, as they do in
	 * frames. So a delta that is kept is no object of its own, of which a garbage
	 * collector would copy 100,000, and what is sent is a slice of a chunk. Chunks grow
	 * with what an origin writes, so that many origins that write little take little; the
	 * oldest chunks are dropped first. What stands in a chunk never changes: slices may
	 * be read without the lock.
	 */

	private static final int SMALLEST_CHUNK = 256;

	private static final int LARGEST_CHUNK = 64 << 10;

	/**
	 * How many chunks the largest may be of all at least.
	 */
	private static final int CHUNKS = 16;

	private final Map<ReplicaId, OriginLog> origins = new HashMap<>();

	/** In the order in which they were begun. */
	private final Queue<Chunk> chunks = new ArrayDeque<>();

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
		Chunk chunk = log.last;
		if (chunk != null && chunk.next() != delta.first()) {
			clear(log);
			chunk = null;
		}
		if (chunk == null || !chunk.hasRoom(delta)) {
			chunk = begin(log, delta);
		}
		this.bytes += chunk.add(delta);
		while (this.bytes > this.limit) {
			evict(this.chunks.remove());
		}
	}

	private Chunk begin(OriginLog log, LoggedDelta delta) {
		long largest = Math.min(LARGEST_CHUNK, this.limit / CHUNKS);
		long capacity = Math.min(largest, (log.last != null) ? 2L * log.last.bytes.length : SMALLEST_CHUNK);
		Chunk chunk = new Chunk(log, delta.first(), (int) Math.max(capacity, delta.length()));
		log.chunks.put(delta.first(), chunk);
		log.last = chunk;
		this.chunks.add(chunk);
		this.bytes += chunk.size();
		return chunk;
	}

	private void evict(Chunk chunk) {
		this.bytes -= chunk.size();
		chunk.log.chunks.remove(chunk.first);
		if (chunk.log.last == chunk) {
			chunk.log.last = null;
		}
	}

	/**
	 * Take notice that the state of an origin is merged up to a sequence number by other
	 * means: what is here does not reach that far and can't be continued.
	 */
	void skip(ReplicaId origin, long upTo) {
		OriginLog log = this.origins.get(origin);
		if (log != null && log.last != null && log.last.next() <= upTo) {
			clear(log);
		}
	}

	/**
	 * Keep nothing of an origin.
	 */
	void drop(ReplicaId origin) {
		OriginLog log = this.origins.remove(origin);
		if (log != null) {
			clear(log);
		}
	}

	/**
	 * Tell whether all deltas from a sequence number on are here.
	 * @param from the sequence number
	 * @param end the last sequence number that is known of the origin
	 */
	boolean reaches(ReplicaId origin, long from, long end) {
		if (from > end) {
			return true;
		}
		OriginLog log = this.origins.get(origin);
		return log != null && log.last != null && log.last.next() > end && log.chunks.firstKey() <= from;
	}

	/**
	 * Return deltas from a sequence number on.
	 * @param from the sequence number
	 * @param maxBytes how many bytes at most, but at least one delta
	 * @return the deltas, as many in one as stand together; none if that one is not here
	 */
	List<LoggedDelta> from(ReplicaId origin, long from, int maxBytes) {
		OriginLog log = this.origins.get(origin);
		Map.Entry<Long, Chunk> entry = (log != null) ? log.chunks.floorEntry(from) : null;
		Chunk chunk = (entry != null) ? entry.getValue() : null;
		List<LoggedDelta> slices = new ArrayList<>(2);
		long next = from;
		int room = maxBytes;
		while (log != null && chunk != null) {
			LoggedDelta slice = chunk.slice(next, room, slices.isEmpty());
			if (slice == null) {
				break;
			}
			slices.add(slice);
			room -= slice.length();
			next = slice.last() + 1;
			chunk = log.chunks.get(next);
		}
		return slices;
	}

	long bytes() {
		return this.bytes;
	}

	private void clear(OriginLog log) {
		log.chunks.values().forEach((chunk) -> this.bytes -= chunk.size());
		log.chunks.clear();
		log.last = null;
		this.chunks.removeIf((chunk) -> chunk.log == log);
	}

	/**
	 * The chunks of one origin, by the first sequence number in each.
	 */
	private static final class OriginLog {

		private final NavigableMap<Long, Chunk> chunks = new TreeMap<>();

		private @Nullable Chunk last;

	}

	/**
	 * Consecutive deltas of one origin.
	 */
	private static final class Chunk {

		/**
		 * What the objects of a chunk cost beyond its bytes.
		 */
		private static final int OVERHEAD = 192;

		private final OriginLog log;

		private final long first;

		private final byte[] bytes;

		/*
		 * Of each delta: how far its first sequence number is from the chunk's, and where
		 * it begins.
		 */
		private int[] index = new int[16];

		private int count;

		private int end;

		private long next;

		Chunk(OriginLog log, long first, int capacity) {
			this.log = log;
			this.first = first;
			this.next = first;
			this.bytes = new byte[capacity];
		}

		long next() {
			return this.next;
		}

		int size() {
			return this.bytes.length + Integer.BYTES * this.index.length + OVERHEAD;
		}

		boolean hasRoom(LoggedDelta delta) {
			return delta.length() <= this.bytes.length - this.end && delta.last() - this.first < Integer.MAX_VALUE;
		}

		/**
		 * Add a delta for which there is room.
		 * @return by how much this has grown
		 */
		int add(LoggedDelta delta) {
			int before = size();
			if (2 * this.count == this.index.length) {
				this.index = Arrays.copyOf(this.index, 2 * this.index.length);
			}
			this.index[2 * this.count] = (int) (delta.first() - this.first);
			this.index[2 * this.count + 1] = this.end;
			System.arraycopy(delta.bytes(), delta.offset(), this.bytes, this.end, delta.length());
			this.end += delta.length();
			this.next = delta.last() + 1;
			this.count++;
			return size() - before;
		}

		/**
		 * Return deltas from the one on that contains a sequence number.
		 * @return as many as there is room for, or {@code null} if there are none
		 */
		@Nullable LoggedDelta slice(long from, int room, boolean atLeastOne) {
			if (from >= this.next) {
				return null;
			}
			int start = last(0, from - this.first);
			// The first one for which there is no room begins the rest
			int rest = last(1, (long) offset(start) + room);
			if (offset(this.count) - offset(start) <= room) {
				rest = this.count;
			}
			else if (rest == start && atLeastOne) {
				rest = start + 1;
			}
			return (rest > start) ? new LoggedDelta(sequence(start), sequence(rest) - 1, rest - start, this.bytes,
					offset(start), offset(rest) - offset(start)) : null;
		}

		private long sequence(int delta) {
			return (delta < this.count) ? this.first + this.index[2 * delta] : this.next;
		}

		private int offset(int delta) {
			return (delta < this.count) ? this.index[2 * delta + 1] : this.end;
		}

		/* The last delta whose field is not above a value. */
		private int last(int field, long value) {
			int low = 0;
			int high = this.count;
			while (high - low > 1) {
				int middle = (low + high) >>> 1;
				if (this.index[2 * middle + field] <= value) {
					low = middle;
				}
				else {
					high = middle;
				}
			}
			return low;
		}

	}

}
