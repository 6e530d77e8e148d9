package io.horde.replication;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.Message;
import io.horde.time.EventLoop;

/**
 * The reconciliations that peers have asked this node for, one for each peer. Used on the
 * loop only.
 */
final class ReconcileServer {

	private final EventLoop loop;

	private final Store store;

	private final ReplicationSettings settings;

	private final Map<ReplicaId, ReconcileSender> senders = new TreeMap<>();

	ReconcileServer(EventLoop loop, Store store, ReplicationSettings settings) {
		this.loop = loop;
		this.store = store;
		this.settings = settings;
	}

	void linkDown(ReplicationPeer peer) {
		ReconcileSender sender = this.senders.remove(peer.id());
		if (sender != null) {
			sender.cancel();
			peer.snapshot(null);
		}
	}

	void stop() {
		this.senders.values().forEach(ReconcileSender::cancel);
		this.senders.clear();
	}

	void reconcile(ReplicationPeer peer, Message.Reconcile request) {
		ReconcileSender sender = this.senders.get(peer.id());
		if (sender != null && sender.session() == request.session()) {
			sender.again();
			return;
		}
		// Chunks of the first try may still be on their way, older than what a second one
		// says was seen (R2)
		if (!peer.begins(request.session())) {
			peer.send(new Message.SessionEnd(request.session(), false));
			return;
		}
		linkDown(peer);
		ReconcileSender started = new ReconcileSender(this.loop, this.store, peer, request, this.settings);
		this.senders.put(peer.id(), started);
		peer.snapshot(started);
	}

	void end(ReplicationPeer peer, long session) {
		ReconcileSender sender = this.senders.get(peer.id());
		if (sender != null && sender.session() == session) {
			linkDown(peer);
		}
	}

	/**
	 * Go on with a session, if it is still open.
	 */
	void proceed(ReplicationPeer peer, long session, Consumer<ReconcileSender> step) {
		ReconcileSender sender = this.senders.get(peer.id());
		if (sender != null && sender.session() == session) {
			step.accept(sender);
		}
		else {
			// Of a session that this node has given up, or never had: it was restarted
			peer.send(new Message.SessionEnd(session, false));
		}
	}

}
