package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.horde.test.Faults;
import io.horde.test.SimulatedNetwork;
import io.horde.test.Simulation;

/**
 * Makes the life of replicators hard, and counts how.
 */
final class Disturbances {

	private final Simulation simulation;

	private final SplittableRandom random;

	private final List<String> members;

	private final boolean calm;

	private final Map<String, Integer> counts = new TreeMap<>();

	Disturbances(Simulation simulation, SplittableRandom random, List<String> members, boolean calm) {
		this.simulation = simulation;
		this.random = random;
		this.members = members;
		this.calm = calm;
	}

	/**
	 * Return how often each kind has happened.
	 */
	Map<String, Integer> counts() {
		return this.counts;
	}

	void count(String kind) {
		this.counts.merge(kind, 1, Integer::sum);
	}

	void faults() {
		Faults faults = Faults.NONE.withDelay(Duration.ofNanos(50_000), Duration.ofMillis(1 + this.random.nextInt(30)));
		count("delay");
		if (!this.calm && this.random.nextBoolean()) {
			count("loss, duplication, reordering, stragglers");
			faults = faults.withLoss(this.random.nextDouble() * 0.2)
				.withDuplication(this.random.nextDouble() * 0.2)
				.withReordering(this.random.nextDouble() * 0.3)
				.withStraggling(this.random.nextDouble() * 0.05);
		}
		network().faults(faults);
	}

	void heal() {
		network().heal();
		faults();
	}

	void partition() {
		List<String> some = new ArrayList<>();
		List<String> others = new ArrayList<>();
		this.members.forEach((member) -> (this.random.nextBoolean() ? some : others).add(member));
		if (this.random.nextInt(4) == 0 && !some.isEmpty() && !others.isEmpty()) {
			count("one-way cut");
			network().cut(some.get(0), others.get(0));
		}
		else {
			count("partition");
			network().partition(some, others);
		}
		if (this.random.nextBoolean()) {
			network().linkTimeout(Duration.ofMillis(500 + this.random.nextInt(3000)));
		}
	}

	void reset(TestNode node) {
		String other = this.members.get(this.random.nextInt(this.members.size()));
		if (!other.equals(node.id.node())) {
			count("reset of a link");
			network().reset(node.id.node(), other);
		}
	}

	void slow(TestNode node) {
		count("slow receiver");
		network().slow(node.id.node(), 2000 + this.random.nextInt(100_000));
	}

	void pause(TestNode node) {
		if (node.loop.isPaused()) {
			node.loop.resume();
		}
		else if (this.random.nextInt(3) == 0) {
			count("suspension");
			node.loop.suspend();
		}
		else {
			count("pause");
			node.loop.pause();
		}
	}

	void clock(TestNode node) {
		if (this.random.nextBoolean()) {
			count("step of a clock");
			node.loop.clock().step(Duration.ofMillis(this.random.nextInt(-20_000, 20_000)));
		}
		else {
			count("drift of a clock");
			node.loop.clock().rate(0.98 + this.random.nextDouble() * 0.04);
		}
	}

	private SimulatedNetwork network() {
		return this.simulation.network();
	}

}
