package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Dot;
import io.horde.crdt.Versioned;
import io.horde.replication.HistoryEvent.Changed;
import io.horde.replication.HistoryEvent.Entry;
import io.horde.test.Faults;
import io.horde.test.Simulation;

/**
 * A random history of a few replicators on a bad network. What must be true of it is
 * computed from its events alone, see {@link HistoryChecker}.
 */
final class ReplicationSimulation {

	private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

	private final Simulation simulation;

	private final SplittableRandom random;

	private final Rules rules;

	private final List<String> members;

	private final ReplicationSettings settings;

	private final Map<String, TestNode> nodes = new TreeMap<>();

	private final Map<String, TestNode> everyone = new TreeMap<>();

	private final Set<TestNode> leaving = new HashSet<>();

	private final Map<TestNode, Long> written = new HashMap<>();

	private final List<HistoryEvent> history = new ArrayList<>();

	private final int keys;

	/*
	 * Nothing is lost, and nobody comes or goes: then nothing is to be repaired either.
	 */
	private final boolean calm;

	private final DroppedOrigins dropped;

	private final Duration forgetAfter;

	private long incarnations;

	ReplicationSimulation(long seed) {
		this(seed, Rules.ALL);
	}

	ReplicationSimulation(long seed, Rules rules) {
		this.simulation = new Simulation(seed);
		this.random = new SplittableRandom(seed * 31 + 7);
		this.rules = rules;
		this.members = NAMES.subList(0, 2 + this.random.nextInt(4));
		this.calm = this.random.nextInt(8) == 0;
		this.settings = this.calm || this.random.nextInt(3) == 0 ? ReplicationSettings.defaults()
				: new ReplicationSettings(1000 + this.random.nextInt(20_000), 200 + this.random.nextInt(2000), 4000);
		this.keys = 3 + this.random.nextInt(40);
		SplittableRandom more = new SplittableRandom(seed * 17 + 5);
		this.forgetAfter = more.nextInt(4) == 0 ? Duration.ofMinutes(10) : Duration.ofSeconds(8 + more.nextInt(20));
		this.dropped = new DroppedOrigins(this.simulation, this.forgetAfter);
	}

	void run() {
		faults();
		for (String member : this.members) {
			if (this.calm || this.random.nextInt(4) != 0) {
				start(member);
			}
		}
		int steps = 20 + this.random.nextInt(60);
		for (int i = 0; i < steps; i++) {
			step();
			this.simulation.run(Duration.ofMillis(this.random.nextInt(this.random.nextInt(4) == 0 ? 2000 : 40)));
		}
		heal();
		awaitEqual();
		if (this.forgetAfter.compareTo(Duration.ofMinutes(1)) < 0) {
			this.simulation.run(this.forgetAfter.multipliedBy(3));
			awaitEqual();
			this.nodes.values().forEach((node) -> this.dropped.check(node, this.nodes.values()));
		}
		this.nodes.values().forEach(this::end);
		if (this.calm && this.nodes.values().stream().anyMatch((node) -> node.replicator.stats().pulls() > 0)) {
			throw new AssertionError("Deltas that were on their way were pulled (R9)");
		}
		if (!this.rules.broken(Rule.R1)) {
			HistoryChecker.verify(this.history);
		}
	}

	private void awaitEqual() {
		if (!this.simulation.runUntil(this::isEqual, Duration.ofSeconds(120))) {
			StringBuilder message = new StringBuilder("The replicas are not equal:");
			this.nodes.values()
				.forEach((node) -> message.append("\n").append(node.isUp() ? "" : "not up ").append(summary(node)));
			throw new AssertionError(message.toString());
		}
	}

	private static String summary(TestNode node) {
		String text = node.description().get();
		return text.substring(0, Math.min(text.length(), 600));
	}

	private void heal() {
		this.simulation.network().heal();
		for (String member : this.members) {
			TestNode node = this.nodes.get(member);
			if (node != null && this.leaving.contains(node)) {
				left(node);
				node = null;
			}
			if (node == null) {
				start(member);
			}
			else {
				node.loop.resume();
			}
		}
	}

	/**
	 * Return what has happened, one event after the other.
	 */
	List<HistoryEvent> history() {
		return this.history;
	}

