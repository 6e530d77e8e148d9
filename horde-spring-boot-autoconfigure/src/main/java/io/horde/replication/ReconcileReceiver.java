package io.horde.replication;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.horde.crdt.CausalContext;
import io.horde.crdt.EntryTable;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Slot;
import io.horde.crdt.Versioned;
import io.horde.time.EventLoop;
import io.horde.time.EventLoop.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Brings this node up to the state of a peer whose log does not reach: a joiner, or a
 * member that was cut off for long. Used on the loop only, for one peer at a time.
 */
final class ReconcileReceiver {

	/*
	 * Reconcile(what I have seen) -> chunks of all entries that contain a write which I
	 * have not seen, in the state they have when they are sent -> then what I have and
	 * the peer has not: those keys are asked for one by one -> done, and only now the
	 * context advances, to what the peer had seen before the first byte (R2).
	 *
	 * "What the peer has not" is found out by coded symbols of the living dots that the
	 * peer had seen. Nothing is removed on the word of a symbol: the peer is asked for
	 * the key, and answers with all that it has there at one moment, so that a value
	 * which was replaced meanwhile is replaced here and not removed.
	 *
	 * Deltas go on being merged meanwhile. One that adds a write which the peer had seen
	 * may have come too late to be compared; those keys are asked for too.
	 */

	private static final int ASKED_KEYS = 1024;

	private static final int MAX_FRUITLESS = 6;

	private final EventLoop loop;

	private final Store store;

	private final Runnable progressed;

	private long sessions;

	private @Nullable Session session;

	private long completed;

	/**
	 * Creates a receiver.
	 * @param loop the loop
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
	void start(Peer peer, Consumer<Boolean> done) {
		if (this.session == null) {
			this.session = new Session(peer, ++this.sessions, done);
			this.session.request();
		}
	}

	boolean isActive() {
		return this.session != null;
	}

	long completed() {
		return this.completed;
	}

	void linkDown(Peer peer) {
		if (this.session != null && this.session.peer == peer) {
			this.session.end(false);
		}
	}

	/**
	 * A delta was merged by other ways.
	 */
	void merged(ReplicaId origin, LoggedDelta delta) {
		if (this.session != null) {
			this.session.merged(origin, delta);
		}
	}

	void receive(Peer peer, Message message) {
		Session current = this.session;
		if (current == null || current.peer != peer) {
			return;
		}
		if (message instanceof Message.Chunk chunk && chunk.session() == current.id) {
			current.chunk(chunk);
		}
		else if (message instanceof Message.Symbols symbols && symbols.session() == current.id) {
			current.symbols(symbols);
		}
		else if (message instanceof Message.Told told && told.session() == current.id) {
			current.told(told);
		}
		else if (message instanceof Message.SessionEnd end && end.session() == current.id) {
			current.end(false);
		}
	}

	void stop() {
		if (this.session != null) {
			this.session.end(false);
		}
	}

	/**
	 * One reconciliation.
	 */
	private final class Session {

		private final Peer peer;

		private final long id;

		private final Consumer<Boolean> done;

		private final CausalContext own;

		private final boolean wasEmpty;

		private final NavigableMap<Long, Message.Chunk> early = new TreeMap<>();

		private final Set<Message.MapKey> doubtful = new LinkedHashSet<>();

		private List<Message.MapKey> asked = List.of();

		private long askNumber = -1;

		private long nextChunk;

		private @Nullable CausalContext seen;

		private boolean allChunks;

		private boolean compared;

		private @Nullable Message request;

		private @Nullable Timer retry;

		private int fruitless;

		Session(Peer peer, long id, Consumer<Boolean> done) {
			this.peer = peer;
			this.id = id;
			this.done = done;
			this.own = ReconcileReceiver.this.store.context().snapshot();
			this.wasEmpty = ReconcileReceiver.this.store.tables().stream().allMatch((table) -> table.size() == 0);
		}

		void request() {
			send(new Message.Reconcile(this.id, this.own));
		}

