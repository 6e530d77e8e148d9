package io.horde.replication;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.horde.crdt.CausalContext;
import io.horde.crdt.EntryTable;
import io.horde.crdt.Fingerprint;
import io.horde.crdt.Slot;
import io.horde.crdt.SymbolDecoder;
import io.horde.crdt.Versioned;
import io.horde.replication.protocol.Message;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Finds the keys whose values are alive here, and not at the peer although it has seen
 * them. Used on the loop only.
 */
final class Comparison {

	private static final int FIRST_SYMBOLS = 8;

	private static final int SLICE = 16 << 10;

	private final EventLoop loop;

	private final Store store;

	private final CausalContext seen;

	private final Request request;

	private final Consumer<List<Message.MapKey>> done;

	private final LivingDots living;

	private final SymbolDecoder decoder = new SymbolDecoder();

	private final List<Message.MapKey> keys = new ArrayList<>();

	private int requested;

	private long @Nullable [] mine;

	private long @Nullable [] theirs;

	private boolean finished;

	private boolean cancelled;

	/**
	 * Creates a comparison.
	 * @param store the state
	 * @param seen what the peer had seen
	 * @param request asks the peer for symbols
	 * @param done told of the keys, once
	 */
	Comparison(EventLoop loop, Store store, CausalContext seen, Request request, Consumer<List<Message.MapKey>> done) {
		this.loop = loop;
		this.store = store;
		this.seen = seen;
		this.request = request;
		this.done = done;
		this.living = new LivingDots(loop, store, seen);
	}

	void start() {
		request(FIRST_SYMBOLS);
	}

	void cancel() {
		this.finished = true;
		this.cancelled = true;
		this.living.cancel();
	}

	void theirs(int from, long[] symbols) {
		if (!this.finished && this.theirs == null && from == this.decoder.size()
				&& symbols.length == LivingDots.length(from, this.requested)) {
			this.theirs = symbols;
			compare();
		}
	}

	private void request(int to) {
		this.mine = null;
		this.theirs = null;
		this.requested = to;
		int from = this.decoder.size();
		this.request.symbols(from, to);
		this.living.symbols(from, to, (symbols) -> {
			this.mine = symbols;
			compare();
		});
	}

	private void compare() {
		if (this.finished || this.mine == null || this.theirs == null) {
			return;
		}
		if (this.decoder.add(this.theirs, this.mine)) {
			find(this.decoder.mine());
			return;
		}
		int next = next(this.decoder.size(), this.decoder.surplus());
		if (next > LivingDots.MAX_SYMBOLS) {
			find(null);
		}
		else {
			request(next);
		}
	}

	/**
	 * Return up to which symbol is to be asked for next. Mostly the difference consists
	 * of what the peer has removed, and then the surplus tells how large it is.
	 */
	static int next(int size, long surplus) {
		long guess = Math.max(surplus * 3 / 2 + 8, size / 2 + 8);
		return (int) Math.min(size + guess, Math.max(LivingDots.MAX_SYMBOLS + 1, size + 1));
	}

	/**
	 * Without ids, all keys: so different are the two that symbols are no gain.
	 */
	private void find(@Nullable Set<Long> ids) {
		this.finished = true;
		if (ids != null && ids.isEmpty()) {
			this.done.accept(this.keys);
			return;
		}
		List<EntryTable<Object>> tables = List.copyOf(this.store.tables());
		find(ids, tables.iterator(), -1, List.<Slot<Object>>of().iterator());
	}

	private void find(@Nullable Set<Long> ids, Iterator<EntryTable<Object>> tables, int table,
			Iterator<Slot<Object>> slots) {
		if (this.cancelled) {
			return;
		}
		for (int i = 0; i < SLICE && slots.hasNext(); i++) {
			Slot<Object> slot = slots.next();
			for (Versioned<Object> version : slot.versions()) {
				if (this.seen.knows(version.dot()) && (ids == null || ids.contains(Fingerprint.of(version.dot())))) {
					this.keys.add(new Message.MapKey(table, slot.key()));
					break;
				}
			}
		}
		if (slots.hasNext()) {
			this.loop.execute(() -> find(ids, tables, table, slots));
		}
		else if (tables.hasNext()) {
			EntryTable<Object> next = tables.next();
			find(ids, tables, next.id(), next.iterator());
		}
		else {
			this.done.accept(this.keys);
		}
	}

	/**
	 * Asks for symbols.
	 */
	@FunctionalInterface
	interface Request {

		void symbols(int from, int to);

	}

}