	long traceHash() {
		return this.simulation.traceHash();
	}

	private void step() {
		int choice = this.calm ? 99 : this.random.nextInt(100);
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
		else if (choice < 18) {
			pause(node);
		}
		else if (choice < 20) {
			String other = this.members.get(this.random.nextInt(this.members.size()));
			if (!other.equals(node.id.node())) {
				this.simulation.network().reset(node.id.node(), other);
			}
		}
		else if (choice < 22) {
			this.simulation.network().slow(node.id.node(), 2000 + this.random.nextInt(100_000));
		}
		else if (choice < 24) {
			clock(node);
		}
		else if (choice < 25 && this.nodes.size() > 1) {
			leave(node);
		}
		else if (!node.loop.isPaused() && !this.leaving.contains(node)) {
			int writes = this.random.nextInt(10) == 0 ? 100 : 1 + this.random.nextInt(4);
			for (int i = 0; i < writes; i++) {
				write(node);
				read(node);
			}
		}
	}

	private void pause(TestNode node) {
		if (node.loop.isPaused()) {
			node.loop.resume();
		}
		else if (this.random.nextInt(3) == 0) {
			node.loop.suspend();
		}
		else {
			node.loop.pause();
		}
	}

	private void clock(TestNode node) {
		if (this.random.nextBoolean()) {
			node.loop.clock().step(Duration.ofMillis(this.random.nextInt(-20_000, 20_000)));
		}
		else {
			node.loop.clock().rate(0.98 + this.random.nextDouble() * 0.04);
		}
	}

	private void leave(TestNode node) {
		if (!node.loop.isPaused() && this.leaving.add(node)) {
			node.loop.execute(node.peers::leaving);
			this.simulation.after(Duration.ofMillis(this.random.nextInt(3000)), () -> left(node));
		}
	}

	private void left(TestNode node) {
		if (node.loop.isAlive()) {
			event("leave", node);
			node.peers.left();
			node.replicator.stop();
			node.loop.kill();
			this.nodes.remove(node.id.node(), node);
		}
	}

	private void read(TestNode node) {
		ReplicatedMap<String> map = this.random.nextBoolean() ? node.names : node.places;
		String key = "k" + this.random.nextInt(this.keys);
		List<String> dots = map.siblings(key).stream().map((version) -> version.dot().toString()).toList();
		Versioned<String> visible = map.get(key);
		this.history.add(HistoryEvent.read(now(), node.id.toString(), map.name(), key, dots,
				(visible != null) ? visible.value() : null));
	}

	private void write(TestNode node) {
		int count = this.random.nextInt(5) == 0 ? 2 + this.random.nextInt(3) : 1;
		List<Changed> changes = new ArrayList<>();
		internalWrites(node);
		long first = node.replicator.store().context().covered(node.id) + 1;
		Written<Integer> result = node.replicator.writeAndExport((writes) -> {
			for (int i = 0; i < count; i++) {
				change(node, writes, new Dot(node.id, first + changes.size()), changes);
			}
			return changes.size();
		});
		if (changes.isEmpty()) {
			return;
		}
		this.written.put(node, first + changes.size() - 1);
		this.history.add(HistoryEvent.write(now(), node.id.toString(), changes));
		Dot last = new Dot(node.id, first + result.result() - 1);
		if (!node.replicator.store().context().knows(last) && !this.rules.broken(Rule.R1)) {
			throw new AssertionError(node + " doesn't know its own " + last);
		}
		node.replicator.held(last).thenRun(() -> held(node, last));
		if (this.random.nextInt(4) == 0) {
			TestNode other = any();
			if (other != null && other != node && other.peers.view().member(node.id) != null) {
				other.loop.execute(() -> other.replicator.merge(result.delta()));
			}
		}
	}

	/*
	 * Records of forgotten members take sequence numbers too.
	 */
	private void internalWrites(TestNode node) {
		long last = node.replicator.store().context().covered(node.id);
		if (last > this.written.getOrDefault(node, 0L)) {
			this.history.add(HistoryEvent.internal(now(), node.toString(), last));
		}
	}

