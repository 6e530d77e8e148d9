package io.horde.replication;

import java.util.NavigableMap;
import java.util.TreeMap;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Slot;
import io.horde.replication.protocol.EntriesCodec;
import io.horde.replication.protocol.Message;
import io.horde.time.EventLoop;
import io.horde.wire.MalformedFrameException;
import org.jspecify.annotations.Nullable;

/**
 * Answers one peer that reconciles its state with this node's, see
 * {@link ReconcileReceiver}. Keeps nothing but an iterator and the chunks that the peer
 * has not confirmed. Used on the loop only.
 */
final class ReconcileSender implements ReplicationPeer.FrameSource {

	/**
	 * How many single dots a context in a frame has at most, so that it always fits. One
	 * takes two or three bytes.
	 */
	static final int MAX_SINGLES = 64 << 10;

	private final EventLoop loop;

	private final Store store;

	private final ReplicationPeer peer;

	private final long session;

	private final CausalContext seen;

	private final int chunkBytes;

	private final int window;

	private final UnseenEntries entries;

	private final NavigableMap<Long, byte[]> unconfirmed = new TreeMap<>();

	private EntriesCodec chunk;

	private long nextNumber;

	private long nextToSend;

	private boolean resting;

	private @Nullable LivingDots living;

	private Message.@Nullable SymbolsRequest encoding;

	ReconcileSender(EventLoop loop, Store store, ReplicationPeer peer, Message.Reconcile request,
			ReplicationSettings settings) {
		this.loop = loop;
		this.store = store;
		this.peer = peer;
		this.session = request.session();
		this.seen = store.context().snapshot().bounded(MAX_SINGLES);
		this.chunkBytes = settings.snapshotChunk();
		this.window = Math.max(1, settings.maxInFlight() / settings.snapshotChunk());
		this.entries = new UnseenEntries(store, request.seen());
		this.chunk = new EntriesCodec(store.codecs());
	}

	long session() {
		return this.session;
	}

	/**
	 * Send again what is not confirmed.
	 */
	void again() {
		this.nextToSend = this.unconfirmed.isEmpty() ? this.nextNumber : this.unconfirmed.firstKey();
		this.peer.pump();
	}

	void next(Message.Next next) {
		this.unconfirmed.headMap(next.number()).clear();
		if (next.again()) {
			again();
		}
		this.peer.pump();
	}

	void entries(Message.EntriesRequest request) {
		EntriesCodec entries = new EntriesCodec(this.store.codecs());
		int answered = 0;
		while (answered < request.keys().size() && entries.size() < this.chunkBytes) {
			Message.MapKey key = request.keys().get(answered++);
			Slot<Object> slot = this.store.slot(key);
			if (slot != null) {
				entries.add(key.map(), slot);
			}
		}
		this.peer.send(new Message.Entries(this.session, request.number(), answered, entries.toBytes()));
	}

	void symbols(Message.SymbolsRequest request) {
		int from = request.from();
		int to = request.to();
		if (from < 0 || to <= from || to > LivingDots.MAX_SYMBOLS) {
			throw new MalformedFrameException("A request for the symbols " + from + " to " + to);
		}
		if (request.equals(this.encoding)) {
			return;
		}
		if (this.living == null) {
			this.living = new LivingDots(this.loop, this.store, this.seen);
		}
		this.encoding = request;
		this.living.symbols(from, to, (symbols) -> {
			this.encoding = null;
			this.peer.send(new Message.Symbols(this.session, from, symbols));
		});
	}

	void cancel() {
		if (this.living != null) {
			this.living.cancel();
		}
	}

	@Override
	public byte @Nullable [] next() {
		byte[] again = this.unconfirmed.get(this.nextToSend);
		if (again != null) {
			this.nextToSend++;
			return again;
		}
		if (this.resting || this.entries.isEnd() || this.unconfirmed.size() >= this.window) {
			return null;
		}
		this.entries.addTo(this.chunk, this.chunkBytes);
		byte[] frame = null;
		if (this.entries.isEnd() || this.chunk.size() >= this.chunkBytes) {
			CausalContext context = (this.nextNumber == 0) ? this.seen : CausalContext.EMPTY;
			frame = this.store.frame(new Message.Chunk(this.session, this.nextNumber, this.entries.isEnd(), context,
					this.chunk.toBytes()));
			this.unconfirmed.put(this.nextNumber++, frame);
			this.nextToSend = this.nextNumber;
			this.chunk = new EntriesCodec(this.store.codecs());
		}
		rest();
		return frame;
	}

	/** Lets other tasks run between two slices. */
	private void rest() {
		this.resting = true;
		this.loop.execute(() -> {
			this.resting = false;
			this.peer.pump();
		});
	}

}
