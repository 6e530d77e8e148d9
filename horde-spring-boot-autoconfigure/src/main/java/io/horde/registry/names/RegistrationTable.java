package io.horde.registry.names;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.horde.HordeException;
import io.horde.cluster.membership.Membership;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.process.engine.LocalProcess;
import io.horde.registry.NameEntry;
import io.horde.replication.ReplicatedMap;
import io.horde.replication.Replicator;
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

	private final HeldRegistrations held;

	private volatile BiConsumer<Held, Versioned<NameRegistration>> displaced = (loser, winner) -> {
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
		this.held = new HeldRegistrations(this.map);
		this.visible = new VisibleRegistrations(membership, payloads, this.map, entryName);
	}

	/**
	 * Set who is told when an owner of this node takes a name that another one of this
	 * node had lost without having been told yet: the registration that was lost, and who
	 * has the name now. Called on any thread.
	 */
	public void onDisplaced(BiConsumer<Held, Versioned<NameRegistration>> displaced) {
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

	/**
	 * Return the value that an owner has given a key.
	 * @return {@code null} if it does not have the key, or gave none
	 */
	public byte @Nullable [] value(LocalProcess owner, String key) {
		Held mine = this.held.of(owner, key);
		return (mine != null) ? mine.registration().value().value() : null;
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
		return (owner == null) ? this.held.keysOfNode() : this.replicator.write((writes) -> this.held.keysOf(owner));
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
		return take(owner, key, (mine) -> new NamedRun(value, null),
				(holder) -> owner != null && this.held.of(owner, key) == null && holder.value().isOf(owner)
						&& owner.epoch() > holder.value().epoch());
	}

	/**
	 * Take a key that nobody has, or an older run of the same process. A run that has it
	 * already keeps the value that it has given it since (N12).
	 * @param owner the process
	 * @param key the key
	 * @param run the value with which the run begins
	 * @return {@code null} if it is taken now, else who has it
	 */
	public @Nullable NameEntry registerRun(LocalProcess owner, String key, NamedRun run) {
		ReplicaId self = this.membership.selfId();
		return take(owner, key, (mine) -> (mine != null) ? run.with(mine.registration().value().value())
				: run.begins() ? run : run.with(lastValue(owner, key, run)), (holder) -> {
					long epoch = holder.value().epoch();
					return holder.value().isOf(owner) && (owner.epoch() > epoch
							|| owner.epoch() == epoch && self.compareTo(holder.origin()) >= 0);
				});
	}

	/*
	 * That of the latest run of the same child, be it of a node that is gone.
	 */
	private byte @Nullable [] lastValue(LocalProcess owner, String key, NamedRun run) {
		return this.map.siblings(key)
			.stream()
			.filter((sibling) -> sibling.value().isOf(owner) && Objects.equals(sibling.value().served(), run.served()))
			.max(Comparator.comparingLong((Versioned<NameRegistration> sibling) -> sibling.value().epoch())
				.thenComparing(Versioned.BY_STAMP))
			.map((sibling) -> sibling.value().value())
			.orElse(run.value());
	}

	/**
	 * Take a key that can be nobody else's, or change its value.
	 * @param owner the process, or {@code null} for the node
	 * @param key the key
	 * @param value the encoded value
	 */
	void put(@Nullable LocalProcess owner, String key, byte[] value) {
		take(owner, key, (mine) -> new NamedRun(value, null), (holder) -> true);
	}

	private @Nullable NameEntry take(@Nullable LocalProcess owner, String key, Function<@Nullable Held, NamedRun> run,
			Predicate<Versioned<NameRegistration>> replaces) {
		Taken taken = this.replicator.write((writes) -> {
			if (owner != null && this.held.isReleased(owner)) {
				throw new HordeException(
						"The process '" + owner.id() + "' has ended on node '" + this.membership.selfId().node()
								+ "' and can't register '" + this.visible.nameOf(key) + "' any more");
			}
			Versioned<NameRegistration> holder = this.visible.get(key);
			if (holder != null && !replaces.test(holder)) {
				return new Taken(holder, null);
			}
			Held before = this.held.get(key);
			long stamp = (before != null && before.owner() == owner) ? before.registration().value().stamp()
					: writes.stamp();
			NamedRun taking = run.apply(this.held.of(owner, key));
			this.held.write(writes, owner, key, NameRegistration.of(owner, stamp, taking.value(), taking.served()));
			boolean conflict = before != null && before.owner() != owner
					&& !(owner != null && before.registration().value().isOf(owner));
			return new Taken(null, conflict ? before : null);
		});
		if (taken.displaced() != null) {
			Held winner = this.held.get(key);
			if (winner != null) {
				this.displaced.accept(taken.displaced(), winner.registration());
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
			Held mine = this.held.of(owner, key);
			if (mine == null || !this.held.isAlive(mine)) {
				return false;
			}
			this.held.write(writes, owner, key, mine.registration().value().withValue(value));
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
			Held mine = this.held.of(owner, key);
			if (mine == null) {
				return false;
			}
			return this.held.remove(writes, mine);
		});
	}

	/**
	 * Give up all that a process has, for good.
	 * @param owner the process
	 */
	public void release(LocalProcess owner) {
		List<String> keys = this.replicator.write((writes) -> this.held.release(owner));
		this.replicator.writeEach(keys, (writes, key) -> {
			Held mine = this.held.of(owner, key);
			if (mine != null) {
				this.held.remove(writes, mine);
			}
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
			if (this.held.hasChanged(mine, seen)) {
				return false;
			}
			this.held.write(writes, mine.owner(), mine.key(), mine.registration().value().withDisputes(disputes));
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
			if (this.held.hasChanged(mine, seen)) {
				return false;
			}
			this.held.forget(mine);
			return true;
		});
	}

	/**
	 * Remove registrations of nodes that are gone for good (O5).
	 * @param registrations the registrations
	 */
	void clean(List<Versioned<NameRegistration>> registrations) {
		this.replicator.writeEach(registrations,
				(writes, registration) -> writes.removeDots(this.map, registration.key(), List.of(registration.dot())));
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

	private record Taken(@Nullable Versioned<NameRegistration> holder, @Nullable Held displaced) {

	}

}
