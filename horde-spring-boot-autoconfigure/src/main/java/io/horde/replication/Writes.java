package io.horde.replication;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.ReplicaState;
import io.horde.crdt.Slot;
import io.horde.crdt.Versioned;
import io.horde.payload.PayloadTooLargeException;
import io.horde.replication.protocol.Codecs;
import io.horde.time.clock.HybridLogicalClock;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one {@link Replicator#write} body: they become visible together, here and
 * elsewhere. Maps that are read within the body show what it has written so far. Not to
 * be used outside of the body.
 */
public final class Writes {

	private static final int LARGEST_KEPT_BUFFER = 64 << 10;

	private static final int FULL = 64 << 10;

	private static final int FULL_COUNT = 1000;

	private final ReplicaId self;

	private final ReplicaState state;

	private final Codecs codecs;

	private final HybridLogicalClock clock;

	private final int maxSize;

	private FrameWriter changes = new FrameWriter(1024);

	private final FrameWriter body = new FrameWriter(1024);

	private final List<Mutation> mutations = new ArrayList<>();

	private final List<Dot> removedUnseen = new ArrayList<>();

	private boolean active;

	private boolean broken;

	private long first;

	private long stamp;

	Writes(ReplicaId self, ReplicaState state, Codecs codecs, HybridLogicalClock clock, int maxSize) {
		this.self = self;
		this.state = state;
		this.codecs = codecs;
		this.clock = clock;
		this.maxSize = maxSize;
	}

	/**
	 * Put a value in the place of all that this node sees under the key.
	 * @param <V> type of the value
	 * @return the identity of the write
	 */
	public <V> Dot put(ReplicatedMap<V> map, String key, V value) {
		Dot dot = nextDot();
		Slot<V> seen = map.table().slot(key);
		List<Dot> replaced = (seen != null) ? dots(seen.versions()) : List.of();
		this.broken = true;
		this.codecs.writePut(this.changes, map.table().id(), key, dot, replaced, value, stamp());
		this.broken = false;
		apply(map, key, seen, new Versioned<>((seen != null) ? seen.key() : key, value, stamp(), dot), replaced);
		return dot;
	}

	/**
	 * Remove all that this node sees under a key, whoever wrote it (R3: an explicit
	 * terminate, or the verdict on a conflict; nothing else).
	 * @param <V> type of the values
	 * @return whether there was something
	 */
	public <V> boolean removeSeen(ReplicatedMap<V> map, String key) {
		return remove(map, key, dots(map.siblings(key)));
	}

	/**
	 * Remove what this incarnation of this node has written under a key (R3).
	 * @param <V> type of the values
	 * @return whether there was something
	 */
	public <V> boolean removeOwn(ReplicatedMap<V> map, String key) {
		return remove(map, key, map.siblings(key).stream().map(Versioned::dot).filter(this::isOwn).toList());
	}

	/**
	 * Remove single values of a key.
	 * @param dots the writes that are meant; those that are not alive here are passed
	 * over
	 * @param <V> type of the values
	 * @return whether one of them was there
	 */
	public <V> boolean removeDots(ReplicatedMap<V> map, String key, Collection<Dot> dots) {
		return remove(map, key, map.siblings(key).stream().map(Versioned::dot).filter(dots::contains).toList());
	}

	/**
	 * Return the stamp that all values of this body carry.
	 * @return the hybrid logical clock
	 */
	public long stamp() {
		if (this.stamp == 0) {
			this.stamp = this.clock.stamp();
		}
		return this.stamp;
	}

	/**
	 * Tell whether so much was written that the rest should go into another body: one
	 * delta travels in one frame (R11), and the lock is to be short.
	 */
	boolean isFull() {
		return this.changes.size() >= FULL || this.mutations.size() >= FULL_COUNT;
	}

	void begin(long sequence) {
		if (this.active) {
			throw new IllegalStateException("A write within the body of another one");
		}
		this.active = true;
		this.first = sequence;
	}

	/**
	 * Take notice that the body has ended, or has failed.
	 * @param success whether its writes stay
	 * @return the encoded writes, or {@code null} if there are none
	 * @throws PayloadTooLargeException if no frame could carry them: they are undone
	 */
	byte @Nullable [] end(boolean success) {
		byte[] encoded = null;
		int size = this.changes.size();
		if (!success || this.broken || size > this.maxSize) {
			for (int i = this.mutations.size() - 1; i >= 0; i--) {
				this.mutations.get(i).undo();
			}
			this.mutations.clear();
		}
		else if (!this.mutations.isEmpty()) {
			encoded = this.body.reset()
				.array(1 + this.mutations.size())
				.longValue(stamp())
				.items(this.changes)
				.toBytes();
			this.removedUnseen.forEach(this.state.context()::add);
		}
		boolean failed = success && this.broken;
		boolean tooLarge = success && size > this.maxSize;
		reset();
		if (failed) {
			throw new IllegalStateException("The body has caught the failure of a write and gone on");
		}
		if (tooLarge) {
			throw new PayloadTooLargeException("what is written at once", size, this.maxSize);
		}
		return encoded;
	}

	/**
	 * Return the changes of the body that has ended, until {@link #clear()}.
	 * @return the changes
	 */
	List<Mutation> mutations() {
		return this.mutations;
	}

	void clear() {
		this.mutations.clear();
	}

	private void reset() {
		this.active = false;
		this.broken = false;
		this.stamp = 0;
		this.removedUnseen.clear();
		if (this.changes.size() > LARGEST_KEPT_BUFFER) {
			this.changes = new FrameWriter(1024);
		}
		this.changes.reset();
	}

	private boolean isOwn(Dot dot) {
		return dot.replica().equals(this.self);
	}

	private <V> boolean remove(ReplicatedMap<V> map, String key, List<Dot> dots) {
		Dot own = nextDot();
		if (dots.isEmpty()) {
			return false;
		}
		Codecs.writeRemoval(this.changes, map.table().id(), key, own, dots);
		apply(map, key, map.table().slot(key), null, dots);
		return true;
	}

	private <V> void apply(ReplicatedMap<V> map, String key, @Nullable Slot<V> before, @Nullable Versioned<V> added,
			List<Dot> removed) {
		for (Dot dot : removed) {
			if (!dot.replica().equals(this.self) && !this.state.context().knows(dot)) {
				this.removedUnseen.add(dot);
			}
		}
		this.mutations.add(new Mutation(map.table(), key, before, map.table().change(key, before, removed, added)));
	}

	private Dot nextDot() {
		if (!this.active) {
			throw new IllegalStateException("Writes outside of the body that they were given to");
		}
		return new Dot(this.self, this.first + this.mutations.size());
	}

	private static <V> List<Dot> dots(List<Versioned<V>> versions) {
		if (versions.size() == 1) {
			return List.of(versions.get(0).dot());
		}
		return versions.stream().map(Versioned::dot).toList();
	}

}
