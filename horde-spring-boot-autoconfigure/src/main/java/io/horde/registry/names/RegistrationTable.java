package io.horde.registry.names;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.horde.HordeException;
import io.horde.cluster.membership.Membership;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.process.engine.LocalProcess;
import io.horde.registry.NameEntry;
import io.horde.replication.ReplicatedMap;
import io.horde.replication.Replicator;
import io.horde.replication.Writes;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

/**
 * Replicated registrations by key, and which of them are held by owners of this node.
 * Names are such registrations, with conflicts; memberships of groups too, with a key of
 * their own for each owner and so without.
 */
public final class RegistrationTable {

	/*
	 * Two sets of data have to agree: the replicated map, which anybody may change, and
	 * the registrations that this node holds for its own owners. The latter change only
	 * inside of replicator.write, together with the map, under its lock (N5): two threads
	 * that want one name are told apart there, and a process that has been released can't
	 * slip a name in afterwards. Everything else (conflicts, verdicts, cleaning up)
	 * compares the two on the loop, see RegistrationUpkeep.
	 */

	private final Membership membership;

	private final Replicator replicator;

	private final ReplicatedMap<NameRegistration> map;

	private final VisibleRegistrations visible;

	private final Map<String, Held> held = new ConcurrentHashMap<>();

	/* The two below are guarded by the lock of replicator.write. */

	private final Map<LocalProcess, Set<String>> keysOfProcess = new HashMap<>();

	private final Set<LocalProcess> released = Collections.newSetFromMap(new WeakHashMap<>());

	private volatile Displaced displaced = (loser, winner) -> {
	};

	/**
	 * Creates a table.
	 * @param mapName the name of the replicated map
	 * @param membership the members
	 * @param replicator the replicator
	 * @param payloads decodes values
	 * @param entryName from a key to the name that entries show
	 */
	public RegistrationTable(String mapName, Membership membership, Replicator replicator, Payloads payloads,
			UnaryOperator<String> entryName) {
		this.membership = membership;
		this.replicator = replicator;
		this.map = replicator.map(mapName, NameRegistration.CODEC, ConflictRules::order);
		this.visible = new VisibleRegistrations(membership, payloads, this.map, entryName);
	}

	public void onDisplaced(Displaced displaced) {
		this.displaced = displaced;
	}

	public ReplicatedMap<NameRegistration> map() {
		return this.map;
	}

	public VisibleRegistrations visible() {
		return this.visible;
	}

	/**
	 * Tell whether this node has got the replicated state.
	 * @return {@code false} while it joins: what it doesn't see may exist
	 */
	public boolean isSynchronized() {
		return this.replicator.isSynchronized();
	}

	public @Nullable Held held(String key) {
		return this.held.get(key);
	}

	public int heldCount() {
		return this.held.size();
	}

	/**
	 * Return the keys of an owner of this node.
	 * @param owner the process, or {@code null} for the node
	 * @return a copy
	 */
	public List<String> keysOf(@Nullable LocalProcess owner) {
		if (owner == null) {
			List<String> keys = new ArrayList<>();
			this.held.forEach((key, held) -> {
				if (held.owner() == null) {
					keys.add(key);
				}
			});
			Collections.sort(keys);
			return keys;
		}
		return this.replicator.write((writes) -> List.copyOf(this.keysOfProcess.getOrDefault(owner, Set.of())));
	}

	/**
	 * Take a key that nobody has, or an older run of the same process: a process that has
	 * moved may register what it had before the removal by its old run has come.
	 * @param owner the process, or {@code null} for the node
	 * @param key the key
	 * @param value the encoded value
	 * @return {@code null} if it is taken now, else who has it
	 */
	public @Nullable NameEntry register(@Nullable LocalProcess owner, String key, byte[] value) {
		return take(owner, key, value, (holder) -> owner != null && !isHeldBy(owner, key)
				&& owner.id().equals(holder.value().processId()) && owner.epoch() > holder.value().epoch());
	}

