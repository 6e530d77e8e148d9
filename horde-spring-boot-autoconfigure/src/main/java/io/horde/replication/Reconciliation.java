package io.horde.replication;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.horde.crdt.CausalContext;
import io.horde.crdt.EntryTable;
import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.EntriesCodec;
import io.horde.replication.protocol.LoggedDelta;
import io.horde.replication.protocol.Message;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * One reconciliation, at the node that asked for it. Used on the loop only.
 */
final class Reconciliation {

	/*
	 * Reconcile (what I have seen) -> chunks of all entries that contain a write which I
	 * have not seen, in the state they have when they are sent -> then what I have and
	 * the peer has not: those keys are asked for one by one -> done, and only now the
	 * context advances, to what the peer had seen before the first byte (R2).
	 *
	 * What the peer has not is found out by coded symbols of the living dots that the
	 * peer had seen. Nothing is removed on the word of a symbol: the peer is asked for
	 * the key, and answers with all that it has there at one moment, so that a value
	 * which was replaced meanwhile is replaced here and not removed.
	 *
	 * Deltas go on being merged meanwhile. One that adds a write which the peer had seen
	 * may have come too late to be compared; those keys are asked for too. A joiner that
	 * had nothing has nothing else to compare.
	 *
	 * All bytes grow with the difference: entries that are new, 1.4 symbols and one key
	 * for each that is gone.
	 */

	private static final int ASKED_KEYS = 1024;

	private final EventLoop loop;

	private final Store store;

	private final ReplicationPeer peer;

	private final long id;

	private final Runnable progressed;

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

	private @Nullable Comparison comparison;

	private final RetriedRequest request;

	private boolean ended;

	Reconciliation(EventLoop loop, Store store, ReplicationPeer peer, long id, Runnable progressed,
			Consumer<Boolean> done) {
		this.loop = loop;
		this.store = store;
		this.peer = peer;
		this.id = id;
		this.progressed = progressed;
		this.done = done;
		this.request = new RetriedRequest(loop, peer, () -> end(false));
		this.own = store.context().snapshot().bounded(ReconcileSender.MAX_SINGLES);
		this.wasEmpty = store.tables().stream().mapToInt(EntryTable::size).sum() == 0;
	}

	ReplicationPeer peer() {
		return this.peer;
	}

	long id() {
		return this.id;
	}

	void start() {
		this.request.send(new Message.Reconcile(this.id, this.own));
	}

	void chunk(Message.Chunk chunk) {
		if (chunk.number() < this.nextChunk || this.allChunks) {
			return;
		}
		this.early.put(chunk.number(), chunk);
		Message.Chunk next = this.early.remove(this.nextChunk);
		if (next == null) {
			return;
		}
		CausalContext theirs = (this.seen != null) ? this.seen : this.store.origins().seenBy(next.seen());
		this.seen = theirs;
		while (next != null) {
			this.store.reconcile(read(next.entries()), theirs);
			this.nextChunk++;
			this.allChunks = next.last();
			next = this.early.remove(this.nextChunk);
		}
		this.progressed.run();
		if (this.allChunks) {
			compare(theirs);
		}
		else {
			this.request.send(new Message.Next(this.id, this.nextChunk, false));
		}
	}

	void symbols(Message.Symbols symbols) {
		if (this.comparison != null) {
			this.comparison.theirs(symbols.from(), symbols.symbols());
		}
	}

	void entries(Message.Entries answer) {
		CausalContext theirs = this.seen;
		if (answer.number() != this.askNumber || theirs == null || this.asked.isEmpty()) {
			return;
		}
		List<EntriesCodec.Entry> entries = new ArrayList<>(read(answer.entries()));
		int answered = Math.max(1, Math.min(answer.answered(), this.asked.size()));
		Set<Message.MapKey> absent = new LinkedHashSet<>(this.asked.subList(0, answered));
		this.doubtful.addAll(this.asked.subList(answered, this.asked.size()));
		entries.forEach((entry) -> absent.remove(new Message.MapKey(entry.map(), entry.key())));
		absent.forEach((key) -> entries.add(new EntriesCodec.Entry(key.map(), key.key(), List.of())));
		this.asked = List.of();
		this.store.reconcile(entries, theirs);
		this.progressed.run();
		proceed(theirs);
	}

	/**
	 * A delta was merged by other ways.
	 */
	void merged(ReplicaId origin, LoggedDelta delta) {
		CausalContext theirs = this.seen;
		if ((this.wasEmpty || this.allChunks) && (theirs == null || theirs.covered(origin) >= delta.first()
				|| theirs.singles().stream().anyMatch((dot) -> dot.replica().equals(origin)))) {
			this.doubtful.addAll(this.store.keys(origin, delta));
		}
	}

	void end(boolean success) {
		if (this.ended) {
			return;
		}
		this.ended = true;
		this.request.cancel();
		if (this.comparison != null) {
			this.comparison.cancel();
		}
		this.peer.send(new Message.SessionEnd(this.id, true));
		this.done.accept(success);
	}

	private void compare(CausalContext theirs) {
		// Writes of this node that the peer saw before it began were made meanwhile
		boolean nothingToCompare = this.wasEmpty
				&& theirs.covered(this.store.self()) <= this.own.covered(this.store.self());
		if (nothingToCompare) {
			proceed(theirs);
			return;
		}
		this.comparison = new Comparison(this.loop, this.store, theirs,
				(from, to) -> this.request.send(new Message.SymbolsRequest(this.id, from, to)), (keys) -> {
					this.doubtful.addAll(keys);
					proceed(theirs);
				});
		this.comparison.start();
	}

	private void proceed(CausalContext theirs) {
		if (this.doubtful.isEmpty()) {
			this.store.complete(theirs);
			this.progressed.run();
			end(true);
			return;
		}
		this.asked = this.doubtful.stream().limit(ASKED_KEYS).toList();
		this.asked.forEach(this.doubtful::remove);
		this.request.send(new Message.EntriesRequest(this.id, ++this.askNumber, this.asked));
	}

	private List<EntriesCodec.Entry> read(byte[] entries) {
		return EntriesCodec.read(entries, this.store.codecs(), this.store.context()::intern);
	}

}
