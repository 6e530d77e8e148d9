package io.horde.supervisor.engine;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.horde.crdt.ReplicaId;
import io.horde.process.ProcessState;
import io.horde.supervisor.ChildCounts;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.StaticChildren.StaticChild;
import io.horde.supervisor.ownership.Wanted;
import org.jspecify.annotations.Nullable;

/**
 * What readers see of the children, and the indexes that make the cost of a change of
 * membership proportional to the children that it concerns. Written on the loop, read
 * from any thread.
 */
final class ChildTable {

	private final Ledger ledger;

	private final Map<String, ProcessRef> rows = new ConcurrentHashMap<>();

	private final Map<String, ReplicaId> owners = new HashMap<>();

	private final TreeMap<ReplicaId, TreeSet<String>> byOwner = new TreeMap<>();

	private final Map<String, String> idsByName = new HashMap<>();

	private final TreeSet<String> unplaced = new TreeSet<>();

	private volatile ChildCounts counts = new ChildCounts(0, 0, 0, 0);

	ChildTable(Ledger ledger) {
		this.ledger = ledger;
	}

	/**
	 * Bring the row and the indexes of a child up to date.
	 */
	void refresh(String id) {
		Placement placement = this.ledger.placement(id);
		Wanted wanted = this.ledger.wanted(id);
		index(id, (placement != null) ? placement.owner() : null);
		if (placement == null && wanted != null) {
			this.unplaced.add(id);
		}
		else {
			this.unplaced.remove(id);
		}
		ProcessRef row = row(id, wanted, placement);
		ProcessRef before = (row != null) ? this.rows.put(id, row) : this.rows.remove(id);
		if (before != null && before.name() != null && (row == null || !before.name().equals(row.name()))) {
			this.idsByName.remove(before.name(), id);
		}
		if (row != null && row.name() != null) {
			this.idsByName.put(row.name(), id);
		}
		count(before, row);
	}

	private @Nullable ProcessRef row(String id, @Nullable Wanted wanted, @Nullable Placement placement) {
		if (wanted == null) {
			StaticChild fixed = this.ledger.statics().get(id);
			return (fixed != null && this.ledger.isStopped(id))
					? new ProcessRef(id, fixed.type(), id, "", 0, ProcessState.STOPPED) : null;
		}
		if (placement == null) {
			return wanted.ref("", 0, ProcessState.WAITING);
		}
		return switch (this.ledger.owner(placement)) {
			case SELF, ALIVE -> wanted.ref(placement.owner().node(), placement.epoch(), placement.phase().state());
			default -> wanted.ref("", placement.epoch(), (placement.phase() == Placement.Phase.QUARANTINED)
					? ProcessState.QUARANTINED : ProcessState.WAITING);
		};
	}

	private void index(String id, @Nullable ReplicaId owner) {
		ReplicaId before = (owner != null) ? this.owners.put(id, owner) : this.owners.remove(id);
		if (before != null && !before.equals(owner)) {
			TreeSet<String> ids = this.byOwner.get(before);
			if (ids != null) {
				ids.remove(id);
				if (ids.isEmpty()) {
					this.byOwner.remove(before);
				}
			}
		}
		if (owner != null && !owner.equals(before)) {
			this.byOwner.computeIfAbsent(owner, (key) -> new TreeSet<>()).add(id);
		}
	}

	private void count(@Nullable ProcessRef before, @Nullable ProcessRef after) {
		ChildCounts counts = this.counts;
		ChildCounts next = new ChildCounts(counts.specs() + wanted(after) - wanted(before),
				counts.active() + active(after) - active(before),
				counts.restarting() + restarting(after) - restarting(before),
				counts.quarantined() + quarantined(after) - quarantined(before));
		if (!next.equals(counts)) {
			this.counts = next;
		}
	}

	private static int wanted(@Nullable ProcessRef row) {
		return (row != null && row.state() != ProcessState.STOPPED) ? 1 : 0;
	}

	private static int active(@Nullable ProcessRef row) {
		return (row != null && row.state() == ProcessState.RUNNING) ? 1 : 0;
	}

	private static int quarantined(@Nullable ProcessRef row) {
		return (row != null && row.state() == ProcessState.QUARANTINED) ? 1 : 0;
	}

	private static int restarting(@Nullable ProcessRef row) {
		return wanted(row) - active(row) - quarantined(row);
	}

	@Nullable ProcessRef row(String id) {
		return this.rows.get(id);
	}

	Stream<ProcessRef> rows() {
		return this.rows.values().stream();
	}

	ChildCounts counts() {
		return this.counts;
	}

	/**
	 * Return the child that should have a name. Called on the loop.
	 */
	@Nullable String idOf(String name) {
		return this.idsByName.get(name);
	}

	/**
	 * Return the owners of placements. Called on the loop.
	 */
	List<ReplicaId> owners() {
		return List.copyOf(this.byOwner.keySet());
	}

	/**
	 * Tell whether an incarnation is responsible for any child. Called on the loop.
	 */
	boolean isOwner(ReplicaId replica) {
		return this.byOwner.containsKey(replica);
	}

	/**
	 * Return the children that an incarnation is responsible for. Called on the loop.
	 */
	Collection<String> ownedBy(ReplicaId owner) {
		TreeSet<String> ids = this.byOwner.get(owner);
		return (ids != null) ? List.copyOf(ids) : Collections.emptyList();
	}

	/**
	 * Return the children that should run and have no placement. Called on the loop.
	 */
	Collection<String> unplaced() {
		return List.copyOf(this.unplaced);
	}

}
