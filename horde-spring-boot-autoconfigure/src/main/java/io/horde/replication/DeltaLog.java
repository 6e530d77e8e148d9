package io.horde.replication;

import java.util.ArrayDeque;
import java.util.ArrayList;
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
	private final Queue<LogChunk> chunks = new ArrayDeque<>();

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
		LogChunk chunk = log.last;
		if (chunk != null && chunk.next() != delta.first()) {
			clear(log);
			chunk = null;
		}
		if (chunk == null || !chunk.hasRoom(delta)) {
			chunk = begin(origin, log, delta);
		}
		this.bytes += chunk.add(delta);
		while (this.bytes > this.limit) {
			evict(this.chunks.remove());
		}
	}

	private LogChunk begin(ReplicaId origin, OriginLog log, LoggedDelta delta) {
		long largest = Math.min(LARGEST_CHUNK, this.limit / CHUNKS);
		long capacity = Math.min(largest, (log.last != null) ? 2L * log.last.capacity() : SMALLEST_CHUNK);
		LogChunk chunk = new LogChunk(origin, delta.first(), (int) Math.max(capacity, delta.length()));
		log.chunks.put(delta.first(), chunk);
		log.last = chunk;
		this.chunks.add(chunk);
		this.bytes += chunk.size();
		return chunk;
	}

	private void evict(LogChunk chunk) {
		this.bytes -= chunk.size();
		OriginLog log = this.origins.get(chunk.origin());
		if (log != null) {
			log.chunks.remove(chunk.first());
			log.last = (log.last != chunk) ? log.last : null;
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
		Map.Entry<Long, LogChunk> entry = (log != null) ? log.chunks.floorEntry(from) : null;
		LogChunk chunk = (entry != null) ? entry.getValue() : null;
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
		this.chunks.removeIf((chunk) -> log.chunks.get(chunk.first()) == chunk);
		log.chunks.clear();
		log.last = null;
	}

	/**
	 * The chunks of one origin, by the first sequence number in each.
	 */
	private static final class OriginLog {

		private final NavigableMap<Long, LogChunk> chunks = new TreeMap<>();

		private @Nullable LogChunk last;

	}

}
