package io.horde.registry.calls;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * The requests of other nodes: which have come, and those that are not answered yet.
 * Lives on the event loop.
 */
final class ServedCalls {

	/*
	 * A request runs at most once (N4), so a copy of one must be recognised: ids count up
	 * per pair of nodes, and a window of the latest is remembered. What is older than the
	 * window is refused unanswered, since it may be a copy.
	 *
	 * A call whose caller no longer waits can't be cancelled, so it is not kept: they are
	 * looked for whenever the table has doubled.
	 */

	private static final int MIN_SWEEP = 1024;

	private final Map<ReplicaId, Peer> peers = new TreeMap<>();

	/**
	 * A request has come.
	 * @return {@code false} if it is a copy
	 */
	boolean accept(ReplicaId from, long id) {
		return this.peers.computeIfAbsent(from, (replica) -> new Peer()).window.accept(id);
	}

	void add(ReplicaId from, long id, RemoteExecution call) {
		Peer peer = this.peers.get(from);
		if (peer != null) {
			peer.add(id, call);
		}
	}

	/**
	 * Take out a call that has been answered, or is cancelled.
	 * @return {@code null} if it is not there any more, or never was
	 */
	@Nullable RemoteExecution remove(ReplicaId from, long id) {
		Peer peer = this.peers.get(from);
		return (peer != null) ? peer.open.remove(id) : null;
	}

	void forget(MembershipView view) {
		this.peers.keySet().removeIf((peer) -> view.member(peer) == null || view.isReplaced(peer));
	}

	private static final class Peer {

		private final RequestWindow window = new RequestWindow();

		private final Map<Long, RemoteExecution> open = new HashMap<>();

		private int sweep = MIN_SWEEP;

		private void add(long id, RemoteExecution call) {
			this.open.put(id, call);
			if (this.open.size() > this.sweep) {
				this.open.values().removeIf(RemoteExecution::isExpired);
				this.sweep = Math.max(MIN_SWEEP, 2 * this.open.size());
			}
		}

	}

}