		void chunk(Message.Chunk chunk) {
			if (chunk.number() < this.nextChunk || this.allChunks) {
				return;
			}
			this.early.put(chunk.number(), chunk);
			Message.Chunk next = this.early.remove(this.nextChunk);
			while (next != null) {
				if (this.seen == null) {
					this.seen = next.seen();
				}
				merge(next.entries());
				this.nextChunk++;
				this.allChunks = next.last();
				next = this.early.remove(this.nextChunk);
			}
			if (this.allChunks) {
				compare();
			}
			else {
				send(new Message.Next(this.id, this.nextChunk, false));
			}
		}

		void symbols(Message.Symbols symbols) {
		}

		void told(Message.Told told) {
			CausalContext theirs = this.seen;
			if (told.number() != this.askNumber || theirs == null || this.asked.isEmpty()) {
				return;
			}
			List<EntriesCodec.Entry> entries = new ArrayList<>(read(told.entries()));
			Set<Message.MapKey> absent = new LinkedHashSet<>(this.asked);
			entries.forEach((entry) -> absent.remove(new Message.MapKey(entry.map(), entry.key())));
			absent.forEach((key) -> entries.add(new EntriesCodec.Entry(key.map(), key.key(), List.of())));
			this.asked = List.of();
			ReconcileReceiver.this.store.reconcile(entries, theirs);
			ReconcileReceiver.this.progressed.run();
			proceed();
		}

		void merged(ReplicaId origin, LoggedDelta delta) {
			if ((this.compared || this.wasEmpty) && (this.seen == null || this.seen.covered(origin) >= delta.first())) {
				this.doubtful.addAll(ReconcileReceiver.this.store.keys(origin, delta));
			}
		}

		void end(boolean success) {
			if (this.retry != null) {
				this.retry.cancel();
			}
			ReconcileReceiver.this.session = null;
			this.peer.send(new Message.SessionEnd(this.id));
			if (success) {
				ReconcileReceiver.this.completed++;
			}
			this.done.accept(success);
		}

		private void compare() {
			this.compared = true;
			if (!this.wasEmpty) {
				CausalContext theirs = this.seen;
				for (EntryTable<Object> table : ReconcileReceiver.this.store.tables()) {
					for (Iterator<Slot<Object>> slots = table.iterator(); slots.hasNext();) {
						Slot<Object> slot = slots.next();
						if (theirs != null && slot.versions().stream().map(Versioned::dot).anyMatch(theirs::knows)) {
							this.doubtful.add(new Message.MapKey(table.id(), slot.key()));
						}
					}
				}
			}
			proceed();
		}

		private void proceed() {
			CausalContext theirs = this.seen;
			if (this.doubtful.isEmpty() && theirs != null) {
				ReconcileReceiver.this.store.complete(theirs);
				ReconcileReceiver.this.progressed.run();
				end(true);
				return;
			}
			this.asked = this.doubtful.stream().limit(ASKED_KEYS).toList();
			this.asked.forEach(this.doubtful::remove);
			send(new Message.Ask(this.id, ++this.askNumber, this.asked));
		}

		private void merge(byte[] entries) {
			if (this.seen != null) {
				ReconcileReceiver.this.store.reconcile(read(entries), this.seen);
				ReconcileReceiver.this.progressed.run();
			}
		}

		private List<EntriesCodec.Entry> read(byte[] entries) {
			return EntriesCodec.read(entries, ReconcileReceiver.this.store.codecs(),
					ReconcileReceiver.this.store.context()::intern);
		}

		private void send(Message message) {
			this.request = message;
			this.fruitless = 0;
			this.peer.send(message);
			schedule();
		}

		private void schedule() {
			if (this.retry != null) {
				this.retry.cancel();
			}
			this.retry = ReconcileReceiver.this.loop.schedule(AntiEntropy.patience(this.peer, 8), this::again);
		}

		private void again() {
			if (++this.fruitless > MAX_FRUITLESS) {
				end(false);
				return;
			}
			if (this.request instanceof Message.Next next) {
				this.peer.send(new Message.Next(next.session(), next.number(), true));
			}
			else if (this.request != null) {
				this.peer.send(this.request);
			}
			schedule();
		}

	}

}
