package io.horde.replication;

import java.util.List;

import io.horde.cluster.membership.Peers;
import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.LoggedDelta;
import io.horde.replication.protocol.Message;
import io.horde.replication.protocol.Run;
import io.horde.transport.Channels;

/**
 * Sends frames, and counts them. Used on the loop only, but for the counters.
 */
final class FrameOutlet {

	private final Peers membership;

	private final Store store;

	private long lastFirst;

	private long lastLast;

	private byte[] lastFrame = new byte[0];

	private long lastLink;

	private volatile long frames;

	private volatile long bytes;

	FrameOutlet(Peers membership, Store store) {
		this.membership = membership;
		this.store = store;
	}

	boolean send(ReplicaId to, byte[] frame) {
		if (!this.membership.send(to, Channels.REPLICATION, frame)) {
			return false;
		}
		this.frames++;
		this.bytes += frame.length;
		return true;
	}

	/**
	 * Encode deltas of this node; the same ones for several peers only once.
	 * @return the frame
	 */
	byte[] deltas(List<LoggedDelta> deltas) {
		long first = deltas.get(0).first();
		long last = deltas.get(deltas.size() - 1).last();
		long link = this.store.origins().link();
		if (first != this.lastFirst || last != this.lastLast || link != this.lastLink) {
			this.lastFrame = this.store.frame(new Message.Deltas(List.of(new Run(this.store.self(), deltas))));
			this.lastFirst = first;
			this.lastLast = last;
			this.lastLink = link;
		}
		return this.lastFrame;
	}

	long frames() {
		return this.frames;
	}

	long bytes() {
		return this.bytes;
	}

}
