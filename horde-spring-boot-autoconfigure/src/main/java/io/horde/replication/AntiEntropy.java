package io.horde.replication;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import io.horde.crdt.CausalContext;
import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.Message;
import io.horde.time.EventLoop;
import io.horde.time.EventLoop.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what this node has missed and pulls it (R5, R9): the anti-entropy of delta
 * CRDTs, with digests in heartbeats so that vectors are rarely sent. Used on the loop
 * only.
 *
 * @see <a href="https://arxiv.org/abs/1603.01529">Almeida, Shoker, Baquero, Delta State
 * Replicated Data Types (2018)</a>
 */
final class AntiEntropy {

	/*-
	 * 1 the digest differs in two heartbeats
	 * 2   `--> VectorRequest --> Vector
	 * 3          `--> two round trips later still something missing --> Pull
	 * 4                 `--> Deltas, replayed from the peer's log --> PullEnd
	 * 5                        `--> the log does not reach back: reconciliation
	 *
	 * The second heartbeat need not be waited for where nothing can be on its way: this
	 * node's state has not changed for a while, neither before the first heartbeat nor in
	 * a round trip after it, and the peer has confirmed all that was written here.
	 *
	 * Where there are many writers, digests differ all the time, because something is
	 * always on its way. If neither digest has changed between two heartbeats, something
	 * is missing. If they have, nobody knows without the vectors, and these are asked for
	 * the more seldom, over all peers together, the more often that was in vain.
	 *
	 * After a cut many heartbeats may come at once, all of them old: one that is asked
	 * for its vector is not asked again before it can have answered.
	 *
	 * A delta that came before its predecessors starts at the third step. One pull or
	 * reconciliation at a time: several peers would all send the same. Nothing here is
	 * retried: while a difference lasts, the next heartbeats start over.
	 */

	/** Also what is passed on several times has arrived then. */
	private static final long QUIET = 50_000_000;

	private static final long SHORTEST_PAUSE = 500_000_000L;

	private static final long LONGEST_PAUSE = 16_000_000_000L;

	private final EventLoop loop;

	private final Store store;

	private final DeltaInbox inbox;

	private final ReconcileReceiver receiver;

	private final int replayBytes;

	private long tokens;

	private @Nullable PullState pull;

	private long pulls;

	private volatile long vectorRequests;

	private long pause = SHORTEST_PAUSE;

	private long nextVector;

	private long lastDigest;

	private long unchangedSince;

	AntiEntropy(EventLoop loop, Store store, DeltaInbox inbox, ReconcileReceiver receiver, int replayBytes) {
		this.loop = loop;
		this.store = store;
		this.inbox = inbox;
		this.receiver = receiver;
		this.replayBytes = replayBytes;
		this.nextVector = loop.nanoTime();
		this.unchangedSince = this.nextVector;
	}

	/**
	 * Compare the digest of a heartbeat with this node's.
	 * @param peer whose heartbeat
	 * @param confirmed whether it has merged all writes of this node
	 */
	void heartbeat(ReplicationPeer peer, long digest, boolean confirmed) {
		long own = this.store.digest();
		long now = this.loop.nanoTime();
		if (own != this.lastDigest) {
			this.lastDigest = own;
			this.unchangedSince = now;
		}
		Difference difference = peer.difference();
		if (digest == own) {
			difference.gone();
			return;
		}
		boolean first = !difference.isPresent();
		boolean early = isEarly(difference, digest, now);
		difference.seen(own, digest);
		if (!early) {
			if (!difference.isChecked() && !isBusy()) {
				requestVector(peer);
			}
		}
		else if (first && confirmed && now - this.unchangedSince >= QUIET && now - this.nextVector >= 0) {
			check(peer, quiet(peer), () -> {
				if (difference.isPresent() && this.store.digest() == own) {
					requestVector(peer);
				}
			});
		}
	}

	/**
	 * Tell whether a difference may yet close by itself (R9).
	 */
	private boolean isEarly(Difference difference, long digest, long now) {
		return !difference.isPresent() || (!difference.isSame(this.lastDigest, digest) && now - this.nextVector < 0);
	}

	private void requestVector(ReplicationPeer peer) {
		long now = this.loop.nanoTime();
		if (!peer.difference().isAsked(now)) {
			this.vectorRequests++;
			this.nextVector = now + this.pause;
			peer.difference().asked(++this.tokens, now);
			peer.send(new Message.VectorRequest(this.tokens));
		}
	}

	/**
	 * Return after what time nothing is on its way of what was sent before.
	 */
	private static Duration quiet(ReplicationPeer peer) {
		return Duration.ofNanos(Math.max(QUIET, peer.difference().patience(1).toNanos()));
	}

