package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

import io.horde.cluster.MemberStatus;
import io.horde.node.Changed;
import io.horde.process.ProcessState;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.StartResult;

/**
 * A few nodes, what they start and what must hold of them always: tokens grow, nobody is
 * owner who is not wanted, and under quorum there are never two.
 */
abstract class OwnershipWorld {

	private static final Duration TIME_TO_REST = Duration.ofSeconds(120);

	private static final Duration STOP_MARGIN = Duration.ofSeconds(3);

	final SplittableRandom random;

	final Simulation simulation;

	final SimulatedCluster cluster;

	private final OwnershipWatch watch;

	final boolean quorum;

	final List<String> names = new ArrayList<>();

	private final Set<SimulatedProcess> seen = new LinkedHashSet<>();

	private final Set<SimulatedProcess> owners = new HashSet<>();

	private final Map<String, Long> tokens = new TreeMap<>();

	final List<String> log = new ArrayList<>();

	final boolean active;

	String mode;

	boolean modesDiffer;

	/** Whether nodes have stood still: nobody can stop in time who does. */
	boolean stoodStill;

	String violation;

	int children;

	OwnershipWorld(long seed, SimulatedCluster.NodeFactory factory) {
		this.random = new SplittableRandom(seed * 43 + 5);
		this.simulation = new Simulation(seed);
		this.cluster = new SimulatedCluster(this.simulation);
		this.watch = new OwnershipWatch(this.cluster, this::isFixed);
		this.quorum = this.random.nextBoolean();
		this.mode = this.quorum ? "quorum" : "uniform";
		int size = this.random.nextBoolean() ? 3 : 5;
		this.active = this.random.nextBoolean();
		for (int i = 1; i <= size; i++) {
			this.names.add("n" + i);
		}
		this.cluster.nodes(factory);
		this.cluster.settings((settings) -> Changed.of(settings, "membership",
				Changed.of(settings.membership(), "expectedSize", size, "seats", this.quorum ? size : 0, "stopMargin",
						STOP_MARGIN),
				"supervisor",
				Changed.of(settings.supervisor(), "distribution", this.mode, "activeRedistribution", this.active),
				"process", Changed.of(settings.process(), "stopMargin", STOP_MARGIN)));
		this.cluster.userCode(this.random.nextBoolean() ? 0.2 : 0, 0);
	}

	void rest() {
		this.simulation.network().heal();
		delays(3);
		for (String name : this.names) {
			if (!this.cluster.alive().contains(name)) {
				newcomer(name);
			}
			this.cluster.startFailures(name, 0);
		}
		Duration end = this.simulation.now().plus(TIME_TO_REST);
		List<String> differences = this.cluster.differences();
		while (!differences.isEmpty() && this.simulation.now().compareTo(end) < 0 && this.violation == null) {
			run(Duration.ofMillis(500));
			differences = this.cluster.differences();
		}
		if (!differences.isEmpty()) {
			violation("not at rest: " + differences);
		}
		run(millis(1000, 3000));
	}

	/* O6: nothing moves to it before the view has been stable. */
	private void newcomer(String name) {
		log("start " + name);
		this.cluster.start(name);
		until(Duration.ofSeconds(30),
				() -> this.cluster.cluster(name).members().size() >= this.cluster.alive().size() && isUp(name));
		Set<SimulatedProcess> before = new HashSet<>(this.cluster.processes());
		run(Duration.ofMillis(1500));
		for (SimulatedProcess process : this.cluster.processes()) {
			if (process.node().equals(name) && process.moves() > 0 && !before.contains(process)) {
				violation("O6: " + process + " has moved to a node that has just come");
			}
		}
	}

	boolean isUp(String name) {
		return this.cluster.alive()
			.stream()
			.allMatch((node) -> this.cluster.cluster(node)
				.members()
				.stream()
				.anyMatch((member) -> member.name().equals(name) && member.status() == MemberStatus.UP));
	}

	void delays(int most) {
		this.simulation.network()
			.faults(Faults.NONE.withDelay(Duration.ofNanos(50_000),
					Duration.ofMillis(this.random.nextInt(1, most + 1))));
	}

