package io.horde.replication;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;

import io.horde.crdt.CausalContext;
import io.horde.crdt.EntryTable;
import io.horde.crdt.Slot;
import io.horde.crdt.Versioned;
import io.horde.replication.protocol.EntriesCodec;
import org.jspecify.annotations.Nullable;

/**
 * All entries of a store that contain a write which a peer has not seen, one after the
 * other, in the state they have when they are taken.
 */
final class UnseenEntries {

	/**
	 * How many entries are looked at in one go of the loop.
	 */
	private static final int SLICE = 16 << 10;

	private final Store store;

	private final CausalContext seen;

	private final Iterator<EntryTable<Object>> tables;

	/**
	 * Those that no longer fit into a chunk are as old in the next one as those in a
	 * chunk that has to be sent again.
	 */
	private final Queue<Slot<Object>> taken = new ArrayDeque<>();

	private @Nullable EntryTable<Object> table;

	private @Nullable Iterator<Slot<Object>> slots;

	private boolean end;

	/**
	 * Creates it.
	 * @param seen what the peer has seen
	 */
	UnseenEntries(Store store, CausalContext seen) {
		this.store = store;
		this.seen = seen;
		this.tables = List.copyOf(store.tables()).iterator();
	}

	/**
	 * Tell whether there are no more.
	 */
	boolean isEnd() {
		return this.end;
	}

	/**
	 * Add the next entries to a chunk: until it is full, there are no more, or enough
	 * were looked at in one go.
	 */
	void addTo(EntriesCodec chunk, int maxBytes) {
		int looked = 0;
		while (looked < SLICE && chunk.size() < maxBytes) {
			Slot<Object> slot = this.taken.poll();
			if (slot != null && this.table != null) {
				if (!isSeen(slot)) {
					chunk.add(this.table.id(), slot);
				}
			}
			else if (this.slots == null || !this.slots.hasNext()) {
				if (!this.tables.hasNext()) {
					this.end = true;
					return;
				}
				this.table = this.tables.next();
				this.slots = this.table.iterator();
			}
			else if (this.table != null) {
				this.store.take(this.table, this.slots, this.taken);
				looked += this.taken.size() + 1;
			}
		}
	}

	private boolean isSeen(Slot<Object> slot) {
		if (slot instanceof Versioned<Object> single) {
			return this.seen.knows(single.dot());
		}
		return slot.versions().stream().allMatch((version) -> this.seen.knows(version.dot()));
	}

}
