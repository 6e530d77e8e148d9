package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.horde.HordeException;
import io.horde.node.Changed;
import io.horde.payload.PayloadTooLargeException;
import io.horde.registry.HordeRegistry;
import io.horde.registry.NameEntry;
import io.horde.supervisor.ChildSpec;

/**
 * A life of a cluster that follows from a seed: operations and faults, then rest.
 */
final class RandomSchedule {

	private static final int LIMIT = 1 << 20;

	private static final Duration TIME_TO_REST = Duration.ofSeconds(120);

	private final long seed;

	private final Simulation simulation;

	private final SimulatedCluster cluster;

	private final Expectations expectations;

	private final SupersessionWatch watch;

	private final SplittableRandom random;

	private final List<String> log = new ArrayList<>();

	private final int size;

	private final boolean faultyNetwork;

	private final boolean faultyClocks;

	private int newcomers;

	private Duration timeToRest = Duration.ZERO;

	RandomSchedule(long seed) {
		this.seed = seed;
		this.simulation = new Simulation(seed);
		this.cluster = new SimulatedCluster(this.simulation);
		this.expectations = new Expectations(this.cluster);
		this.watch = new SupersessionWatch(this.cluster, false);
		this.random = new SplittableRandom(seed * 31 + 17);
		this.size = this.random.nextInt(2, 6);
		this.faultyNetwork = this.random.nextInt(3) == 0;
		this.faultyClocks = this.random.nextInt(3) == 0;
		boolean active = this.random.nextBoolean();
		double slowness = (this.random.nextInt(3) == 0) ? 0.02 : 0;
		double failures = (this.random.nextInt(4) == 0) ? 0.05 : 0;
		this.cluster
			.settings((settings) -> settings.with(Changed.of(settings.supervisor(), "activeRedistribution", active)));
		this.cluster.userCode(slowness, failures);
	}

	/**
	 * Run it.
	 * @return what went wrong
	 */
	List<String> run() {
		for (int i = 1; i <= this.size; i++) {
			start("n" + i);
			this.simulation.run(Duration.ofMillis(this.random.nextInt(300)));
		}
		if (this.random.nextInt(4) > 0) {
			this.simulation.run(Duration.ofSeconds(20));
		}
		List<String> problems = new ArrayList<>();
		for (int round = this.random.nextInt(1, 4); round > 0 && problems.isEmpty(); round--) {
			disturbedTime();
			problems.addAll(rest());
		}
		return problems;
	}

	private void disturbedTime() {
		if (this.faultyNetwork) {
			spoilNetwork();
		}
		int steps = this.random.nextInt(5, 40);
		for (int i = 0; i < steps; i++) {
			act();
			int scale = this.random.nextInt(4);
			this.simulation.run(Duration.ofMillis(this.random.nextInt(switch (scale) {
				case 0 -> 3;
				case 1 -> 100;
				case 2 -> 1000;
				default -> 6000;
			})));
		}
	}

	/**
	 * End all faults and wait until nothing differs any more; then nothing may change.
	 */
	private List<String> rest() {
		log("rest");
		this.simulation.network().heal();
		for (String node : this.cluster.alive()) {
			this.cluster.resume(node);
			this.cluster.loop(node).clock().rate(1);
		}
		this.cluster.calm();
		Duration begin = this.simulation.now();
		List<String> problems = new ArrayList<>(this.cluster.awaitRest(TIME_TO_REST));
		Duration needed = this.simulation.now().minus(begin);
		this.timeToRest = (needed.compareTo(this.timeToRest) > 0) ? needed : this.timeToRest;
		if (problems.isEmpty()) {
			this.simulation.run(Duration.ofSeconds(20));
			this.cluster.differences().forEach((difference) -> problems.add("no longer at rest: " + difference));
		}
		problems.addAll(this.expectations.broken());
		if (this.watch.violation() != null) {
			problems.add(this.watch.violation());
		}
		return problems;
	}

	Duration timeToRest() {
		return this.timeToRest;
	}

	private void act() {
		switch (this.random.nextInt(30)) {
			case 0, 1, 2, 3, 4, 5 -> startChild();
			case 6, 7 -> terminateChild();
			case 8, 9 -> registerName();
			case 10 -> startMany();
			case 11 -> crash();
			case 12, 13 -> restart();
			case 14, 28 -> pause();
			case 15, 27 -> partition();
			case 16 -> cutOneWay();
			case 17, 18 -> heal();
			case 19 -> leave();
			case 20, 21 -> disturb();
			case 22 -> move();
			case 23 -> startNamesake();
			case 24 -> startTemporary();
			case 25 -> toggleStatic();
			case 26 -> crashAndRestart();
			case 29 -> oversize();
			default -> failProcess();
		}
	}

	private void start(String node) {
		log("start " + node);
		this.cluster.start(node);
	}

