package io.horde.registry.calls;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.transport.Channels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers, and word that nobody wants one, on their way to other nodes. Those that find
 * the link full wait here, bounded in bytes. Lives on the event loop.
 */
final class CallFrames implements MembershipListener {

	/*
	 * A frame that finds no room is dropped: its caller learns from its deadline that the
	 * outcome is unknown, which is true.
	 */

	private static final Logger logger = LoggerFactory.getLogger(CallFrames.class);

	private final Membership membership;

	private final int maxBytes;

	private final Map<ReplicaId, Waiting> waiting = new TreeMap<>();

	/**
	 * Creates it.
	 * @param maxBytes how many bytes may wait for one node
	 */
	CallFrames(Membership membership, int maxBytes) {
		this.membership = membership;
		this.maxBytes = maxBytes;
	}

	void send(ReplicaId to, CallMessage message) {
		byte[] frame = message.toFrame();
		Waiting waiting = this.waiting.get(to);
		if (waiting == null && this.membership.send(to, Channels.REGISTRY, frame)) {
			return;
		}
		if (waiting == null) {
			waiting = new Waiting();
			this.waiting.put(to, waiting);
		}
		if (!waiting.add(frame, this.maxBytes)) {
			logger.debug("Dropped a frame about a call to {}, which takes no more frames", to);
		}
	}

	@Override
	public void writable(ReplicaId member) {
		Waiting waiting = this.waiting.get(member);
		if (waiting != null && waiting.sendTo(member)) {
			this.waiting.remove(member);
		}
	}

	@Override
	public void linkUp(ReplicaId member) {
		writable(member);
	}

	@Override
	public void viewChanged(MembershipView before, MembershipView after) {
		this.waiting.keySet().removeIf(after::hides);
	}

	private final class Waiting {

		private final Deque<byte[]> frames = new ArrayDeque<>();

		private long bytes;

		boolean add(byte[] frame, long limit) {
			if (this.bytes + frame.length > limit) {
				return false;
			}
			this.bytes += frame.length;
			this.frames.add(frame);
			return true;
		}

		boolean sendTo(ReplicaId member) {
			for (byte[] next = this.frames.peek(); next != null; next = this.frames.peek()) {
				if (!CallFrames.this.membership.send(member, Channels.REGISTRY, next)) {
					return false;
				}
				this.bytes -= next.length;
				this.frames.poll();
			}
			return true;
		}

	}

}
