package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

import io.horde.cluster.ExpulsionCause;
import io.horde.cluster.NodeExpelledException;
import io.horde.node.Changed;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.StartResult;
import org.jspecify.annotations.Nullable;

/**
 * A node stands still or is cut off, another one is started with its name, and the first
 * one comes back: it has to learn that it is out, and to run nothing from then on. What
 * becomes of the other one decides whether it ever takes part again.
 */
final class ExpulsionSimulation {

	private static final String OLD = "n1";

	private static final String REPLACEMENT = "n1-again";

	private static final Duration TIME_TO_LEARN = Duration.ofSeconds(15);

	private static final Duration TIME_TO_STOP = Duration.ofSeconds(12);

	private static final Duration TIME_TO_REST = Duration.ofSeconds(120);

	private final SplittableRandom random;

	private final Simulation simulation;

	private final SimulatedCluster cluster;

	private final List<String> others = new ArrayList<>();

	private final List<String> log = new ArrayList<>();

	private @Nullable String violation;

	ExpulsionSimulation(long seed) {
		this.random = new SplittableRandom(seed * 47 + 9);
		this.simulation = new Simulation(seed);
		this.cluster = new SimulatedCluster(this.simulation);
		int size = this.random.nextInt(2, 5);
		for (int i = 2; i <= size; i++) {
			this.others.add("n" + i);
		}
		boolean quorum = this.random.nextInt(4) == 0;
		this.cluster.settings((settings) -> settings
			.with(Changed.of(settings.membership(), "expectedSize", size, "seats", quorum ? size : 0))
			.with(Changed.of(settings.supervisor(), "distribution", quorum ? "quorum" : "uniform")));
		this.cluster.userCode(this.random.nextBoolean() ? 0.2 : 0, 0);
		this.simulation.network()
			.faults(Faults.NONE.withDelay(Duration.ofNanos(50_000), Duration.ofMillis(this.random.nextInt(1, 40))));
	}

	/**
	 * Run it.
	 * @return the first violation, or {@code null}
	 */
	@Nullable String run() {
		this.cluster.start(OLD);
		this.others.forEach(this.cluster::start);
		run(Duration.ofSeconds(10));
		for (int i = this.random.nextInt(1, 8); i > 0; i--) {
			String id = "c" + i;
			this.cluster.supervisor(OLD).startChild(ChildSpec.of(SimulatedCluster.PERMANENT).id(id).name(id));
		}
		run(Duration.ofSeconds(5));
		if (this.others.size() > 1 && this.random.nextInt(4) == 0) {
			twin();
		}
		else {
			replace();
		}
		rest();
		return (this.violation != null) ? this.violation + " after\n  " + String.join("\n  ", this.log) : null;
	}

	/* Some hear the old one, and some don't: one of the two is in the cluster. */
	private void twin() {
		for (String other : this.others) {
			if (this.random.nextBoolean()) {
				log("cut " + OLD + " to " + other);
				this.simulation.network().cut(OLD, other);
			}
			if (this.random.nextBoolean()) {
				log("cut " + other + " to " + OLD);
				this.simulation.network().cut(other, OLD);
			}
		}
		run(seconds(0, 20));
		log("start " + REPLACEMENT);
		this.cluster.start(REPLACEMENT, OLD);
		run(seconds(5, 30));
		log("heal");
		this.simulation.network().heal();
		run(Duration.ofSeconds(40));
		List<String> members = new ArrayList<>(this.cluster.members());
		members.removeAll(this.others);
		if (members.size() != 1) {
			violation("B4: of " + OLD + " and " + REPLACEMENT + " these are in the cluster: " + members);
		}
	}

	private void replace() {
		boolean cut = this.random.nextBoolean();
		log((cut ? "cut off " : "pause ") + OLD);
		if (cut) {
			this.simulation.network().partition(List.of(OLD), this.others);
			this.simulation.network().partition(List.of(OLD), List.of(REPLACEMENT));
		}
		else {
			this.cluster.pause(OLD);
		}
		run(seconds(5, 20));
		log("start " + REPLACEMENT);
		this.cluster.start(REPLACEMENT, OLD);
		run(seconds(8, 30));
		log(OLD + " is back");
		this.simulation.network().heal();
		this.cluster.resume(OLD);
		run(TIME_TO_LEARN);
		oneIsOut();
		answersAtOnce();
		switch (this.random.nextInt(3)) {
			case 0 -> holderDies();
			case 1 -> holderStandsStill();
			default -> {
			}
		}
	}

	private void oneIsOut() {
		if (this.cluster.outSince(OLD) == null) {
			violation("B4: " + OLD + " does not know that it is out");
		}
		if (this.cluster.outSince(REPLACEMENT) != null) {
			violation("B4: " + REPLACEMENT + " is out");
		}
	}

	private void answersAtOnce() {
		CompletableFuture<StartResult> start = this.cluster.supervisor(OLD)
			.startChild(ChildSpec.of(SimulatedCluster.PERMANENT).id("late"));
		CompletableFuture<Boolean> end = this.cluster.supervisor(OLD).terminateChild("c1");
		run(Duration.ofSeconds(3));
		for (CompletableFuture<?> answer : List.of(start, end)) {
			Throwable failure = answer.isDone() ? answer.handle((result, thrown) -> thrown).join() : null;
			if (!(failure instanceof NodeExpelledException expelled) || expelled.reason() != ExpulsionCause.REPLACED) {
				violation("B4: a question to " + OLD + ", which is out, ends with " + answer);
			}
		}
	}

	private void holderDies() {
		log("crash " + REPLACEMENT);
		this.cluster.crash(REPLACEMENT);
		run(Duration.ofSeconds(25));
		if (this.cluster.outSince(OLD) != null) {
			violation("B5: " + OLD + " is out, and who had its name is dead");
		}
	}

	/* Longer than others bear it: they would let another one have the name. */
	private void holderStandsStill() {
		boolean suspend = this.random.nextBoolean();
		log((suspend ? "suspend " : "pause ") + REPLACEMENT);
		if (suspend) {
			this.cluster.suspend(REPLACEMENT);
		}
		else {
			this.cluster.pause(REPLACEMENT);
		}
		run(seconds(10, 40));
		if (this.cluster.outSince(OLD) == null) {
			violation("B5: " + OLD + " has begun anew, and who has its name lives");
		}
		this.cluster.resume(REPLACEMENT);
		run(TIME_TO_LEARN);
		oneIsOut();
	}

	private void rest() {
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
		Duration end = this.simulation.now().plus(duration);
		boolean[] over = { false };
		this.simulation.after(duration, () -> over[0] = true);
		while (!over[0] && this.violation == null && this.simulation.now().compareTo(end) <= 0
				&& this.simulation.step()) {
			look();
		}
	}

	/* What holds always. */
	private void look() {
		for (SimulatedProcess process : this.cluster.processes()) {
			Duration since = this.cluster.outSince(process.machine());
			if (since != null && process.context().isOwner()) {
				violation("B4: " + process + " is owner on " + process.machine() + ", which is out");
			}
			if (since != null && process.isRunning() && this.simulation.now().compareTo(since.plus(TIME_TO_STOP)) > 0) {
				violation("B4: " + process + " runs on " + process.machine() + ", which is out since " + since);
			}
		}
	}

	private Duration seconds(int from, int to) {
		return Duration.ofMillis(this.random.nextInt(from * 1000, to * 1000));
	}

	private void violation(String violation) {
		if (this.violation == null) {
			this.violation = violation + " at " + this.simulation.now();
		}
	}

	private void log(String what) {
		this.log.add(this.simulation.now() + " " + what);
	}

}
