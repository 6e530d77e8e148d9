package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

import io.horde.node.Changed;
import io.horde.supervisor.ChildSpec;
import org.jspecify.annotations.Nullable;

/**
 * Nodes stand still or are suspended for about as long as others bear, or for much
 * longer, and go on while others take their processes over, crash, sleep themselves or
 * can't be reached.
 */
final class PauseSimulation {

	private static final Duration TIME_TO_REST = Duration.ofSeconds(120);

	/** A question, an answer, and what has to be pulled in between. */
	private static final Duration TIME_TO_WAKE = Duration.ofSeconds(5);

	private final SplittableRandom random;

	private final Simulation simulation;

	private final SimulatedCluster cluster;

	private final SupersessionWatch watch;

	private final List<String> names = new ArrayList<>();

	private final List<String> log = new ArrayList<>();

	private final boolean cuts;

	private final int delay;

	private int children;

	private @Nullable String violation;

	PauseSimulation(long seed) {
		this.random = new SplittableRandom(seed * 53 + 3);
		this.simulation = new Simulation(seed);
		this.cluster = new SimulatedCluster(this.simulation);
		this.cuts = this.random.nextInt(3) == 0;
		this.watch = new SupersessionWatch(this.cluster, !this.cuts);
		int size = this.random.nextInt(1, 5);
		for (int i = 1; i <= size; i++) {
			this.names.add("n" + i);
		}
		this.delay = this.random.nextInt(1, 80);
		this.cluster.settings(
				(settings) -> settings.with(Changed.of(settings.membership(), "expectedSize", this.names.size())));
		this.cluster.userCode(this.random.nextBoolean() ? 0.2 : 0, 0);
	}

	/**
	 * Run it.
	 * @return the first violation, or {@code null}
	 */
	@Nullable String run() {
		this.names.forEach(this.cluster::start);
		delays();
		run(Duration.ofSeconds(10));
		rest();
		for (int round = this.random.nextInt(1, 4); round > 0 && this.violation == null; round--) {
			startChildren();
			this.names.forEach((name) -> this.cluster.loop(name).clock().rate(this.random.nextDouble(0.99, 1.01)));
			switch (this.random.nextInt(7)) {
				case 0, 1 -> sleep(any());
				case 2 -> sleepTwice();
				case 3 -> sleepTogether();
				case 4 -> step();
				case 5 -> sleepAtOnce();
				default -> sleepAmongOthers();
			}
			rest();
		}
		return (this.violation != null) ? this.violation + " after\n  " + String.join("\n  ", this.log) : null;
	}

	/**
	 * Return how many nodes have woken after they had stood still for long.
	 */
	long woken() {
		return this.watch.woken();
	}

	private void delays() {
		this.simulation.network()
			.faults(Faults.NONE.withDelay(Duration.ofNanos(50_000), Duration.ofMillis(this.delay))
				.withDuplication(this.random.nextDouble(0.1)));
	}

	private void startChildren() {
		for (int i = this.random.nextInt(1, 8); i > 0; i--) {
			String id = "c" + ++this.children;
			this.cluster.supervisor(any()).startChild(ChildSpec.of(SimulatedCluster.PERMANENT).id(id).name(id));
		}
		run(millis(0, 3000));
	}

	/* Nothing else happens, so it wakes soon. */
	private void sleep(String name) {
		asleep(name);
		run(nap());
		wake(name);
		if (this.violation == null) {
			run(TIME_TO_WAKE);
			int resting = this.cluster.horde(name).supervisor().resting();
			if (resting > 0) {
				violation("T10: " + resting + " processes on " + name + " rest still");
			}
		}
	}

	private void sleepAtOnce() {
		String name = any();
		log("crash and start " + name);
		this.cluster.crash(name);
		run(millis(0, 6000));
		this.cluster.start(name);
		run(millis(0, 700));
		asleep(name);
		run(nap());
		wake(name);
		run(millis(0, 5000));
	}

