package io.horde.replication;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Change;
import io.horde.crdt.Delta;
import io.horde.crdt.DotContext;
import io.horde.crdt.EntryTable;
import io.horde.crdt.NumberMap;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.ReplicaState;
import io.horde.crdt.Slot;
import io.horde.crdt.Versioned;
import io.horde.replication.protocol.Codecs;
import io.horde.replication.protocol.EntriesCodec;
import io.horde.replication.protocol.EntryCodec;
import io.horde.replication.protocol.LoggedDelta;
import io.horde.replication.protocol.Message;
import io.horde.replication.protocol.Messages;
import io.horde.replication.protocol.Run;
import io.horde.time.clock.HybridLogicalClock;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * The state, the log and the events of a replicator, behind the short lock of N5.
 */
final class Store {

	/*
	 * All changes happen under the lock: local ones on any thread, merges on the loop.
	 * What the loop sends is either from the log, which holds finished deltas only, or
	 * read from the tables under the lock, so that nothing leaves the node that might be
	 * rolled back. Nothing is encoded, decoded or called back under the lock but the
	 * values of a local write: that is what keeps it short.
	 */

	/**
	 * How many entries are merged or read in one hold of the lock.
	 */
	private static final int BATCH = 64;

	private final Lock lock;

	private final StateLock guard;

	private final ReplicaId self;

	private final Codecs codecs = new Codecs();

	/** Used on the loop only. */
	private Messages messages;

	private final ReplicaState state;

	private final NumberMap<ReplicatedMap<?>> maps = new NumberMap<>();

	private final DeltaLog log;

	private final OriginTable origins;

	private final HybridLogicalClock clock;

	private final Writes writes;

	private final Runnable wake;

	private List<Mutation> events = new ArrayList<>();

	private boolean awake;

	private boolean firing;

	private boolean fireAgain;

	/**
	 * Creates a store.
	 * @param self whose it is
	 * @param clock the clock of the stamps
	 * @param logSize bytes of log
	 * @param maxDelta how many bytes a delta may have, so that a frame can carry it
	 * @param wake called after the first change since {@link #fire()}, on any thread
	 * @param lock guards the state
	 */
	Store(ReplicaId self, HybridLogicalClock clock, long logSize, int maxDelta, Runnable wake, Lock lock) {
		this.lock = lock;
		this.guard = new StateLock(lock);
		this.self = self;
		this.messages = new Messages(self, 0);
		this.clock = clock;
		this.log = new DeltaLog(logSize);
		this.wake = wake;
		this.state = new ReplicaState((id) -> new EntryTable<>(id, "#" + id, Versioned.BY_STAMP));
		this.origins = new OriginTable(this.guard, this.state, this.log);
		this.writes = new Writes(self, this.state, this.codecs, clock, maxDelta);
	}

	<V> ReplicatedMap<V> map(String name, EntryCodec<V> codec, Comparator<? super Versioned<V>> order) {
		int id = Codecs.mapId(name);
		EntryTable<V> table = new EntryTable<>(id, name, order);
		EntryTable<?> taken = this.state.add(table);
		if (taken != null) {
			throw new IllegalArgumentException("The replicated maps '" + taken.name() + "' and '" + name
					+ "' have the same number in frames: one needs another name");
		}
		this.codecs.add(id, codec);
		ReplicatedMap<V> map = new ReplicatedMap<>(table, this.state.context());
		this.maps.putIfAbsent(id, map);
		return map;
	}

	<R> Written<R> write(Function<Writes, R> body, boolean export) {
		byte[] delta = new byte[0];
		boolean wakeUp;
		R result;
		this.lock.lock();
		try {
			long first = this.state.context().covered(this.self) + 1;
			this.writes.begin(first);
			boolean success = false;
			byte[] encoded = null;
			try {
				result = body.apply(this.writes);
				success = true;
			}
			finally {
				encoded = this.writes.end(success);
			}
			wakeUp = commit(first, encoded);
			if (encoded != null && export) {
				FrameWriter writer = new FrameWriter(encoded.length + 64).array(2).longValue(this.origins.link());
				Run run = new Run(this.self, List.of(LoggedDelta.of(first, encoded)));
				run.write(writer, new ReplicaId("", 0));
				delta = writer.toBytes();
			}
		}
		finally {
			this.lock.unlock();
		}
		if (wakeUp) {
			this.wake.run();
		}
		return new Written<>(result, delta);
	}

	private boolean commit(long first, byte @Nullable [] encoded) {
		if (encoded == null) {
			return false;
		}
		List<Mutation> mutations = this.writes.mutations();
		long last = first + mutations.size() - 1;
		for (Mutation mutation : mutations) {
			if (isObserved(mutation.table())) {
				this.events.add(mutation);
			}
		}
		this.writes.clear();
		number(new LoggedDelta(first, last, encoded));
		boolean wakeUp = !this.awake;
		this.awake = true;
		return wakeUp;
	}

	/**
	 * Give a local delta its sequence numbers, be it one of removals only: so digests
	 * show these too (R1).
	 */
	private void number(LoggedDelta delta) {
		this.log.append(this.self, delta);
		this.state.context().advance(this.self, delta.last());
	}

