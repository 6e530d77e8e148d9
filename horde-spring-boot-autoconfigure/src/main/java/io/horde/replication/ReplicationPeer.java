package io.horde.replication;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be sent to one peer, and what is known of it. Used on the loop only.
 */
final class ReplicationPeer {

	private static final Logger logger = LoggerFactory.getLogger(ReplicationPeer.class);

	private static final int MAX_CONTROL = 64;

	private final ReplicaId id;

	private final Store store;

	private final Forwards forwards;

	private final FrameOutlet outlet;

	private final Consumer<ReplicationPeer> activated;

	private final PushWindow pushed;

	private final Forwards.Cursor passedOn = new Forwards.Cursor();

	private final Difference difference = new Difference();

	private boolean active;

	private final Deque<byte[]> control = new ArrayDeque<>();

	private boolean ackDue;

	private byte @Nullable [] stalled;

	private boolean pumping;

	private @Nullable FrameSource replay;

	private @Nullable FrameSource snapshot;

	private long lastSession;

	private boolean hasFailed;

	ReplicationPeer(ReplicaId id, Store store, Forwards forwards, FrameOutlet outlet, int maxInFlight,
			Consumer<ReplicationPeer> activated) {
		this.id = id;
		this.store = store;
		this.forwards = forwards;
		this.outlet = outlet;
		this.activated = activated;
		this.pushed = new PushWindow(store, outlet, maxInFlight);
	}

	ReplicaId id() {
		return this.id;
	}

	Forwards.Cursor passedOn() {
		return this.passedOn;
	}

	Difference difference() {
		return this.difference;
	}

	/**
	 * Give up all that was on its way. What the peer has confirmed remains true.
	 */
	void reset() {
		this.control.clear();
		this.stalled = null;
		withdraw();
		this.ackDue = false;
		this.replay = null;
		this.snapshot = null;
		this.difference.reset();
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
		this.pushed.open(merged, joining);
		activate();
		pump();
	}

	boolean isPositioned() {
		return this.pushed.isOpen();
	}

	/**
	 * Push nothing any more.
	 */
	void withdraw() {
		this.pushed.close();
		this.forwards.close(this);
	}

	/**
	 * Take notice of what the peer has merged of this node's deltas.
	 * @return whether that is news
	 */
	boolean acked(long sequence) {
		return this.pushed.acked(sequence);
	}

	long acked() {
		return this.pushed.acked();
	}

	/**
	 * Begin a session that the peer asks for.
	 * @return whether it is a later one than all before
	 */
	boolean begins(long session) {
		boolean later = session > this.lastSession;
		this.lastSession = Math.max(this.lastSession, session);
		return later;
	}

	/**
	 * Process what the peer has sent. Whatever it is, it must not stop this node.
	 */
	void guard(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			if (this.hasFailed) {
				logger.debug("{} has sent a replication frame that this node can't use", this.id, ex);
			}
			else {
				logger.warn("{} has sent a replication frame that this node can't use; the frame is dropped, further "
						+ "ones of this member are reported at DEBUG", this.id, ex);
			}
			this.hasFailed = true;
		}
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
			frame = this.pushed.next();
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

}