	/**
	 * Tell whether this very run has a key: its epoch may have been raised since.
	 */
	private boolean isHeldBy(LocalProcess owner, String key) {
		Held held = this.held.get(key);
		return held != null && held.owner() == owner;
	}

	/**
	 * Take a key that nobody has, or an older run of the same process.
	 * @param owner the process
	 * @param key the key
	 * @param value the encoded value
	 * @return {@code null} if it is taken now, else who has it
	 */
	public @Nullable NameEntry registerRun(LocalProcess owner, String key, byte @Nullable [] value) {
		ReplicaId self = this.membership.selfId();
		return take(owner, key, value, (holder) -> {
			NameRegistration registration = holder.value();
			if (!owner.id().equals(registration.processId())) {
				return false;
			}
			return owner.epoch() > registration.epoch()
					|| owner.epoch() == registration.epoch() && self.compareTo(holder.origin()) >= 0;
		});
	}

	/**
	 * Take a key that can be nobody else's, or change its value.
	 * @param owner the process, or {@code null} for the node
	 * @param key the key
	 * @param value the encoded value
	 */
	void put(@Nullable LocalProcess owner, String key, byte[] value) {
		take(owner, key, value, (holder) -> true);
	}

	private @Nullable NameEntry take(@Nullable LocalProcess owner, String key, byte @Nullable [] value,
			Predicate<Versioned<NameRegistration>> replaces) {
		Taken taken = this.replicator.write((writes) -> {
			if (owner != null && this.released.contains(owner)) {
				return new Taken(null, null, true);
			}
			Versioned<NameRegistration> holder = this.visible.get(key);
			if (holder != null && !replaces.test(holder)) {
				return new Taken(holder, null, false);
			}
			Held before = this.held.get(key);
			long stamp = (before != null && before.owner() == owner) ? before.registration().value().stamp()
					: writes.stamp();
			write(writes, owner, key, NameRegistration.of(owner, stamp, value));
			boolean conflict = before != null && before.owner() != owner
					&& !(owner != null && owner.id().equals(before.registration().value().processId()));
			return new Taken(null, conflict ? before : null, false);
		});
		if (taken.ended()) {
			throw new HordeException("The process '" + ((owner != null) ? owner.id() : "") + "' has ended on node '"
					+ this.membership.selfId().node() + "' and can't register '" + this.visible.nameOf(key)
					+ "' any more");
		}
		if (taken.displaced() != null) {
			Held winner = this.held.get(key);
			if (winner != null) {
				this.displaced.displaced(taken.displaced(), winner.registration());
			}
		}
		return (taken.holder() != null) ? this.visible.entry(taken.holder()) : null;
	}

	/**
	 * Change the value of a key.
	 * @param owner the process, or {@code null} for the node
	 * @param key the key
	 * @param value the encoded value
	 * @return whether the owner has the key
	 */
	public boolean update(@Nullable LocalProcess owner, String key, byte[] value) {
		return this.replicator.write((writes) -> {
			Held mine = this.held.get(key);
			if (mine == null || mine.owner() != owner || !isAlive(mine)) {
				return false;
			}
			write(writes, owner, key, mine.registration().value().withValue(value));
			return true;
		});
	}

	/**
	 * Give a key up.
	 * @param owner the process, or {@code null} for the node
	 * @param key the key
	 * @return whether the owner had it
	 */
	public boolean remove(@Nullable LocalProcess owner, String key) {
		return this.replicator.write((writes) -> {
			Held mine = this.held.get(key);
			if (mine == null || mine.owner() != owner) {
				return false;
			}
			forget(mine);
			return writes.removeDots(this.map, key, List.of(mine.registration().dot()));
		});
	}