	/**
	 * Tell listeners what has changed, on the loop, and let the next local change wake it
	 * again. Listeners may write.
	 * @return whether there is more to be told, later
	 */
	boolean fire() {
		if (this.firing) {
			this.fireAgain = true;
			return false;
		}
		this.firing = true;
		this.fireAgain = false;
		try {
			for (Mutation mutation : sleep()) {
				ReplicatedMap<?> map = this.maps.get(mutation.table().id());
				if (map != null) {
					map.fire(mutation);
				}
			}
		}
		finally {
			this.firing = false;
		}
		return this.fireAgain;
	}

	private List<Mutation> sleep() {
		return this.guard.get(() -> {
			this.awake = false;
			List<Mutation> taken = this.events;
			if (!taken.isEmpty()) {
				this.events = new ArrayList<>();
			}
			return taken;
		});
	}

	/**
	 * Merge a delta.
	 * @return whether the version vector covers it now
	 */
	boolean merge(ReplicaId origin, LoggedDelta delta) {
		Delta decoded = read(origin, delta);
		this.clock.observe(decoded.stamp());
		this.lock.lock();
		try {
			if (this.state.context().covered(origin) >= delta.last()) {
				return true;
			}
			boolean inOrder = this.state.merge(decoded, this::touched);
			if (inOrder) {
				logForOthers(origin, delta);
			}
			return inOrder;
		}
		finally {
			this.lock.unlock();
		}
	}

	private Delta read(ReplicaId origin, LoggedDelta delta) {
		return this.codecs.read(origin, delta, this.state.context()::intern);
	}

	private void logForOthers(ReplicaId origin, LoggedDelta delta) {
		this.log.append(this.state.context().intern(origin), delta);
	}

	/**
	 * Return the keys that a delta writes, as far as it adds something.
	 */
	List<Message.MapKey> keys(ReplicaId origin, LoggedDelta delta) {
		return read(origin, delta).changes()
			.stream()
			.filter((change) -> change.value() != null)
			.map(Store::key)
			.toList();
	}

	private static Message.MapKey key(Change change) {
		return new Message.MapKey(change.map(), change.key());
	}

	/**
	 * Merge what another replica holds under some keys.
	 * @param entries the keys and all their living values there
	 * @param seen what it had seen before
	 */
	void reconcile(List<EntriesCodec.Entry> entries, CausalContext seen) {
		for (int i = 0; i < entries.size(); i += BATCH) {
			List<EntriesCodec.Entry> batch = entries.subList(i, Math.min(i + BATCH, entries.size()));
			this.lock.lock();
			try {
				for (EntriesCodec.Entry entry : batch) {
					entry.versions().forEach((version) -> this.clock.observe(version.stamp()));
					this.state.reconcile(this.state.table(entry.map()), entry.key(), entry.versions(), seen,
							this::touched);
				}
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/**
	 * Take over the context of another replica, all of whose entries are merged.
	 * @param seenByPeer its context
	 */
	void complete(CausalContext seenByPeer) {
		this.guard.run(() -> {
			CausalContext seen = this.origins.completed(seenByPeer);
			seen.vector().forEach((origin, sequence) -> {
				if (!origin.equals(this.self)) {
					this.log.skip(origin, sequence);
				}
			});
			this.state.complete(seen);
		});
	}

	/**
	 * Take the next entries of an iteration over a table, in the state in which they are
	 * now.
	 * @param iterator over the table
	 * @param taken where to put them; those that are gone by now are left out
	 */
	void take(EntryTable<Object> table, Iterator<Slot<Object>> iterator, Collection<Slot<Object>> taken) {
		this.guard.run(() -> {
			for (int i = 0; i < BATCH && iterator.hasNext(); i++) {
				Slot<Object> slot = table.slot(iterator.next().key());
				if (slot != null) {
					taken.add(slot);
				}
			}
		});
	}

	@Nullable Slot<Object> slot(Message.MapKey key) {
		return this.guard.get(() -> this.state.table(key.map()).slot(key.key()));
	}

	List<LoggedDelta> logged(ReplicaId origin, long from, int maxBytes) {
		this.lock.lock();
		try {
			return this.log.from(origin, from, maxBytes);
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean logReaches(ReplicaId origin, long from) {
		return this.guard.get(() -> this.log.reaches(origin, from, this.state.context().covered(origin)));
	}

	long logBytes() {
		return this.guard.get(() -> this.log.bytes());
	}

	long digest() {
		return this.guard.get(() -> this.state.digest());
	}

	ReplicaId self() {
		return this.self;
	}

	OriginTable origins() {
		return this.origins;
	}

	byte[] frame(Message message) {
		if (this.messages.link() != this.origins.link()) {
			this.messages = new Messages(this.self, this.origins.link());
		}
		return this.messages.write(message);
	}

	Codecs codecs() {
		return this.codecs;
	}

	DotContext context() {
		return this.state.context();
	}

	long entries() {
		return this.state.tables().stream().mapToLong(EntryTable::size).sum();
	}

	Collection<EntryTable<Object>> tables() {
		return this.state.tables();
	}

	private void touched(EntryTable<?> table, String key, @Nullable Slot<?> before, @Nullable Slot<?> after) {
		if (isObserved(table)) {
			this.events.add(new Mutation(table, key, before, after));
		}
	}

	private boolean isObserved(EntryTable<?> table) {
		ReplicatedMap<?> map = this.maps.get(table.id());
		return map != null && map.isObserved();
	}

}
