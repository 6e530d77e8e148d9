package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.horde.node.Changed;
import io.horde.supervisor.ChildSpec;

/**
 * A life of a cluster under quorum that follows from a seed: operations and faults, then
 * rest. What is promised always is looked at after everything that happens.
 */
final class QuorumSchedule {

	private static final Duration TIME_TO_REST = Duration.ofSeconds(120);

	private static final int CHILDREN = 8;

	private final long seed;

	private final Simulation simulation;

	private final SimulatedCluster cluster;

	private final OwnershipWatch watch;

	private final SplittableRandom random;

	private final List<String> log = new ArrayList<>();

	private final int size;

	private final boolean faultyNetwork;

	/* A wall clock that is set back while its machine is suspended is beyond Q. */
	private final boolean steppingClocks;

	private int newcomers;

	QuorumSchedule(long seed) {
		this.seed = seed;
		this.simulation = new Simulation(seed);
		this.cluster = new SimulatedCluster(this.simulation);
		this.watch = new OwnershipWatch(this.cluster);
		this.random = new SplittableRandom(seed * 37 + 11);
		this.size = this.random.nextBoolean() ? 3 : this.random.nextInt(2, 6);
		this.faultyNetwork = this.random.nextInt(3) == 0;
		this.steppingClocks = this.random.nextInt(3) == 0;
		boolean active = this.random.nextBoolean();
		double slowness = (this.random.nextInt(3) == 0) ? 0.02 : 0;
		this.cluster.settings((settings) -> settings
			.with(Changed.of(settings.membership(), "expectedSize", this.size, "seats", this.size))
			.with(Changed.of(settings.supervisor(), "distribution", "quorum", "activeRedistribution", active)));
		this.cluster.userCode(slowness, 0);
	}

	/**
	 * Run it.
	 * @return what went wrong
	 */
	List<String> run() {
		for (int i = 1; i <= this.size; i++) {
			start("n" + i);
			this.watch.run(Duration.ofMillis(this.random.nextInt(300)));
		}
		this.watch.run(Duration.ofSeconds(this.random.nextInt(25)));
		List<String> problems = new ArrayList<>();
		for (int round = this.random.nextInt(1, 4); round > 0 && problems.isEmpty(); round--) {
			disturbedTime();
			problems.addAll(rest());
			problems.addAll(this.watch.violations());
		}
		return problems;
	}

	private void disturbedTime() {
		if (this.faultyNetwork) {
			spoilNetwork();
		}
		for (int i = this.random.nextInt(5, 30); i > 0; i--) {
			act();
			int scale = this.random.nextInt(4);
			this.watch.run(Duration.ofMillis(this.random.nextInt(switch (scale) {
				case 0 -> 10;
				case 1 -> 500;
				case 2 -> 3000;
				default -> 9000;
			})));
		}
	}

	/**
	 * End all faults, start what is dead, and wait until nothing differs any more.
	 */
	private List<String> rest() {
		log("rest");
		this.simulation.network().heal();
		for (String node : this.cluster.names()) {
			if (!this.cluster.alive().contains(node)) {
				start(node);
			}
			this.cluster.resume(node);
			this.cluster.loop(node).clock().rate(1);
		}
		Duration end = this.simulation.now().plus(TIME_TO_REST);
		List<String> differences = differences();
		while (!differences.isEmpty() && this.simulation.now().compareTo(end) < 0) {
			this.watch.run(Duration.ofMillis(500));
			differences = differences();
		}
		return differences;
	}

	private List<String> differences() {
		List<String> differences = new ArrayList<>(this.cluster.differences());
		for (String id : List.of("singleton", "worker-0")) {
			if (!this.cluster.running().containsKey(id)) {
				differences.add(id + " does not run");
			}
		}
		return differences;
	}

	private void act() {
		switch (this.random.nextInt(22)) {
			case 0, 1, 2, 3, 4 -> startChild();
			case 5 -> terminateChild();
			case 6, 7 -> crash();
			case 8, 9 -> restart();
			case 10, 11 -> pause();
			case 12, 13, 14 -> partition();
			case 15 -> cutOneWay();
			case 16, 17 -> heal();
			case 18 -> leave();
			case 19, 20 -> disturb();
			default -> move();
		}
	}

	private void start(String node) {
		log("start " + node);
		this.cluster.start(node);
	}

	private String child() {
		return "c" + this.random.nextInt(CHILDREN);
	}

