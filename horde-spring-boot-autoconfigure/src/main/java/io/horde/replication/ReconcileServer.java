package io.horde.replication;

import java.util.Map;
import java.util.TreeMap;

import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.Message;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

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

	/**
	 * Receive a message.
	 * @param peer who has sent it
	 * @param message the message
	 * @return whether it was meant for this side of a reconciliation
	 */
	boolean receive(ReplicationPeer peer, Message message) {
		if (message instanceof Message.Reconcile reconcile) {
			reconcile(peer, reconcile);
		}
		else if (message instanceof Message.Next next) {
			ReconcileSender sender = sender(peer, next.session());
			if (sender != null) {
				sender.next(next);
			}
		}
		else if (message instanceof Message.SymbolsRequest request) {
			ReconcileSender sender = sender(peer, request.session());
			if (sender != null) {
				sender.symbols(request);
			}
		}
		else if (message instanceof Message.Ask ask) {
			ReconcileSender sender = sender(peer, ask.session());
			if (sender != null) {
				sender.ask(ask);
			}
		}
		else {
			return message instanceof Message.SessionEnd end && end.asked() && end(peer, end.session());
		}
		return true;
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

	private void reconcile(ReplicationPeer peer, Message.Reconcile request) {
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

	private boolean end(ReplicationPeer peer, long session) {
		ReconcileSender sender = this.senders.get(peer.id());
		if (sender != null && sender.session() == session) {
			linkDown(peer);
		}
		return true;
	}

	private @Nullable ReconcileSender sender(ReplicationPeer peer, long session) {
		ReconcileSender sender = this.senders.get(peer.id());
		if (sender == null || sender.session() != session) {
			// Of a session that this node has given up, or never had: it was restarted
			peer.send(new Message.SessionEnd(session, false));
			return null;
		}
		return sender;
	}

}
