package io.horde.supervisor.ownership;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

import io.horde.cluster.Member;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.replication.ReplicatedMap;
import io.horde.replication.Replicator;
import io.horde.replication.Writes;
import io.horde.supervisor.ownership.ChildFacts.Owner;
import io.horde.supervisor.ownership.ChildFacts.Want;
import io.horde.supervisor.ownership.DesiredEntry.StopMark;
import io.horde.supervisor.ownership.StaticChildren.StaticChild;
import io.horde.time.EventLoop;
import io.horde.time.clock.HybridLogicalClock;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state of a supervisor: what is desired and who is responsible for it.
 */
public final class Ledger {

	private static final int EPOCHS_PER_MILLI = 256;

	private final Membership membership;

	private final Replicator replicator;

	private final HybridLogicalClock clock;

	private final Owners owners;

	private final ReplicatedMap<DesiredEntry> desired;

	private final ReplicatedMap<Placement> placements;

	private volatile SortedMap<String, StaticChild> statics = Collections.emptySortedMap();

	private Predicate<String> quorumTypes = (type) -> false;

	private long lastEpoch;

	/**
	 * Creates a ledger. Its maps are added to the replicator, which may not be started
	 * yet.
	 * @param clock the source of epochs
	 */
	public Ledger(EventLoop loop, Membership membership, Replicator replicator, HybridLogicalClock clock) {
		this.membership = membership;
		this.replicator = replicator;
		this.clock = clock;
		this.owners = new Owners(loop, membership);
		this.desired = replicator.map("desired", DesiredEntry.CODEC, Versioned.BY_STAMP);
		this.placements = replicator.map("placement", Placement.CODEC, Placement.ORDER);
	}

	public ReplicaId self() {
		return this.membership.selfId();
	}

	/**
	 * Return the name of this node.
	 */
	public String node() {
		return self().node();
	}

	public MembershipView view() {
		return this.membership.view();
	}

	public Membership membership() {
		return this.membership;
	}

	public Replicator replicator() {
		return this.replicator;
	}

	public ReplicatedMap<DesiredEntry> desired() {
		return this.desired;
	}

	public ReplicatedMap<Placement> placements() {
		return this.placements;
	}

	public SortedMap<String, StaticChild> statics() {
		return this.statics;
	}

	public void statics(SortedMap<String, StaticChild> statics) {
		this.statics = statics;
	}

	public @Nullable Placement placement(String id) {
		Versioned<Placement> placement = this.placements.get(id);
		return (placement != null) ? placement.value() : null;
	}

	/**
	 * Return what is wanted under an id at present, or {@code null} if nothing is. An
	 * entry in the desired map goes before a static child.
	 */
	public @Nullable Wanted wanted(String id) {
		Versioned<DesiredEntry> entry = this.desired.get(id);
		DesiredChild desired = (entry != null) ? entry.value().child() : null;
		if (entry != null && desired != null) {
			return new Wanted(id, desired, entry.dot(), 0, 1);
		}
		StaticChild child = staticChild(id);
		if (child == null) {
			return null;
		}
		boolean quorum = this.quorumTypes.test(child.type());
		return new Wanted(id, DesiredChild.plain(child.type(), id, quorum), null, child.instance(), child.of());
	}

	/**
	 * Return the static child of an id, if no entry stands in its place (O8).
	 */
	private @Nullable StaticChild staticChild(String id) {
		return (this.desired.get(id) == null) ? this.statics.get(id) : null;
	}

	/**
	 * Set which types' static children need a quorum. The mode of others is in their
	 * entries (Q1).
	 */
	public void quorumTypes(Predicate<String> quorumTypes) {
		this.quorumTypes = quorumTypes;
	}

	/**
	 * Tell whether a static child is marked as stopped.
	 */
	public boolean isStopped(String id) {
		Versioned<DesiredEntry> entry = this.desired.get(id);
		return entry != null && entry.value().child() == null;
	}

