package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Dot;
import io.horde.crdt.Versioned;
import io.horde.test.Faults;
import io.horde.test.Simulation;

/**
 * A random history of a few replicators on a bad network, and what must be true of it.
 * The expectation is computed from the operations alone: what is alive in the end are the
 * writes that some survivor merged, without those that such a write replaced or removed.
 */
final class ReplicationSimulation {

	private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

	private final Simulation simulation;

	private final SplittableRandom random;

	private final List<String> members;

	private final ReplicationSettings settings;

	private final Map<String, TestNode> nodes = new TreeMap<>();

	private final Map<Dot, Set<Dot>> removedBy = new LinkedHashMap<>();

	private final Map<Dot, String> written = new HashMap<>();

	private final Map<Dot, List<TestNode>> holders = new LinkedHashMap<>();

	private final Set<TestNode> crashed = new HashSet<>();

	private final int keys;

	private long incarnations;

	ReplicationSimulation(long seed) {
		this.simulation = new Simulation(seed);
		this.random = new SplittableRandom(seed * 31 + 7);
		this.members = NAMES.subList(0, 2 + this.random.nextInt(4));
		this.settings = this.random.nextInt(3) == 0 ? ReplicationSettings.defaults()
				: new ReplicationSettings(1000 + this.random.nextInt(20_000), 200 + this.random.nextInt(2000), 4000);
		this.keys = 3 + this.random.nextInt(40);
	}

	void run() {
		faults();
		for (String member : this.members) {
			if (this.random.nextInt(4) != 0) {
				start(member);
			}
		}
		int steps = 20 + this.random.nextInt(60);
		for (int i = 0; i < steps; i++) {
			step();
			this.simulation.run(Duration.ofMillis(this.random.nextInt(this.random.nextInt(4) == 0 ? 2000 : 40)));
		}
		this.simulation.network().heal();
		this.members.forEach((member) -> {
			if (!this.nodes.containsKey(member)) {
				start(member);
			}
			else if (this.nodes.get(member).loop.isPaused()) {
				this.nodes.get(member).loop.resume();
			}
		});
		if (!this.simulation.runUntil(this::isEqual, Duration.ofSeconds(120))) {
			StringBuilder message = new StringBuilder("The replicas are not equal:");
			this.nodes.values()
				.forEach((node) -> message.append("\n").append(node.isUp()).append(node.description().get()));
			throw new AssertionError(message.toString());
		}
		check();
	}

	long traceHash() {
		return this.simulation.traceHash();
	}

	private void step() {
		int choice = this.random.nextInt(100);
		TestNode node = any();
		if (node == null || choice < 3) {
			String member = this.members.get(this.random.nextInt(this.members.size()));
			if (!this.nodes.containsKey(member)) {
				start(member);
			}
		}
		else if (choice < 5 && this.nodes.size() > 1) {
			crash(node);
		}
		else if (choice < 9) {
			partition();
		}
		else if (choice < 13) {
			this.simulation.network().heal();
			faults();
		}
		else if (choice < 15) {
			faults();
		}
		else if (choice < 17) {
			if (node.loop.isPaused()) {
				node.loop.resume();
			}
			else {
				node.loop.pause();
			}
		}
		else if (choice < 19) {
			String other = this.members.get(this.random.nextInt(this.members.size()));
			if (!other.equals(node.id.node())) {
				this.simulation.network().reset(node.id.node(), other);
			}
		}
		else if (!node.loop.isPaused()) {
			int writes = this.random.nextInt(10) == 0 ? 100 : 1 + this.random.nextInt(4);
			for (int i = 0; i < writes; i++) {
				write(node);
			}
		}
	}

	private void write(TestNode node) {
		int changes = this.random.nextInt(5) == 0 ? 2 + this.random.nextInt(3) : 1;
		Map<Dot, Set<Dot>> removals = new LinkedHashMap<>();
		Map<Dot, String> puts = new LinkedHashMap<>();
		long first = node.context().covered(node.id) + 1;
		Written<Integer> result = node.replicator.writeAndExport((writes) -> {
			int done = 0;
			for (int i = 0; i < changes; i++) {
				ReplicatedMap<String> map = this.random.nextBoolean() ? node.names : node.places;
				String key = "k" + this.random.nextInt(this.keys);
				Set<Dot> seen = new HashSet<>();
				map.siblings(key).forEach((version) -> seen.add(version.dot()));
				Dot dot = new Dot(node.id, first + done);
				int kind = this.random.nextInt(10);
				if (kind < 6) {
					String value = "v" + dot;
					Dot put = writes.put(map, key, value);
					if (!put.equals(dot) || !map.get(key).dot().equals(dot)) {
						throw new AssertionError("A put of " + dot + " is not read: " + map.siblings(key));
					}
					puts.put(dot, map.name() + "/" + key + "=" + value);
					removals.put(dot, seen);
					done++;
				}
				else if (kind < 8 && writes.removeSeen(map, key)) {
					removals.put(dot, seen);
					done++;
				}
				else if (writes.removeOwn(map, key)) {
					seen.removeIf((other) -> !other.replica().equals(node.id));
					removals.put(dot, seen);
					done++;
				}
			}
			return done;
		});
		this.removedBy.putAll(removals);
		this.written.putAll(puts);
		if (result.result() > 0) {
			Dot last = new Dot(node.id, first + result.result() - 1);
			removals.keySet().forEach((dot) -> {
				if (!node.context().knows(dot)) {
					throw new AssertionError(node + " doesn't know its own " + dot);
				}
			});
			node.replicator.held(last).thenRun(() -> this.holders.put(last, holders(last)));
			if (this.random.nextInt(4) == 0) {
				TestNode other = any();
				if (other != null && other != node) {
					other.loop.execute(() -> other.replicator.merge(result.delta()));
				}
			}
		}
	}