	/* Starts a child and returns where it runs. */
	SimulatedProcess child() {
		return child("c" + ++this.children, SimulatedCluster.PERMANENT);
	}

	SimulatedProcess child(String id, String type) {
		String at = any();
		log("start " + id + " at " + at);
		CompletableFuture<StartResult> start = this.cluster.supervisor(at)
			.startChild(ChildSpec.of(type).id(id).name(id).argument(1));
		until(Duration.ofSeconds(30), start::isDone);
		SimulatedProcess process = process(id);
		if (process == null) {
			violation(id + " was not started: " + start);
		}
		return process;
	}

	SimulatedProcess process(String id) {
		return this.cluster.processes().stream().filter((process) -> process.id().equals(id)).findFirst().orElse(null);
	}

	void crash(String name) {
		log("crash " + name);
		this.cluster.crash(name);
	}

	void run(Duration duration) {
		Duration end = this.simulation.now().plus(duration);
		boolean[] over = { false };
		this.simulation.after(duration, () -> over[0] = true);
		while (!over[0] && this.simulation.now().compareTo(end) <= 0 && this.simulation.step()) {
			look();
		}
	}

	void until(Duration limit, BooleanSupplier condition) {
		Duration end = this.simulation.now().plus(limit);
		while (!condition.getAsBoolean() && this.simulation.now().compareTo(end) < 0) {
			run(Duration.ofMillis(5));
		}
	}

	/* What holds always. */
	private void look() {
		if (this.quorum) {
			this.watch.look(this.simulation.nanos());
			this.watch.violations().forEach(this::violation);
		}
		for (SimulatedProcess process : this.cluster.processes()) {
			this.seen.add(process);
			if (process.context().isOwner() && this.owners.add(process)) {
				begun(process);
			}
		}
		for (SimulatedProcess process : List.copyOf(this.seen)) {
			if (!process.isRunning()) {
				this.seen.remove(process);
				if (process.wasOwnerAtTheEnd() && process.isAlive() && knowsOfAnother(process)) {
					violation("O10: " + process + " was owner when it was destroyed, and another one runs");
				}
			}
		}
	}

	/* Who stops in order is owner to the end (T8), who was superseded is not. */
	private boolean knowsOfAnother(SimulatedProcess process) {
		return this.cluster.supervisor(process.node())
			.child(process.id())
			.filter((row) -> row.state() == ProcessState.RUNNING && !row.node().equals(process.node())
					&& row.epoch() > process.context().fencingToken())
			.isPresent();
	}

	/* The mode of a static child is written nowhere: it is that of the annotation. */
	private boolean isFixed(SimulatedProcess process) {
		return !this.modesDiffer || process.id().startsWith("c");
	}

	private void begun(SimulatedProcess process) {
		if (!isFixed(process)) {
			return;
		}
		if (this.cluster.supervisor(process.node()).child(process.id()).isEmpty()) {
			violation("O2: " + process + " begins, and its node knows that it is not wanted");
		}
		Long before = this.tokens.put(process.id(), process.context().fencingToken());
		if (before != null && before >= process.context().fencingToken() && this.quorum) {
			violation("O3: " + process + " begins after one with " + before);
		}
		if (!this.quorum) {
			return;
		}
		for (SimulatedProcess other : this.cluster.processes()) {
			if (other != process && other.id().equals(process.id()) && other.isRunning() && !this.stoodStill) {
				violation("Q11: " + process + " begins before " + other + " has stopped");
			}
		}
	}

	List<String> others(String name) {
		List<String> others = new ArrayList<>(this.names);
		others.remove(name);
		for (int i = others.size() - 1; i > 0; i--) {
			Collections.swap(others, i, this.random.nextInt(i + 1));
		}
		return others;
	}

	String any() {
		return this.names.get(this.random.nextInt(this.names.size()));
	}

	Duration millis(int from, int to) {
		return Duration.ofMillis(this.random.nextInt(from, to));
	}

	void violation(String violation) {
		if (this.violation == null) {
			this.violation = violation + " at " + this.simulation.now();
		}
	}

	void log(String what) {
		this.log.add(this.simulation.now() + " " + what);
	}

}