	/**
	 * Return for how long what is missing may come without being asked for.
	 */
	private static Duration settling(ReplicationPeer peer) {
		return peer.difference().patience(2);
	}

	/**
	 * A delta of an origin came before its predecessors.
	 */
	void gap(ReplicationPeer peer, ReplicaId origin) {
		check(peer, settling(peer), () -> {
			if (this.inbox.isWaiting(origin)) {
				pull(peer, Map.of(origin, this.store.context().covered(origin)));
			}
		});
	}

	void vector(ReplicationPeer peer, Message.Vector vector) {
		peer.difference().answered(vector.token(), this.loop.nanoTime());
		if (isBusy()) {
			return;
		}
		if (!isMissing(vector)) {
			inVain();
			return;
		}
		check(peer, settling(peer), () -> {
			Map<ReplicaId, Long> missing = missing(this.store.context().remembered(vector.seen()));
			if (!missing.isEmpty()) {
				this.pause = SHORTEST_PAUSE;
				pull(peer, missing);
			}
			else if (isMissing(vector)) {
				this.pause = SHORTEST_PAUSE;
				reconcile(peer);
			}
			else {
				inVain();
			}
		});
	}

	private void inVain() {
		this.pause = Math.min(LONGEST_PAUSE, this.pause * 2);
		this.nextVector = this.loop.nanoTime() + this.pause;
	}

	/**
	 * Single dots come with exported deltas, and usually the origin pushes the same
	 * deltas soon. If it has died meanwhile they are in no log. Then, too, replicas with
	 * equal contexts may differ: one has merged the delta of a dot that the other knows
	 * from its removal only.
	 */
	private boolean isMissing(Message.Vector vector) {
		CausalContext own = this.store.origins().comparable(vector.seen());
		CausalContext theirs = this.store.context().remembered(vector.seen());
		return !own.contains(theirs) || (theirs.contains(own) && vector.digest() != this.store.digest());
	}

	/**
	 * Replay what a peer asks for.
	 */
	void pull(ReplicationPeer peer, Message.Pull request) {
		peer.replay(new LogReplay(this.store, request, this.replayBytes));
	}

	void pullEnd(ReplicationPeer peer, Message.PullEnd end) {
		PullState current = this.pull;
		if (current == null || current.token != end.token()) {
			return;
		}
		stopPull();
		switch (end.outcome()) {
			case COMPLETE -> {
			}
			case MORE -> {
				Map<ReplicaId, Long> after = new TreeMap<>();
				current.origins.forEach((origin) -> after.put(origin, this.store.context().covered(origin)));
				pull(peer, after);
			}
			case TOO_OLD -> reconcile(peer);
		}
	}

	/**
	 * Get from a peer what is in no log.
	 */
	private void reconcile(ReplicationPeer peer) {
		this.receiver.start(peer, (success) -> {
		});
	}

	void linkDown(ReplicationPeer peer) {
		if (this.pull != null && this.pull.peer == peer) {
			stopPull();
		}
	}

	void stop() {
		stopPull();
	}

	long vectorRequests() {
		return this.vectorRequests;
	}

	long pulls() {
		return this.pulls;
	}

	private boolean isBusy() {
		return this.pull != null || this.receiver.isActive();
	}

	private void check(ReplicationPeer peer, Duration after, Runnable then) {
		peer.difference().check(this.loop, after, () -> {
			if (!isBusy()) {
				then.run();
			}
		});
	}

	private void pull(ReplicationPeer peer, Map<ReplicaId, Long> after) {
		PullState state = new PullState(peer, ++this.tokens, after.keySet());
		this.pull = state;
		this.pulls++;
		state.deadline = this.loop.schedule(peer.difference().patience(20), () -> {
			if (this.pull == state) {
				this.pull = null;
			}
		});
		peer.send(new Message.Pull(state.token, after));
	}

	private void stopPull() {
		if (this.pull != null) {
			if (this.pull.deadline != null) {
				this.pull.deadline.cancel();
			}
			this.pull = null;
		}
	}

	private Map<ReplicaId, Long> missing(CausalContext seen) {
		Map<ReplicaId, Long> missing = new TreeMap<>();
		seen.vector().forEach((origin, sequence) -> {
			long covered = this.store.context().covered(origin);
			if (covered < sequence && !origin.equals(this.store.self())) {
				missing.put(origin, covered);
			}
		});
		return missing;
	}

	/**
	 * A pull that waits for its end.
	 */
	private static final class PullState {

		private final ReplicationPeer peer;

		private final long token;

		private final Iterable<ReplicaId> origins;

		private @Nullable Timer deadline;

		PullState(ReplicationPeer peer, long token, Iterable<ReplicaId> origins) {
			this.peer = peer;
			this.token = token;
			this.origins = origins;
		}

	}

}
