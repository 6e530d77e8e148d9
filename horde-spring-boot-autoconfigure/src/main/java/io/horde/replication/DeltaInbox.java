package io.horde.replication;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.LoggedDelta;
import io.horde.replication.protocol.Run;

/**
 * Merges deltas that arrive, each after all earlier ones of its origin (R2). Early ones
 * are held for a while, within bounds: those that don't fit are pulled later. Used on the
 * loop only.
 */
final class DeltaInbox {

	private static final int MAX_HELD_BYTES = 4 << 20;

	private final Store store;

	private final BiConsumer<ReplicaId, LoggedDelta> merged;

	private final Map<ReplicaId, NavigableMap<Long, LoggedDelta>> held = new TreeMap<>();

	private long heldBytes;

	private long mergedCount;

	/**
	 * Creates an inbox.
	 * @param store where deltas are merged
	 * @param merged told of every delta that was
	 */
	DeltaInbox(Store store, BiConsumer<ReplicaId, LoggedDelta> merged) {
		this.store = store;
		this.merged = merged;
	}

	/**
	 * Merge deltas.
	 * @param run the deltas
	 * @return {@code false} if earlier ones are missing
	 */
	boolean receive(Run run) {
		ReplicaId origin = run.origin();
		boolean complete = true;
		for (LoggedDelta delta : run.deltas()) {
			long covered = this.store.context().covered(origin);
			if (delta.last() <= covered || origin.equals(this.store.self())) {
				continue;
			}
			if (continues(delta, covered)) {
				merge(origin, delta);
			}
			else {
				hold(origin, delta);
				complete = false;
			}
		}
		return mergeHeld(origin) && complete;
	}

	/**
	 * Merge what was held and can be merged now.
	 */
	void mergeHeld() {
		if (!this.held.isEmpty()) {
			List.copyOf(this.held.keySet()).forEach(this::mergeHeld);
		}
	}

	/**
	 * Drop what is held of an origin.
	 */
	void drop(ReplicaId origin) {
		NavigableMap<Long, LoggedDelta> early = this.held.remove(origin);
		if (early != null) {
			early.values().forEach((delta) -> this.heldBytes -= delta.size());
		}
	}

	boolean isWaiting(ReplicaId origin) {
		return this.held.containsKey(origin);
	}

	long mergedCount() {
		return this.mergedCount;
	}

	private boolean mergeHeld(ReplicaId origin) {
		NavigableMap<Long, LoggedDelta> early = this.held.get(origin);
		if (early == null) {
			return true;
		}
		while (!early.isEmpty() && early.firstKey() <= this.store.context().covered(origin) + 1) {
			LoggedDelta delta = early.pollFirstEntry().getValue();
			this.heldBytes -= delta.size();
			if (delta.last() > this.store.context().covered(origin)) {
				merge(origin, delta);
			}
		}
		if (early.isEmpty()) {
			this.held.remove(origin);
			return true;
		}
		return false;
	}

	private static boolean continues(LoggedDelta delta, long covered) {
		return delta.first() <= covered + 1;
	}

	private void merge(ReplicaId origin, LoggedDelta delta) {
		if (this.store.merge(origin, delta)) {
			this.mergedCount++;
			this.merged.accept(origin, delta);
		}
	}

	private void hold(ReplicaId origin, LoggedDelta delta) {
		if (this.heldBytes + delta.size() > MAX_HELD_BYTES) {
			return;
		}
		NavigableMap<Long, LoggedDelta> early = this.held.computeIfAbsent(origin, (id) -> new TreeMap<>());
		LoggedDelta present = early.put(delta.first(), delta.detached());
		this.heldBytes += delta.size() - ((present != null) ? present.size() : 0);
	}

}
