package io.horde.replication;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.LoggedDelta;
import io.horde.replication.protocol.Message;
import io.horde.time.EventLoop.Timer;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to one peer, and what is known of it. Used on the loop only.
 */
final class ReplicationPeer {

	/*
	 * There is no queue of deltas: new ones are read from the log, from a cursor on, when
	 * there is room. So a slow peer costs a number, not memory; when the log has moved on
	 * without it, the cursor jumps to the end and the peer pulls what it missed.
	 */

	private static final int MAX_CONTROL = 64;

	private static final long FIRST_GUESS = 100_000_000;

	private static final int MAX_PUSH_FRAME = 64 << 10;

	final ReplicaId id;

	private final Store store;

	private final Forwards forwards;

	private final FrameOutlet outlet;

	private final int maxInFlight;

	private final Consumer<ReplicationPeer> activated;

	private boolean active;

	private final Deque<byte[]> control = new ArrayDeque<>();

	private final Deque<Unconfirmed> unconfirmed = new ArrayDeque<>();

	private int unconfirmedBytes;

	private long cursor = -1;

	private long acked;

	private boolean ackDue;

	private byte @Nullable [] stalled;

	private boolean pumping;

	private @Nullable FrameSource replay;

	private @Nullable FrameSource snapshot;

	/* Of what is passed on: */

	int slot = -1;

	long forwarded = Long.MAX_VALUE;

	/* Of the anti-entropy: */

	boolean complained;

	private long rttNanos;

	boolean differs;

	long differedHere;

	long differedThere;

	long vectorToken;

	long vectorSent;

	@Nullable Timer check;

	/* Of the reconciliations that the peer asks for: */

	long lastSession;

	ReplicationPeer(ReplicaId id, Store store, Forwards forwards, FrameOutlet outlet, int maxInFlight,
			Consumer<ReplicationPeer> activated) {
		this.id = id;
		this.store = store;
		this.forwards = forwards;
		this.outlet = outlet;
		this.maxInFlight = maxInFlight;
		this.activated = activated;
	}

	/**
	 * Return how long an answer takes.
	 * @return a mean, or a cautious guess before the first answer
	 */
	long rttNanos() {
		return (this.rttNanos > 0) ? this.rttNanos : FIRST_GUESS;
	}

	void roundTrip(long nanos) {
		this.rttNanos = Math.max(1, (this.rttNanos > 0) ? (this.rttNanos * 3 + nanos) / 4 : nanos);
	}

	/**
	 * Forget all that was on its way. What the peer has confirmed remains true.
	 */
	void reset() {
		this.control.clear();
		this.stalled = null;
		withdraw();
		this.forwards.close(this);
		this.ackDue = false;
		this.replay = null;
		this.snapshot = null;
		this.differs = false;
		this.vectorToken = 0;
		if (this.check != null) {
			this.check.cancel();
			this.check = null;
		}
	}

	void send(Message message) {
		if (this.control.size() < MAX_CONTROL) {
			this.control.add(this.store.frame(message));
		}
		activate();
		pump();
	}

	void replay(@Nullable FrameSource source) {
		this.replay = source;
		activate();
		pump();
	}

	void snapshot(@Nullable FrameSource source) {
		this.snapshot = source;
		activate();
		pump();
	}

	void ackDue() {
		this.ackDue = true;
		activate();
	}

	private void activate() {
		if (!this.active) {
			this.active = true;
			this.activated.accept(this);
		}
	}

	/**
	 * Tell whether there is nothing to send, and nothing will be that it isn't told of.
	 */
	boolean rests() {
		this.active = isPositioned() || this.ackDue || this.stalled != null || !this.control.isEmpty()
				|| this.replay != null || this.snapshot != null;
		return !this.active;
	}

	/**
	 * Push the deltas of this node from here on.
	 * @param merged the last that the peer has
	 * @param joining whether it will get the others by a snapshot
	 */
	void position(long merged, boolean joining) {
		acked(merged);
		boolean replayable = !joining && this.store.logReaches(this.store.self(), merged + 1);
		this.cursor = replayable ? merged : this.store.context().covered(this.store.self());
		this.unconfirmed.clear();
		this.unconfirmedBytes = 0;
		activate();
		pump();
	}

	boolean isPositioned() {
		return this.cursor >= 0;
	}

	/**
	 * Push nothing any more.
	 */
	void withdraw() {
		this.cursor = -1;
		this.forwarded = Long.MAX_VALUE;
		this.unconfirmed.clear();
		this.unconfirmedBytes = 0;
	}

	/**
	 * Take notice of what the peer has merged of this node's deltas.
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
	 * Send what there is to send, as long as there is room.
	 */
	void pump() {
		if (this.pumping) {
			return;
		}
		this.pumping = true;
		try {
			byte[] frame = (this.stalled != null) ? this.stalled : next();
			while (frame != null) {
				if (!this.outlet.send(this.id, frame)) {
					this.stalled = frame;
					return;
				}
				this.stalled = null;
				frame = next();
			}
		}
		finally {
			this.pumping = false;
		}
	}

	private byte @Nullable [] next() {
		byte[] frame = this.control.poll();
		if (frame == null && this.ackDue) {
			this.ackDue = false;
			frame = this.store.frame(new Message.Ack(this.store.origins().merged(this.id)));
		}
		if (frame == null) {
			frame = push();
		}
		if (frame == null) {
			Message.Deltas passedOn = this.forwards.next(this);
			frame = (passedOn != null) ? this.store.frame(passedOn) : null;
		}
		if (frame == null && this.replay != null) {
			frame = this.replay.next();
		}
		if (frame == null && this.snapshot != null) {
			frame = this.snapshot.next();
		}
		return frame;
	}

	private byte @Nullable [] push() {
		ReplicaId self = this.store.self();
		long end = this.store.context().covered(self);
		if (this.cursor < 0 || this.cursor >= end || this.unconfirmedBytes >= this.maxInFlight) {
			return null;
		}
		List<LoggedDelta> deltas = this.store.logged(self, this.cursor + 1, MAX_PUSH_FRAME);
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

	/**
	 * Makes frames when there is room for them.
	 */
	@FunctionalInterface
	interface FrameSource {

		/**
		 * Return the next frame.
		 * @return a frame, or {@code null} if there is none at present
		 */
		byte @Nullable [] next();

	}

	private record Unconfirmed(long last, int bytes) {

	}

}