	private List<TestNode> holders(Dot dot) {
		return this.nodes.values()
			.stream()
			.filter((node) -> node.isUp() && node.context().covered(dot.replica()) >= dot.sequence())
			.toList();
	}

	private TestNode any() {
		List<TestNode> alive = this.nodes.values().stream().toList();
		return alive.isEmpty() ? null : alive.get(this.random.nextInt(alive.size()));
	}

	private void start(String member) {
		long incarnation = ++this.incarnations;
		this.nodes.put(member, new TestNode(this.simulation, member, incarnation, this.settings).start(this.members));
	}

	private void crash(TestNode node) {
		node.loop.kill();
		this.crashed.add(node);
		this.nodes.remove(node.id.node());
	}

	private void faults() {
		Faults faults = Faults.NONE.withDelay(Duration.ofNanos(50_000), Duration.ofMillis(1 + this.random.nextInt(30)));
		if (this.random.nextBoolean()) {
			faults = faults.withLoss(this.random.nextDouble() * 0.2)
				.withDuplication(this.random.nextDouble() * 0.2)
				.withReordering(this.random.nextDouble() * 0.3)
				.withStraggling(this.random.nextDouble() * 0.05);
		}
		this.simulation.network().faults(faults);
	}

	private void partition() {
		List<String> some = new ArrayList<>();
		List<String> others = new ArrayList<>();
		this.members.forEach((member) -> (this.random.nextBoolean() ? some : others).add(member));
		if (this.random.nextInt(4) == 0 && !some.isEmpty() && !others.isEmpty()) {
			this.simulation.network().cut(some.get(0), others.get(0));
		}
		else {
			this.simulation.network().partition(some, others);
		}
		if (this.random.nextBoolean()) {
			this.simulation.network().linkTimeout(Duration.ofMillis(500 + this.random.nextInt(3000)));
		}
	}

	private boolean isEqual() {
		TestNode first = this.nodes.values().iterator().next();
		return this.nodes.values()
			.stream()
			.allMatch((node) -> node.isUp() && node.replicator.store().digest() == first.replicator.store().digest());
	}

	private void check() {
		TestNode first = this.nodes.values().iterator().next();
		CausalContext context = first.context();
		// A write that died with its origin may have had its effect: it was exported, or
		// a reconciliation passed on what it left
		Set<Dot> removed = new HashSet<>();
		Set<Dot> perhaps = new HashSet<>();
		this.removedBy.forEach((dot, dots) -> {
			if (context.covered(dot.replica()) >= dot.sequence()) {
				removed.addAll(dots);
			}
			else {
				perhaps.addAll(dots);
			}
		});
		TreeMap<String, String> expected = new TreeMap<>();
		this.written.forEach((dot, value) -> {
			boolean undecided = perhaps.contains(dot) || context.covered(dot.replica()) < dot.sequence();
			boolean alive = first.alive().containsKey(dot.toString());
			if (context.knows(dot) && !removed.contains(dot) && (!undecided || alive)) {
				expected.put(dot.toString(), value);
			}
		});
		for (TestNode node : this.nodes.values()) {
			TreeMap<String, String> alive = node.alive();
			alive.replaceAll((dot, value) -> value.substring(0, value.lastIndexOf('@')));
			if (!alive.equals(expected)) {
				throw new AssertionError(node + " has\n" + alive + "\ninstead of\n" + expected + "\nwith " + context);
			}
			if (!node.alive().equals(first.alive())) {
				throw new AssertionError(node + " and " + first + " differ in stamps");
			}
		}
		this.holders.forEach((dot, holding) -> {
			if (!this.crashed.containsAll(holding) && context.covered(dot.replica()) < dot.sequence()) {
				throw new AssertionError("The acknowledged write " + dot + " is lost, which " + holding + " held");
			}
		});
		checkVisible();
	}

	private void checkVisible() {
		for (TestNode node : this.nodes.values()) {
			node.names.forEach((visible) -> {
				Versioned<String> greatest = node.names.siblings(visible.key())
					.stream()
					.max(Versioned.BY_STAMP)
					.orElseThrow();
				if (!greatest.equals(visible)) {
					throw new AssertionError(visible + " is visible instead of " + greatest);
				}
			});
		}
	}

}