	/**
	 * Give up all that a process has, for good.
	 * @param owner the process
	 */
	public void release(LocalProcess owner) {
		this.replicator.write((writes) -> {
			this.released.add(owner);
			for (String key : List.copyOf(this.keysOfProcess.getOrDefault(owner, Set.of()))) {
				Held mine = this.held.get(key);
				if (mine != null && mine.owner() == owner) {
					forget(mine);
					writes.removeDots(this.map, key, List.of(mine.registration().dot()));
				}
			}
			this.keysOfProcess.remove(owner);
			return true;
		});
	}

	/**
	 * Write a held registration again, if nothing has changed since the decision.
	 * @param mine the registration
	 * @param seen what was in the map when it was decided
	 * @param disputes what the registration counts
	 * @return whether nothing had changed
	 */
	boolean assertAgain(Held mine, List<Versioned<NameRegistration>> seen, int disputes) {
		return this.replicator.write((writes) -> {
			if (hasChanged(mine, seen)) {
				return false;
			}
			write(writes, mine.owner(), mine.key(), mine.registration().value().withDisputes(disputes));
			return true;
		});
	}

	/**
	 * Stop to hold a registration that is lost, if nothing has changed since the
	 * decision.
	 * @param mine the registration
	 * @param seen what was in the map when it was decided
	 * @return whether nothing had changed
	 */
	boolean lose(Held mine, List<Versioned<NameRegistration>> seen) {
		return this.replicator.write((writes) -> {
			if (hasChanged(mine, seen)) {
				return false;
			}
			forget(mine);
			return true;
		});
	}

	/**
	 * Remove registrations of nodes that are gone for good (O5).
	 * @param registrations the registrations
	 */
	void clean(List<Versioned<NameRegistration>> registrations) {
		this.replicator.write((writes) -> {
			for (Versioned<NameRegistration> registration : registrations) {
				writes.removeDots(this.map, registration.key(), List.of(registration.dot()));
			}
			return true;
		});
	}

	boolean isAlive(Held mine) {
		return this.map.isAlive(mine.key(), mine.registration().dot());
	}

	private boolean hasChanged(Held mine, List<Versioned<NameRegistration>> seen) {
		return this.held.get(mine.key()) != mine || !dots(this.map.siblings(mine.key())).equals(dots(seen));
	}

	private static List<Dot> dots(List<Versioned<NameRegistration>> registrations) {
		return registrations.stream().map(Versioned::dot).toList();
	}

	private void write(Writes writes, @Nullable LocalProcess owner, String key, NameRegistration registration) {
		Dot dot = writes.put(this.map, key, registration);
		Held before = this.held.get(key);
		if (before != null) {
			forget(before);
		}
		this.held.put(key, new Held(owner, new Versioned<>(key, registration, writes.stamp(), dot)));
		if (owner != null) {
			this.keysOfProcess.computeIfAbsent(owner, (process) -> new LinkedHashSet<>()).add(key);
		}
	}

	private void forget(Held mine) {
		this.held.remove(mine.key());
		Set<String> keys = (mine.owner() != null) ? this.keysOfProcess.get(mine.owner()) : null;
		if (keys != null) {
			keys.remove(mine.key());
			if (keys.isEmpty()) {
				this.keysOfProcess.remove(mine.owner());
			}
		}
	}

	/**
	 * A registration of an owner of this node.
	 *
	 * @param owner the process, or {@code null} for the node
	 * @param registration what was written last
	 */
	public record Held(@Nullable LocalProcess owner, Versioned<NameRegistration> registration) {

		public String key() {
			return this.registration.key();
		}

	}

	/**
	 * Told when an owner of this node takes a name that another one of this node had lost
	 * without having been told yet.
	 */
	@FunctionalInterface
	public interface Displaced {

		/**
		 * Called on any thread.
		 * @param loser the registration that was lost
		 * @param winner who has the name now
		 */
		void displaced(Held loser, Versioned<NameRegistration> winner);

	}

	private record Taken(@Nullable Versioned<NameRegistration> holder, @Nullable Held displaced, boolean ended) {

	}

}
