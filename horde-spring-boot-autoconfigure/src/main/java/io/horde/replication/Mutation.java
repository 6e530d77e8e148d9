package io.horde.replication;

import io.horde.crdt.EntryTable;
import io.horde.crdt.Slot;
import org.jspecify.annotations.Nullable;

/**
 * A change of one key on this node: for listeners, and to undo it.
 *
 * @param table the map
 * @param key the key
 * @param before what was there, or {@code null}
 * @param after what is there, or {@code null}
 */
record Mutation(EntryTable<?> table, String key, @Nullable Slot<?> before, @Nullable Slot<?> after) {

	@SuppressWarnings("unchecked")
	void undo() {
		((EntryTable<Object>) this.table).set(this.key, (Slot<Object>) this.before);
	}

}