	private void startChild() {
		String node = anyNode();
		if (node != null) {
			String id = child();
			log("startChild " + id + " at " + node);
			this.cluster.supervisor(node).startChild(ChildSpec.of(SimulatedCluster.PERMANENT).id(id).name(id));
		}
	}

	private void terminateChild() {
		String node = anyNode();
		if (node != null) {
			String id = child();
			log("terminateChild " + id + " at " + node);
			this.cluster.supervisor(node).terminateChild(id);
		}
	}

	private void move() {
		String node = anyNode();
		String target = anyNode();
		if (node != null && target != null) {
			String id = child();
			log("moveChild " + id + " at " + node + " to " + target);
			this.cluster.supervisor(node).moveChild(id, target);
		}
	}

	/*
	 * One with a memory is left: a majority of fresh nodes is beyond Q.
	 */
	private void crash() {
		String node = anyNode();
		if (node != null && this.cluster.alive().size() > (this.size + 1) / 2) {
			log("crash " + node);
			this.cluster.crash(node);
		}
	}

	private void restart() {
		List<String> dead = this.cluster.names()
			.stream()
			.filter((name) -> !this.cluster.alive().contains(name))
			.toList();
		if (!dead.isEmpty()) {
			start(dead.get(this.random.nextInt(dead.size())));
		}
		else if (this.newcomers < 1 && this.simulation.now().toSeconds() > 40) {
			start("x" + ++this.newcomers);
		}
	}

	private void pause() {
		String node = anyNode();
		if (node == null) {
			return;
		}
		boolean suspend = !this.steppingClocks && this.random.nextInt(2) == 0;
		Duration duration = Duration.ofMillis(this.random.nextInt(this.random.nextBoolean() ? 2000 : 20_000));
		log((suspend ? "suspend " : "pause ") + node + " for " + duration);
		if (suspend) {
			this.cluster.suspend(node);
		}
		else {
			this.cluster.pause(node);
		}
		SimulatedEventLoop loop = this.cluster.loop(node);
		this.simulation.after(duration, loop::resume);
	}

	private void partition() {
		List<String> some = new ArrayList<>();
		List<String> others = new ArrayList<>();
		this.cluster.names().forEach((node) -> (this.random.nextBoolean() ? some : others).add(node));
		log("partition " + some + " from " + others);
		this.simulation.network().partition(some, others);
	}

	private void cutOneWay() {
		List<String> names = this.cluster.names();
		String from = names.get(this.random.nextInt(names.size()));
		String to = names.get(this.random.nextInt(names.size()));
		if (!from.equals(to)) {
			log("cut " + from + " to " + to);
			this.simulation.network().cut(from, to);
		}
	}

	private void heal() {
		log("heal");
		this.simulation.network().heal();
	}

	private void leave() {
		String node = anyNode();
		if (node != null && this.cluster.staying().size() > (this.size + 1) / 2) {
			log("leave " + node);
			this.cluster.leave(node).thenRun(() -> log("left " + node));
		}
	}

	private void disturb() {
		List<String> names = this.cluster.alive();
		if (names.isEmpty()) {
			return;
		}
		String node = names.get(this.random.nextInt(names.size()));
		if (this.faultyNetwork) {
			spoilNetwork();
		}
		double rate = this.random.nextDouble(0.99, 1.01);
		log("clock of " + node + " runs at " + rate);
		this.cluster.loop(node).clock().rate(rate);
		if (this.steppingClocks) {
			Duration step = Duration.ofMillis(this.random.nextInt(-800, 800));
			log("clock of " + node + " jumps by " + step);
			this.cluster.loop(node).clock().step(step);
		}
	}

	private void spoilNetwork() {
		Faults faults = Faults.NONE.withLoss(this.random.nextDouble(0.3))
			.withDuplication(this.random.nextDouble(0.2))
			.withReordering(this.random.nextDouble(0.2))
			.withStraggling(this.random.nextDouble(0.05));
		log(faults.toString());
		this.simulation.network().faults(faults);
	}

	private String anyNode() {
		List<String> nodes = this.cluster.staying()
			.stream()
			.filter((node) -> !this.cluster.loop(node).isPaused())
			.toList();
		return nodes.isEmpty() ? null : nodes.get(this.random.nextInt(nodes.size()));
	}

	private void log(String action) {
		this.log.add(this.simulation.now() + " " + action);
	}

	/**
	 * Return the course, to be read by the person who looks for the cause.
	 */
	String describe() {
		return "seed " + this.seed + ", " + this.watch.asked() + " answers:\n  " + String.join("\n  ", this.log);
	}

}
