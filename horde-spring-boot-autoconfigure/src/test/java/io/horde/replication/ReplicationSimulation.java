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

import io.horde.crdt.Dot;
import io.horde.test.Simulation;
import org.jspecify.annotations.Nullable;

/**
 * A random history of a few replicators on a bad network. What must be true of it is
 * computed from its events alone, see {@link HistoryChecker}.
 */
final class ReplicationSimulation {

	private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

	private final Simulation simulation;

	private final SplittableRandom random;

	private final @Nullable Rule missing;

	private final List<String> members;

	private final ReplicationSettings settings;

	private final Map<String, TestNode> nodes = new TreeMap<>();

	private final Map<String, TestNode> everyone = new TreeMap<>();

	private final Set<TestNode> leaving = new HashSet<>();

	private final RecordedWrites record;

	private final int keys;

	/*
	 * Nothing is lost, and nobody comes or goes: then nothing is to be repaired either.
	 */
	private final boolean calm;

	/*
	 * Nobody comes any more, logs hold all, and nothing gets round the network: then the
	 * survivors can tell each other what a dead one wrote, without a reconciliation.
	 */
	private final boolean ample;

	private final Map<TestNode, Long> reconciliations = new HashMap<>();

	private final Disturbances disturbances;

	private final InterleavedCallers callers;

	private final DroppedOrigins dropped;

	private final Duration forgetAfter;

	private final int longestStep;

	private long incarnations;

	ReplicationSimulation(long seed) {
		this(seed, null);
	}

	/**
	 * Creates a simulation.
	 * @param missing the rule that is taken away, or {@code null}
	 */
	ReplicationSimulation(long seed, @Nullable Rule missing) {
		this.missing = missing;
		this.simulation = new Simulation(seed);
		this.random = new SplittableRandom(seed * 31 + 7);
		this.members = NAMES.subList(0, 2 + this.random.nextInt(4));
		int kind = this.random.nextInt(8);
		this.calm = kind == 0;
		this.ample = kind == 1;
		this.settings = this.calm || this.ample || this.random.nextInt(3) == 0 ? ReplicationSettings.defaults()
				: new ReplicationSettings(1000 + this.random.nextInt(20_000), 200 + this.random.nextInt(2000), 4000);
		this.keys = 3 + this.random.nextInt(40);
		this.record = new RecordedWrites(this.simulation, this.random, this.keys);
		SplittableRandom more = new SplittableRandom(seed * 17 + 5);
		this.disturbances = new Disturbances(this.simulation, this.random, this.members, this.calm);
		this.callers = new InterleavedCallers(more.split());
		this.forgetAfter = this.ample || more.nextInt(4) == 0 ? Duration.ofMinutes(10)
				: Duration.ofSeconds(8 + more.nextInt(20));
		this.longestStep = more.nextInt(4) == 0 ? 8000 : 2000;
		this.dropped = new DroppedOrigins(this.simulation, this.forgetAfter);
	}

	void run() {
		this.dropped.follow(this.nodes.values());
		this.disturbances.faults();
		for (String member : this.members) {
			if (this.calm || this.ample || this.random.nextInt(4) != 0) {
				start(member);
			}
		}
		if (this.calm || this.ample) {
			awaitEqual();
			this.nodes.values()
				.forEach((node) -> this.reconciliations.put(node, node.replicator.stats().reconciliations()));
		}
		if (this.longestStep > 2000) {
			this.simulation.network().linkTimeout(Duration.ofSeconds(1));
		}
		int steps = 20 + this.random.nextInt(60);
		for (int i = 0; i < steps; i++) {
			step();
			this.nodes.values().forEach(this::checkInFlight);
			this.simulation
				.run(Duration.ofMillis(this.random.nextInt(this.random.nextInt(4) == 0 ? this.longestStep : 40)));
		}
		heal();
		awaitEqual();
		if (this.forgetAfter.compareTo(Duration.ofMinutes(1)) < 0) {
			this.simulation.run(this.forgetAfter.multipliedBy(3));
			awaitEqual();
			this.nodes.values().forEach((node) -> this.dropped.checkRest(node, this.nodes.values()));
		}
		this.nodes.values().forEach((node) -> this.dropped.checkSize(node, this.nodes.values()));
		this.nodes.values().forEach((node) -> this.record.end(node, this.dropped.covered()));
		if (this.calm && this.nodes.values().stream().anyMatch((node) -> node.replicator.stats().pulls() > 0)) {
			throw new AssertionError("Deltas that were on their way were pulled (R9)");
		}
		this.reconciliations.forEach((node, before) -> {
			if (node.loop.isAlive() && node.replicator.stats().reconciliations() > before) {
				throw new AssertionError(node + " was reconciled though logs hold all (R1, R5)");
			}
		});
		if (this.missing != Rule.R1) {
			HistoryChecker.verify(this.record.history());
		}
	}

	private void checkInFlight(TestNode node) {
		long bytes = node.loop.isAlive() ? node.peers.inFlight() : 0;
		if (bytes > 3L * this.settings.maxInFlight() + (256 << 10)) {
			throw new AssertionError(node + " has " + bytes + " bytes on their way to one peer");
		}
	}