	private void sleepTwice() {
		String name = any();
		asleep(name);
		run(nap());
		wake(name);
		run(millis(0, 1500));
		asleep(name);
		run(nap());
		wake(name);
		run(millis(0, 5000));
	}

	private void sleepTogether() {
		List<String> sleepers = this.names.stream().filter((name) -> this.random.nextInt(3) > 0).toList();
		for (String name : sleepers) {
			asleep(name);
			run(millis(0, 2000));
		}
		for (String name : sleepers) {
			run(nap());
			wake(name);
		}
		run(millis(0, 5000));
	}

	/*
	 * By an administrator. A wall clock that is set back in the very heartbeat in which
	 * its machine is suspended is beyond T10: neither clock tells.
	 */
	private void step() {
		String name = any();
		Duration step = Duration.ofMillis(this.random.nextInt(-60_000, 60_000));
		log("clock of " + name + " jumps by " + step);
		this.cluster.loop(name).clock().step(step);
		run(millis(600, 3000));
		if (this.random.nextBoolean()) {
			sleep(name);
		}
	}

	private void sleepAmongOthers() {
		String name = any();
		List<String> others = this.names.stream().filter((other) -> !other.equals(name)).toList();
		asleep(name);
		run(nap());
		boolean before = this.random.nextBoolean();
		if (before) {
			happen(name, others);
		}
		wake(name);
		run(millis(0, 2000));
		if (!before) {
			happen(name, others);
			run(millis(0, 2000));
		}
	}

	private void happen(String name, List<String> others) {
		if (others.isEmpty()) {
			return;
		}
		String other = others.get(this.random.nextInt(others.size()));
		if (this.cuts) {
			List<String> some = others.stream().filter((one) -> this.random.nextBoolean()).toList();
			log("cut " + name + " from " + some);
			this.simulation.network().partition(List.of(name), some);
			run(millis(0, 6000));
			if (this.random.nextBoolean()) {
				log("heal");
				this.simulation.network().heal();
				delays();
			}
			return;
		}
		if (this.cluster.loop(other).isPaused()) {
			return;
		}
		switch (this.random.nextInt(3)) {
			case 0 -> {
				log("crash " + other);
				this.cluster.crash(other);
			}
			case 1 -> {
				String id = "c" + this.random.nextInt(1, this.children + 1);
				log("terminate " + id + " at " + other);
				CompletableFuture<Boolean> end = this.cluster.supervisor(other).terminateChild(id);
				run(millis(0, 2000));
				log("terminated: " + end);
			}
			default -> {
				log("reset " + name + " and " + other);
				this.simulation.network().reset(name, other);
			}
		}
	}

	private void asleep(String name) {
		if (this.violation != null || !this.cluster.alive().contains(name) || this.cluster.loop(name).isPaused()) {
			return;
		}
		if (this.random.nextInt(3) == 0) {
			log("suspend " + name);
			this.cluster.suspend(name);
		}
		else {
			log("pause " + name);
			this.cluster.pause(name);
		}
	}

	private void wake(String name) {
		log("resume " + name);
		this.cluster.resume(name);
	}

	private Duration nap() {
		return this.random.nextInt(3) > 0 ? millis(2400, 4500) : millis(100, 15_000);
	}

	private void rest() {
		if (this.violation != null) {
			return;
		}
		this.simulation.network().heal();
		delays();
		for (String name : this.names) {
			if (!this.cluster.alive().contains(name)) {
				log("start " + name);
				this.cluster.start(name);
			}
			this.cluster.resume(name);
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
	}

	private void run(Duration duration) {
		if (this.violation == null) {
			this.simulation.run(duration);
			this.violation = this.watch.violation();
		}
	}

	private String any() {
		return this.names.get(this.random.nextInt(this.names.size()));
	}

	private Duration millis(int from, int to) {
		return Duration.ofMillis(this.random.nextInt(from, to));
	}

	private void violation(String violation) {
		if (this.violation == null) {
			this.violation = violation;
		}
	}

	private void log(String what) {
		this.log.add(this.simulation.now() + " " + what);
	}

}