	private void startChild() {
		anyNode().ifPresent((node) -> {
			String id = "c" + this.random.nextInt(12);
			log("startChild " + id + " at " + node);
			this.expectations.start(node, SimulatedCluster.PERMANENT, id);
		});
	}

	private void startMany() {
		anyNode().ifPresent((node) -> {
			int first = this.random.nextInt(12, 100);
			log("startChild m" + first + " and more at " + node);
			for (int i = 0; i < 20; i++) {
				String type = this.random.nextBoolean() ? SimulatedCluster.PERMANENT : SimulatedCluster.TRANSIENT;
				this.expectations.start(node, type, "m" + (first + i));
			}
		});
	}

	private void terminateChild() {
		anyNode().ifPresent((node) -> {
			String id = "c" + this.random.nextInt(12);
			log("terminateChild " + id + " at " + node);
			this.expectations.terminate(node, id);
		});
	}

	private void move() {
		anyNode().ifPresent((node) -> anyNode().ifPresent((target) -> {
			String id = "c" + this.random.nextInt(12);
			log("moveChild " + id + " at " + node + " to " + target);
			this.expectations.track(node, "move of " + id, this.cluster.supervisor(node).moveChild(id, target));
		}));
	}

	/*
	 * Another child that wants a name which may be taken; what it leads to is not
	 * foreseen.
	 */
	private void startNamesake() {
		anyNode().ifPresent((node) -> {
			int number = this.random.nextInt(3);
			ChildSpec spec = ChildSpec.of(SimulatedCluster.PERMANENT)
				.id("s" + this.random.nextInt(9))
				.name("same" + number);
			log("startChild " + spec.id() + " named " + spec.name() + " at " + node);
			this.expectations.track(node, "start of " + spec.id(), this.cluster.supervisor(node).startChild(spec));
		});
	}

	private void startTemporary() {
		anyNode().ifPresent((node) -> {
			String id = "t" + this.random.nextInt(6);
			log("startChild " + id + " at " + node);
			this.expectations.track(node, "start of " + id,
					this.cluster.supervisor(node).startChild(ChildSpec.of(SimulatedCluster.TEMPORARY).id(id)));
		});
	}

	private void toggleStatic() {
		anyNode().ifPresent((node) -> {
			boolean stop = this.random.nextBoolean();
			log((stop ? "terminateChild" : "startChild") + " worker-1 at " + node);
			CompletableFuture<?> outcome = stop ? this.cluster.supervisor(node).terminateChild("worker-1")
					: this.cluster.supervisor(node).startChild(ChildSpec.of(SimulatedCluster.WORKER).id("worker-1"));
			this.expectations.track(node, "change of worker-1", outcome);
		});
	}

	private void crashAndRestart() {
		if (this.cluster.staying().size() > 1) {
			anyNode().ifPresent((node) -> {
				log("crash " + node);
				this.cluster.crash(node);
				this.expectations.died();
				this.simulation.run(Duration.ofMillis(this.random.nextInt(1500)));
				start(node);
			});
		}
	}

	private void registerName() {
		anyNode().ifPresent((node) -> {
			String name = "key" + this.random.nextInt(4);
			Optional<NameEntry> before = this.cluster.registry(node).lookup(name);
			boolean registered = this.cluster.registry(node).tryRegister(name, 1);
			log("tryRegister " + name + " at " + node + ": " + registered);
			Optional<NameEntry> after = this.cluster.registry(node).lookup(name);
			if (after.isEmpty() || (registered && !after.get().node().equals(node))) {
				throw new AssertionError("read-your-writes: " + node + " registered " + name + " and reads " + after
						+ ", before " + before);
			}
			if (registered && this.random.nextBoolean()) {
				this.cluster.registry(node).unregister(name);
				if (this.cluster.registry(node).lookup(name).map(NameEntry::node).filter(node::equals).isPresent()) {
					throw new AssertionError("read-your-writes: " + node + " unregistered " + name + " and reads it");
				}
			}
		});
	}

	private void crash() {
		if (this.cluster.staying().size() > 1) {
			anyNode().ifPresent((node) -> {
				log("crash " + node);
				this.cluster.crash(node);
				this.expectations.died();
			});
		}
	}

	private void restart() {
		List<String> alive = this.cluster.alive();
		List<String> dead = this.cluster.names().stream().filter((name) -> !alive.contains(name)).toList();
		if (!dead.isEmpty()) {
			start(dead.get(this.random.nextInt(dead.size())));
		}
		else if (this.newcomers < 2) {
			start("x" + ++this.newcomers);
		}
	}

