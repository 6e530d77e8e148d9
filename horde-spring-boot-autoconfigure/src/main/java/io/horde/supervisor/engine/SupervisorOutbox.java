package io.horde.supervisor.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeMap;

import io.horde.cluster.membership.Membership;
import io.horde.crdt.ReplicaId;
import io.horde.transport.Channels;
import org.jspecify.annotations.Nullable;

/**
 * Messages to other supervisors. What must arrive waits for room in the window; the rest
 * is dropped where there is none, since the replicated maps tell it too. Confined to the
 * loop.
 */
final class SupervisorOutbox {

	private final Membership membership;

	private final TreeMap<ReplicaId, Deque<byte[]>> waiting = new TreeMap<>();

	SupervisorOutbox(Membership membership) {
		this.membership = membership;
	}

	/**
	 * Send a message, or drop it.
	 */
	void offer(ReplicaId to, SupervisorMessage message) {
		if (!this.waiting.containsKey(to)) {
			this.membership.send(to, Channels.SUPERVISOR, message.toFrame());
		}
	}

	/**
	 * Send a message as soon as there is room.
	 */
	void send(ReplicaId to, SupervisorMessage message) {
		this.waiting.computeIfAbsent(to, (key) -> new ArrayDeque<>()).add(message.toFrame());
		flush(to);
	}

	void flush(ReplicaId to) {
		Deque<byte[]> frames = this.waiting.get(to);
		if (frames == null) {
			return;
		}
		byte @Nullable [] next = frames.peek();
		while (next != null && this.membership.send(to, Channels.SUPERVISOR, next)) {
			frames.remove();
			next = frames.peek();
		}
		if (frames.isEmpty()) {
			this.waiting.remove(to);
		}
	}

	/**
	 * Drop what waits for members that are gone.
	 */
	void viewChanged() {
		this.waiting.keySet().removeIf((to) -> this.membership.view().hides(to));
	}

}
