package io.horde.replication;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.test.Simulation;

/**
 * Follows which origins the nodes of a simulation have dropped, and checks that they keep
 * no others than they may (R6).
 */
final class DroppedOrigins {

	private final Simulation simulation;

	private final Duration forgetAfter;

	private final Map<String, Long> covered = new TreeMap<>();

	private final Map<ReplicaId, Duration> seen = new HashMap<>();

	DroppedOrigins(Simulation simulation, Duration forgetAfter) {
		this.simulation = simulation;
		this.forgetAfter = forgetAfter;
	}

	void follow(TestNode node) {
		node.replicator.exchange().forgetting().records().addListener((key, before, after) -> note(after));
	}

	private void note(Versioned<ForgetRecord> version) {
		if (version != null && version.value().dropped()) {
			this.covered.merge(version.value().replica().toString(), version.value().covered(), Math::max);
		}
	}

	/**
	 * Return up to which of their writes all had merged those that were dropped.
	 */
	Map<String, Long> covered() {
		return new TreeMap<>(this.covered);
	}

	/**
	 * Check what a node keeps when nothing has happened for long.
	 */
	void check(TestNode node, Collection<TestNode> members) {
		Store store = node.replicator.store();
		long records = node.replicator.exchange().forgetting().records().size();
		for (ReplicaId origin : store.origins().all()) {
			boolean member = members.stream().anyMatch((one) -> one.id.equals(origin));
			if (!member && store.origins().rest(origin).living() == 0) {
				throw new AssertionError(node + " keeps " + origin + ", " + this.forgetAfter.multipliedBy(3)
						+ " after the last fault, at " + this.simulation.now() + " (R6)");
			}
		}
		if (records > 1) {
			throw new AssertionError(
					node + " keeps " + records + " records of forgotten members: " + records(node) + " (R6)");
		}
	}

	private static String records(TestNode node) {
		StringBuilder text = new StringBuilder();
		node.replicator.exchange().forgetting().records().forEach((record) -> text.append(record.value()).append(' '));
		return text + "where the members are "
				+ node.peers.view().members().stream().map((member) -> member.id() + "=" + member.status()).toList();
	}

}