	/**
	 * Tell what should become of a copy that serves a desired entry (O2).
	 * @param served the entry, or {@code null} for a static child
	 */
	public Want want(String id, @Nullable Dot served) {
		if (served == null) {
			return (staticChild(id) != null) ? Want.RUN : Want.END;
		}
		return switch (this.desired.state(id, served)) {
			case ALIVE -> Want.RUN;
			case UNKNOWN -> Want.UNKNOWN;
			case GONE -> Want.END;
		};
	}

	/**
	 * Return the next epoch for a child (O3): above all that are known for it, and never
	 * below the clock, so that it grows also across delete and re-create.
	 */
	public long nextEpoch(String id, long atLeast) {
		long highest = atLeast;
		for (Versioned<Placement> sibling : this.placements.siblings(id)) {
			highest = Math.max(highest, sibling.value().epoch());
		}
		long time = HybridLogicalClock.millis(this.clock.next()) * EPOCHS_PER_MILLI;
		this.lastEpoch = Math.max(Math.max(this.lastEpoch, highest) + 1, time);
		return this.lastEpoch;
	}

	/**
	 * Return how the owner of a placement stands.
	 */
	public Owner owner(@Nullable Placement placement) {
		return this.owners.of(placement);
	}

	/**
	 * Set who is told that an owner which was not known has not turned up.
	 */
	public void onGone(Consumer<ReplicaId> gone) {
		this.owners.onGone(gone);
	}

	/**
	 * Return the living incarnation of a member that was chosen.
	 */
	public @Nullable MemberState living(@Nullable Member chosen) {
		return (chosen != null) ? view().living(chosen.name()) : null;
	}

	/**
	 * Return the living incarnation of a member that was chosen, if it is another one.
	 */
	public @Nullable MemberState livingElsewhere(@Nullable Member chosen) {
		MemberState living = living(chosen);
		return (living != null && !living.id().equals(self())) ? living : null;
	}

	public <R> R write(Function<Writes, R> body) {
		return this.replicator.write(body);
	}

	/**
	 * Write this node's placements of many children, one or several at once.
	 */
	public void put(Map<String, Placement> placements) {
		this.replicator.writeEach(placements.entrySet(),
				(writes, entry) -> writes.put(this.placements, entry.getKey(), entry.getValue()));
	}

	public void put(String id, Placement placement) {
		this.replicator.write((writes) -> writes.put(this.placements, id, placement));
	}

	/**
	 * Remove this node's placement of a child.
	 */
	public void removeOwn(String id) {
		this.replicator.write((writes) -> writes.removeOwn(this.placements, id));
	}

	/**
	 * Remove what is desired under an id, whoever wrote it (R3).
	 * @return a write that is held where the removal is
	 */
	public Dot removeDesired(String id, String type) {
		/* A removal has no dot to be awaited; what is written along with it has. */
		return this.replicator.write((writes) -> {
			Dot mark = writes.put(this.desired, id, new StopMark(type));
			writes.removeSeen(this.desired, id);
			return mark;
		});
	}

	/**
	 * Forget a child that ended for good: its desired entry, and this node's placement.
	 * The entry that was served stands for all that were made concurrently with it; one
	 * that came after it was removed is another child's.
	 */
	public void forget(String id, @Nullable Dot served, String type) {
		this.replicator.write((writes) -> {
			if (served == null) {
				writes.put(this.desired, id, new StopMark(type));
			}
			else if (this.desired.isAlive(id, served)) {
				writes.removeSeen(this.desired, id);
			}
			return writes.removeOwn(this.placements, id);
		});
	}

	/**
	 * Remove a desired entry that could not be started, and this node's placement.
	 */
	public void discard(String id, Collection<Dot> dots) {
		this.replicator.write((writes) -> {
			writes.removeDots(this.desired, id, List.copyOf(dots));
			return writes.removeOwn(this.placements, id);
		});
	}

}
