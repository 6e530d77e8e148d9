package io.horde.replication;

import java.util.function.Consumer;

import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.LoggedDelta;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Brings this node up to the state of a peer whose log does not reach: a joiner, or a
 * member that was cut off for long. Used on the loop only, for one peer at a time.
 */
final class ReconcileReceiver {

	private final EventLoop loop;

	private final Store store;

	private final Runnable progressed;

	private long sessions;

	private @Nullable Reconciliation current;

	private volatile long completed;

	/**
	 * Creates a receiver.
	 * @param store the state
	 * @param progressed called after entries were merged
	 * @param firstSession where numbers of sessions begin
	 */
	ReconcileReceiver(EventLoop loop, Store store, Runnable progressed, long firstSession) {
		this.loop = loop;
		this.store = store;
		this.progressed = progressed;
		this.sessions = firstSession;
	}

	/**
	 * Begin, unless a reconciliation is under way.
	 * @param peer with whom
	 * @param done told once of success or failure
	 */
	void start(ReplicationPeer peer, Consumer<Boolean> done) {
		if (this.current == null) {
			Reconciliation started = new Reconciliation(this.loop, this.store, peer, ++this.sessions, this.progressed,
					(success) -> {
						this.current = null;
						if (success) {
							this.completed++;
						}
						done.accept(success);
						this.progressed.run();
					});
			this.current = started;
			started.start();
		}
	}

	boolean isActive() {
		return this.current != null;
	}

	long completed() {
		return this.completed;
	}

	void linkDown(ReplicationPeer peer) {
		if (this.current != null && this.current.peer() == peer) {
			this.current.end(false);
		}
	}

	void stop() {
		if (this.current != null) {
			this.current.end(false);
		}
	}

	/**
	 * A delta was merged by other ways.
	 */
	void merged(ReplicaId origin, LoggedDelta delta) {
		if (this.current != null) {
			this.current.merged(origin, delta);
		}
	}

	/**
	 * Go on with a session, if it is still open.
	 */
	void proceed(ReplicationPeer peer, long session, Consumer<Reconciliation> step) {
		if (this.current != null && this.current.peer() == peer && this.current.id() == session) {
			step.accept(this.current);
		}
	}

}