	private void change(TestNode node, Writes writes, Dot dot, List<Changed> changes) {
		ReplicatedMap<String> map = this.random.nextBoolean() ? node.names : node.places;
		String key = "k" + this.random.nextInt(this.keys);
		List<String> seen = new ArrayList<>();
		List<String> own = new ArrayList<>();
		map.siblings(key).forEach((version) -> {
			seen.add(version.dot().toString());
			if (version.dot().replica().equals(node.id)) {
				own.add(version.dot().toString());
			}
		});
		int kind = this.random.nextInt(10);
		if (kind < 6) {
			String value = "v" + dot;
			Dot put = writes.put(map, key, value);
			if (!put.equals(dot) || !map.get(key).dot().equals(dot)) {
				throw new AssertionError("A put of " + dot + " is not read: " + map.siblings(key));
			}
			changes.add(new Changed(dot.toString(), "put", map.name(), key, value, seen));
		}
		else if (kind < 8 && writes.removeSeen(map, key)) {
			changes.add(new Changed(dot.toString(), "remove", map.name(), key, null, seen));
		}
		else if (writes.removeOwn(map, key)) {
			changes.add(new Changed(dot.toString(), "removeOwn", map.name(), key, null, own));
		}
	}

	private void held(TestNode node, Dot dot) {
		if (this.leaving.contains(node)) {
			return;
		}
		List<String> by = null;
		if (!node.peers.isAlone()) {
			by = this.everyone.values()
				.stream()
				.filter((other) -> other.replicator.isSynchronized()
						&& other.replicator.store().context().covered(dot.replica()) >= dot.sequence())
				.map(TestNode::toString)
				.toList();
		}
		this.history.add(HistoryEvent.held(now(), node.id.toString(), dot.toString(), by));
	}

	private TestNode any() {
		List<TestNode> alive = this.nodes.values().stream().toList();
		return alive.isEmpty() ? null : alive.get(this.random.nextInt(alive.size()));
	}

	private void start(String member) {
		TestNode node = new TestNode(this.simulation, member, ++this.incarnations, this.settings, this.rules);
		node.peers.forgetting(this.forgetAfter, () -> this.simulation.after(Duration.ZERO, () -> outdated(node)));
		this.dropped.follow(node);
		this.nodes.put(member, node.start(this.members));
		this.everyone.put(node.toString(), node);
		event("start", node);
	}

	private void crash(TestNode node) {
		event("crash", node);
		node.loop.kill();
		this.nodes.remove(node.id.node());
	}

	private void outdated(TestNode node) {
		if (node.loop.isAlive()) {
			crash(node);
			start(node.id.node());
		}
	}

	private void event(String event, TestNode node) {
		this.history.add(HistoryEvent.of(event, now(), node.toString()));
	}

	private long now() {
		return this.simulation.now().toNanos();
	}

	private void faults() {
		Faults faults = Faults.NONE.withDelay(Duration.ofNanos(50_000), Duration.ofMillis(1 + this.random.nextInt(30)));
		if (!this.calm && this.random.nextBoolean()) {
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
			.allMatch((node) -> node.isUp() && node.replicator.store().digest() == first.replicator.store().digest())
				&& (!this.rules.broken(Rule.R1)
						|| this.nodes.values().stream().allMatch((node) -> node.alive().equals(first.alive())));
	}

	private void end(TestNode node) {
		internalWrites(node);
		CausalContext context = node.context();
		Map<String, Long> merged = this.dropped.covered();
		context.vector().forEach((origin, sequence) -> merged.put(origin.toString(), sequence));
		List<Entry> entries = new ArrayList<>();
		for (ReplicatedMap<String> map : List.of(node.names, node.places)) {
			Map<String, Dot> visible = new HashMap<>();
			map.forEach((version) -> visible.put(version.key(), version.dot()));
			visible.forEach((key, dot) -> map.siblings(key)
				.forEach((version) -> entries.add(new Entry(map.name(), key, version.dot().toString(), version.value(),
						version.stamp(), version.dot().equals(dot)))));
		}
		this.history.add(HistoryEvent.end(now(), node.toString(), merged,
				context.singles().stream().map(Dot::toString).toList(), entries));
	}

}
