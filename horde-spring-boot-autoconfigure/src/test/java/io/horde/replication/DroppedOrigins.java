package io.horde.replication;

import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Dot;
import io.horde.crdt.DotContext;
import io.horde.crdt.EntryTable;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Slot;
import io.horde.replication.protocol.PruningChain;
import io.horde.replication.protocol.PruningRecord;
import io.horde.test.Simulation;

/**
 * Follows which origins the nodes of a simulation have dropped, and checks that they keep
 * no others than they may (R6).
 */
final class DroppedOrigins {

	/**
	 * What the periods of the pruning and the spreading of a record take.
	 */
	private static final Duration SLACK = Duration.ofSeconds(5);

	private final Simulation simulation;

	private final Duration forgetAfter;

	private final Map<String, Long> covered = new TreeMap<>();

	private final Map<ReplicaId, Duration> gone = new TreeMap<>();

	DroppedOrigins(Simulation simulation, Duration forgetAfter) {
		this.simulation = simulation;
		this.forgetAfter = forgetAfter;
	}

	/*
	 * Links are kept for half of the time until members are forgotten.
	 */
	void follow(Collection<TestNode> nodes) {
		for (TestNode node : nodes) {
			chain(node).records().forEach((record) -> {
				if (record.covered() < DotContext.CLOSED && record.kind() != PruningRecord.Kind.FORGOTTEN) {
					this.covered.merge(record.replica().toString(), record.covered(), Math::max);
				}
			});
		}
		this.simulation.after(Duration.ofSeconds(1), () -> follow(nodes));
	}

	private static PruningChain chain(TestNode node) {
		return node.replicator.exchange().history().chain();
	}

	/**
	 * Return up to which of their writes all had merged those that were dropped.
	 */
	Map<String, Long> covered() {
		return new TreeMap<>(this.covered);
	}

	/**
	 * Tell whether a node has merged a write, be it that nothing is kept of its origin by
	 * now.
	 */
	boolean isMerged(TestNode node, Dot dot) {
		long merged = Math.max(node.replicator.store().origins().merged(dot.replica()),
				this.covered.getOrDefault(dot.replica().toString(), 0L));
		return merged >= dot.sequence();
	}

	/**
	 * Take notice that an incarnation has ended.
	 */
	void ended(TestNode node) {
		this.gone.put(node.id, this.simulation.now());
	}

	/**
	 * Check how much a node keeps of origins, but for those that are gone just lately: no
	 * more than it has values, and that there are members.
	 */
	void checkSize(TestNode node, Collection<TestNode> members) {
		Store store = node.replicator.store();
		CausalContext context = store.context().snapshot();
		Set<ReplicaId> young = new TreeSet<>();
		this.gone.forEach((id, since) -> {
			if (this.simulation.now().minus(since).compareTo(this.forgetAfter.plus(SLACK)) < 0) {
				young.add(id);
			}
		});
		long metadata = Stream
			.of(context.vector().keySet().stream(), context.singles().stream().map(Dot::replica),
					chain(node).records().stream().map(PruningRecord::replica))
			.flatMap((origins) -> origins)
			.filter((origin) -> !young.contains(origin))
			.count();
		long values = store.tables().stream().mapToLong(DroppedOrigins::values).sum();
		if (metadata > values + members.size()) {
			throw new AssertionError(node + " keeps " + context + " and " + chain(node) + " for " + values
					+ " values and " + members.size() + " members; lately " + young + " were gone (R6)");
		}
	}

	private static long values(EntryTable<Object> table) {
		long values = 0;
		for (Iterator<Slot<Object>> slots = table.iterator(); slots.hasNext();) {
			values += slots.next().versions().size();
		}
		return values;
	}

	/**
	 * Check what a node keeps when nothing has happened for long.
	 */
	void checkRest(TestNode node, Collection<TestNode> members) {
		Store store = node.replicator.store();
		for (ReplicaId origin : store.origins().all()) {
			boolean member = members.stream().anyMatch((one) -> one.id.equals(origin));
			if (!member && store.origins().rest(origin).living() == 0) {
				throw new AssertionError(node + " keeps " + origin + ", " + this.forgetAfter.multipliedBy(3)
						+ " after the last fault, at " + this.simulation.now() + " (R6)");
			}
		}
		if (store.context().singles() > 0) {
			throw new AssertionError(node + " keeps single dots: " + store.context().snapshot() + " (R6)");
		}
		if (!chain(node).records().isEmpty()) {
			throw new AssertionError(node + " keeps records of forgotten members: " + chain(node) + " (R6)");
		}
	}

}
