package io.horde.replication;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

import io.horde.crdt.CausalContext;
import io.horde.crdt.CodedSymbols;
import io.horde.crdt.EntryTable;
import io.horde.crdt.Fingerprint;
import io.horde.crdt.Slot;
import io.horde.crdt.Versioned;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The living dots of a replica, as far as a context knows them, for a comparison by coded
 * symbols. A million of them take tenths of a second, so all is done in slices between
 * which the loop runs other tasks; what changes meanwhile is compared in the one state or
 * the other.
 *
 * @see io.horde.crdt.CodedSymbols
 */
final class LivingDots {

	/**
	 * How many symbols are exchanged at most.
	 */
	static final int MAX_SYMBOLS = 64 << 10;

	private static final int SLICE = 16 << 10;

	private final EventLoop loop;

	private final CausalContext context;

	private final Iterator<EntryTable<Object>> tables;

	private Iterator<Slot<Object>> slots = List.<Slot<Object>>of().iterator();

	private long[] ids;

	private int size;

	private boolean collected;

	private boolean cancelled;

	LivingDots(EventLoop loop, Store store, CausalContext context) {
		this.loop = loop;
		this.context = context;
		List<EntryTable<Object>> all = List.copyOf(store.tables());
		this.tables = all.iterator();
		this.ids = new long[Math.max(16, all.stream().mapToInt(EntryTable::size).sum())];
	}

	static int length(int from, int to) {
		return (to - from) * CodedSymbols.FIELDS;
	}

	void cancel() {
		this.cancelled = true;
	}

	/**
	 * Make symbols.
	 * @param from the first symbol
	 * @param to the symbol after the last
	 * @param done called with them, later or at once
	 */
	void symbols(int from, int to, Consumer<long[]> done) {
		if (this.collected) {
			encode(0, from, to, new long[length(from, to)], done);
		}
		else {
			collect(() -> symbols(from, to, done));
		}
	}

	private void collect(Runnable then) {
		for (int i = 0; i < SLICE; i++) {
			Slot<Object> slot = nextSlot();
			if (slot == null) {
				this.collected = true;
				then.run();
				return;
			}
			if (slot instanceof Versioned<Object> single) {
				add(single);
			}
			else {
				slot.versions().forEach(this::add);
			}
		}
		later(() -> collect(then));
	}

	private @Nullable Slot<Object> nextSlot() {
		while (!this.slots.hasNext()) {
			if (!this.tables.hasNext()) {
				return null;
			}
			this.slots = this.tables.next().iterator();
		}
		return this.slots.next();
	}

	private void add(Versioned<Object> version) {
		if (this.context.knows(version.dot())) {
			if (this.size == this.ids.length) {
				this.ids = Arrays.copyOf(this.ids, this.size * 2);
			}
			this.ids[this.size++] = Fingerprint.of(version.dot());
		}
	}

	private void encode(int start, int from, int to, long[] symbols, Consumer<long[]> done) {
		int end = Math.min(this.size, start + SLICE);
		for (int i = start; i < end; i++) {
			CodedSymbols.add(symbols, from, to, this.ids[i], 1);
		}
		if (end == this.size) {
			done.accept(symbols);
		}
		else {
			later(() -> encode(end, from, to, symbols, done));
		}
	}

	private void later(Runnable task) {
		this.loop.execute(() -> {
			if (!this.cancelled) {
				task.run();
			}
		});
	}

}