	/**
	 * Return which faults have happened how often.
	 */
	Map<String, Integer> disturbances() {
		return this.disturbances.counts();
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
			if (node == null && !this.ample) {
				start(member);
			}
			else if (node != null) {
				node.loop.resume();
			}
		}
		if (this.nodes.isEmpty()) {
			start(this.members.get(0));
		}
	}

	/**
	 * Return what has happened, one event after the other.
	 */
	List<HistoryEvent> history() {
		return this.record.history();
	}

	long traceHash() {
		return this.simulation.traceHash();
	}

	private void step() {
		int choice = this.calm ? 99 : this.random.nextInt(100);
		TestNode node = any();
		if (node == null || choice < 3) {
			String member = this.members.get(this.random.nextInt(this.members.size()));
			if (!this.nodes.containsKey(member) && !this.ample) {
				start(member);
			}
		}
		else if (choice < 5 && this.nodes.size() > 1) {
			count("crash");
			crash(node);
		}
		else if (choice < 9) {
			this.disturbances.partition();
		}
		else if (choice < 13) {
			this.disturbances.heal();
		}
		else if (choice < 15) {
			this.disturbances.faults();
		}
		else if (choice < 18) {
			this.disturbances.pause(node);
		}
		else if (choice < 20) {
			this.disturbances.reset(node);
		}
		else if (choice < 22) {
			this.disturbances.slow(node);
		}
		else if (choice < 24) {
			this.disturbances.clock(node);
		}
		else if (choice < 25 && this.nodes.size() > 1) {
			leave(node);
		}
		else if (!node.loop.isPaused() && !this.leaving.contains(node)) {
			write(node, choice);
		}
	}

	private void write(TestNode node, int choice) {
		if (choice < 28) {
			concurrentWrites(node);
			return;
		}
		int writes = this.random.nextInt(10) == 0 ? 100 : 1 + this.random.nextInt(4);
		for (int i = 0; i < writes; i++) {
			write(node);
			this.record.read(node);
		}
	}

	/*
	 * Several threads at once, and the loop, which merges (N5).
	 */
	private void concurrentWrites(TestNode node) {
		count("writes of several threads");
		List<Runnable> tasks = new ArrayList<>();
		for (int caller = 0; caller < 2 + this.random.nextInt(2); caller++) {
			String key = "k" + this.random.nextInt(Math.min(3, this.keys));
			tasks.add(() -> {
				Dot dot = node.replicator.write((writes) -> this.record.interleaved(node, writes, key, this.callers));
				if (!node.names.knows(dot)) {
					throw new AssertionError(node + " has written " + dot + " and doesn't know it (N5)");
				}
			});
		}
		TestNode other = any();
		if (other != node && !other.loop.isPaused() && !this.leaving.contains(other)
				&& node.peers.view().member(other.id) != null && !this.ample) {
			String key = "k" + this.random.nextInt(Math.min(3, this.keys));
			byte[] delta = other.replicator
				.writeAndExport((writes) -> this.record.interleaved(other, writes, key, this.callers))
				.delta();
			tasks.add(() -> node.replicator.merge(delta));
		}
		this.callers.run(tasks);
	}

	private void count(String kind) {
		this.disturbances.count(kind);
		if (this.nodes.values().stream().anyMatch((node) -> !node.isUp())) {
			this.disturbances.count(kind + " while somebody joins");
		}
	}

	private void leave(TestNode node) {
		if (!node.loop.isPaused() && this.leaving.add(node)) {
			count("leave");
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
			this.dropped.ended(node);
			this.nodes.remove(node.id.node(), node);
		}
	}

	private void write(TestNode node) {
		int count = this.random.nextInt(5) == 0 ? 2 + this.random.nextInt(3) : 1;
		Written<Long> result = this.record.write(node, count);
		if (result.delta().length == 0) {
			return;
		}
		Dot last = new Dot(node.id, result.result());
		if (!node.replicator.store().context().knows(last) && this.missing != Rule.R1) {
			throw new AssertionError(node + " doesn't know its own " + last);
		}
		node.replicator.held(last).thenRun(() -> held(node, last));
		if (this.random.nextInt(4) == 0) {
			TestNode other = any();
			if (other != null && other != node && !this.ample && other.peers.view().member(node.id) != null) {
				other.loop.execute(() -> other.replicator.merge(result.delta()));
			}
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
				.filter((other) -> other.replicator.isSynchronized() && this.dropped.isMerged(other, dot))
				.map(TestNode::toString)
				.toList();
		}
		this.record.history().add(HistoryEvent.held(now(), node.id.toString(), dot.toString(), by));
	}

	private TestNode any() {
		List<TestNode> alive = this.nodes.values().stream().toList();
		return alive.isEmpty() ? null : alive.get(this.random.nextInt(alive.size()));
	}

	private void start(String member) {
		count(this.incarnations < this.members.size() ? "start" : "join or restart");
		TestNode node = new TestNode(this.simulation, member, ++this.incarnations, this.settings,
				this.callers.lock(this.missing != Rule.N5), this.missing);
		node.peers.forgetting(this.forgetAfter, () -> this.simulation.after(Duration.ZERO, () -> outdated(node)));
		this.nodes.put(member, node.start(this.members));
		this.everyone.put(node.toString(), node);
		event("start", node);
	}

	private void crash(TestNode node) {
		event("crash", node);
		node.loop.kill();
		this.dropped.ended(node);
		this.nodes.remove(node.id.node());
	}

	private void outdated(TestNode node) {
		if (node.loop.isAlive()) {
			count("new beginning of a forgotten one");
			crash(node);
			start(node.id.node());
		}
	}

	private void event(String event, TestNode node) {
		this.record.history().add(HistoryEvent.of(event, now(), node.toString()));
	}

	private long now() {
		return this.simulation.now().toNanos();
	}

	private boolean isEqual() {
		TestNode first = this.nodes.values().iterator().next();
		return this.nodes.values()
			.stream()
			.allMatch((node) -> node.isUp() && node.replicator.store().digest() == first.replicator.store().digest());
	}

}