	private void pause() {
		anyNode().ifPresent((node) -> {
			boolean suspend = this.random.nextInt(3) == 0;
			Duration duration = Duration.ofMillis(this.random.nextInt(this.random.nextBoolean() ? 2000 : 30_000));
			log((suspend ? "suspend " : "pause ") + node + " for " + duration);
			if (suspend) {
				this.cluster.suspend(node);
			}
			else {
				this.cluster.pause(node);
			}
			SimulatedEventLoop loop = this.cluster.loop(node);
			this.simulation.after(duration, loop::resume);
		});
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
		if (this.cluster.staying().size() > 2) {
			anyNode().ifPresent((node) -> {
				log("leave " + node);
				this.cluster.leave(node).thenRun(() -> {
					log("left " + node);
					this.expectations.died();
				});
			});
		}
	}

	private void disturb() {
		List<String> names = this.cluster.alive();
		String node = names.get(this.random.nextInt(names.size()));
		String other = names.get(this.random.nextInt(names.size()));
		if (this.faultyNetwork) {
			spoilNetwork();
		}
		else if (this.faultyClocks) {
			Duration step = Duration.ofMillis(this.random.nextInt(-5000, 5000));
			log("clock of " + node + " jumps by " + step);
			this.cluster.loop(node).clock().step(step);
			this.cluster.loop(node).clock().rate(this.random.nextDouble(0.99, 1.01));
		}
		else if (this.random.nextBoolean()) {
			log("slow " + node);
			this.simulation.network().slow(node, 2000);
		}
		else if (!node.equals(other)) {
			log("reset " + node + " and " + other);
			this.simulation.network().reset(node, other);
		}
	}

	private void spoilNetwork() {
		Faults faults = Faults.NONE.withLoss(this.random.nextDouble(0.2))
			.withDuplication(this.random.nextDouble(0.2))
			.withReordering(this.random.nextDouble(0.2))
			.withStraggling(this.random.nextDouble(0.05));
		log(faults.toString());
		this.simulation.network().faults(faults);
	}

	/*
	 * What no frame carries is refused in the thread that makes it, or hands over less. A
	 * large value is allowed, and so is any number of names at once.
	 */
	private void oversize() {
		List<SimulatedProcess> processes = this.cluster.processes()
			.stream()
			.filter((process) -> !process.isStandingStill() && process.context().name().isPresent())
			.toList();
		anyNode().ifPresent((node) -> {
			log("too much at " + node);
			byte[] tooMuch = new byte[LIMIT + 1];
			HordeRegistry registry = this.cluster.registry(node);
			refused(() -> registry.tryRegister("too much", tooMuch));
			refused(() -> registry.putMeta("too much", tooMuch));
			this.expectations.track(node, "start of too much",
					this.cluster.supervisor(node)
						.startChild(ChildSpec.of(SimulatedCluster.PERMANENT)
							.id("too much")
							.argument(new byte[LIMIT * 3 / 4])
							.value(new byte[LIMIT * 3 / 4])));
		});
		if (!processes.isEmpty()) {
			SimulatedProcess process = processes.get(this.random.nextInt(processes.size()));
			log("large value, state or many names of " + process);
			switch (this.random.nextInt(3)) {
				case 0 -> process.bloat(new byte[this.random.nextInt(2 * LIMIT)]);
				case 1 -> owned(process, (registry) -> registry.updateValue(process.context().name().orElseThrow(),
						byte[].class, (before) -> new byte[LIMIT * 7 / 8]));
				default -> owned(process, (registry) -> {
					for (int i = 0; i < 2000; i++) {
						registry.tryRegister(process.id() + " " + i + " " + "n".repeat(100), null);
					}
				});
			}
		}
	}

	/* It may have lost its names just now. */
	private void owned(SimulatedProcess process, Consumer<HordeRegistry> action) {
		try {
			action.accept(this.cluster.registry(process.machine()).ownedBy(process.context()));
		}
		catch (HordeException ex) {
			log(ex.getMessage());
		}
	}

	private static void refused(Runnable write) {
		try {
			write.run();
		}
		catch (PayloadTooLargeException ex) {
			return;
		}
		throw new AssertionError("more than a frame carries was not refused");
	}

	private void failProcess() {
		List<SimulatedProcess> processes = this.cluster.processes();
		if (!processes.isEmpty()) {
			SimulatedProcess process = processes.get(this.random.nextInt(processes.size()));
			log("fail " + process);
			process.context().fail(new IllegalStateException("simulated failure"));
		}
	}

	private Optional<String> anyNode() {
		List<String> nodes = this.cluster.staying()
			.stream()
			.filter((node) -> !this.cluster.loop(node).isPaused())
			.toList();
		return nodes.isEmpty() ? Optional.empty() : Optional.of(nodes.get(this.random.nextInt(nodes.size())));
	}

	private void log(String action) {
		this.log.add(this.simulation.now() + " " + action);
	}

	/**
	 * Return a number that stands for the whole course.
	 */
	long traceHash() {
		return this.simulation.traceHash();
	}

	/**
	 * Return the course, to be read by the person who looks for the cause.
	 */
	String describe() {
		return "seed " + this.seed + ":\n  " + String.join("\n  ", this.log);
	}

}
