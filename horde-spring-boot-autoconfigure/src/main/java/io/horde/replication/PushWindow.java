package io.horde.replication;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.LoggedDelta;
import org.jspecify.annotations.Nullable;

/**
 * The deltas of this node that are pushed to one peer: which it was sent, and which it
 * has merged. Used on the loop only.
 */
final class PushWindow {

	/*
	 * There is no queue of deltas: new ones are read from the log, from a cursor on, when
	 * there is room. So a slow peer costs a number, not memory; when the log has moved on
	 * without it, the cursor jumps to the end and the peer pulls what it missed.
	 */

	private static final int MAX_FRAME = 64 << 10;

	private final Store store;

	private final FrameOutlet outlet;

	private final int maxInFlight;

	private final Deque<Unconfirmed> unconfirmed = new ArrayDeque<>();

	private int unconfirmedBytes;

	private long cursor = -1;

	private long acked;

	PushWindow(Store store, FrameOutlet outlet, int maxInFlight) {
		this.store = store;
		this.outlet = outlet;
		this.maxInFlight = maxInFlight;
	}

	/**
	 * Push from here on.
	 * @param merged the last delta that the peer has
	 * @param joining whether it will get the others by a snapshot
	 */
	void open(long merged, boolean joining) {
		acked(merged);
		close();
		boolean replayable = !joining && this.store.logReaches(this.store.self(), merged + 1);
		this.cursor = replayable ? merged : this.store.context().covered(this.store.self());
	}

	boolean isOpen() {
		return this.cursor >= 0;
	}

	/**
	 * Push nothing any more. What the peer has confirmed remains true.
	 */
	void close() {
		this.cursor = -1;
		this.unconfirmed.clear();
		this.unconfirmedBytes = 0;
	}

	/**
	 * Take notice of what the peer has merged.
	 * @return whether that is news
	 */
	boolean acked(long sequence) {
		boolean news = sequence > this.acked;
		this.acked = Math.max(this.acked, sequence);
		while (!this.unconfirmed.isEmpty() && this.unconfirmed.element().last() <= this.acked) {
			this.unconfirmedBytes -= this.unconfirmed.remove().bytes();
		}
		return news;
	}

	long acked() {
		return this.acked;
	}

	/**
	 * Return the next frame of deltas, if there are some and there is room.
	 */
	byte @Nullable [] next() {
		ReplicaId self = this.store.self();
		long end = this.store.context().covered(self);
		if (this.cursor < 0 || this.cursor >= end || this.unconfirmedBytes >= this.maxInFlight) {
			return null;
		}
		List<LoggedDelta> deltas = this.store.logged(self, this.cursor + 1, MAX_FRAME);
		if (deltas.isEmpty()) {
			this.cursor = end;
			return null;
		}
		byte[] frame = this.outlet.deltas(deltas);
		this.cursor = deltas.get(deltas.size() - 1).last();
		this.unconfirmed.add(new Unconfirmed(this.cursor, frame.length));
		this.unconfirmedBytes += frame.length;
		return frame;
	}

	private record Unconfirmed(long last, int bytes) {

	}

}
