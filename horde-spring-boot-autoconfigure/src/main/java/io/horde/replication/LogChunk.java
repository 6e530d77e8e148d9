package io.horde.replication;

import java.util.Arrays;

import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.LoggedDelta;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive deltas of one origin in a {@link DeltaLog}.
 */
final class LogChunk {

	/**
	 * What the objects of a chunk cost beyond its bytes.
	 */
	private static final int OVERHEAD = 192;

	private final ReplicaId origin;

	private final long first;

	private final byte[] bytes;

	/*
	 * Of each delta: how far its first sequence number is from the chunk's, and where it
	 * begins.
	 */
	private int[] index = new int[16];

	private int count;

	private int end;

	private long next;

	LogChunk(ReplicaId origin, long first, int capacity) {
		this.origin = origin;
		this.first = first;
		this.next = first;
		this.bytes = new byte[capacity];
	}

	ReplicaId origin() {
		return this.origin;
	}

	long first() {
		return this.first;
	}

	int capacity() {
		return this.bytes.length;
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
