package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Asks all processes of a simulated cluster whether they are owners, after everything
 * that happens, and compares the answers: the ownership of a token spans its first to its
 * last positive answer, and the spans of one child must not intersect.
 */
final class OwnershipWatch {

	private final SimulatedCluster cluster;

	private final Map<String, TreeMap<Long, Span>> spans = new TreeMap<>();

	private final List<String> violations = new ArrayList<>();

	private final Predicate<SimulatedProcess> watched;

	private long asked;

	OwnershipWatch(SimulatedCluster cluster) {
		this(cluster, (process) -> true);
	}

	OwnershipWatch(SimulatedCluster cluster, Predicate<SimulatedProcess> watched) {
		this.cluster = cluster;
		this.watched = watched;
	}

	/**
	 * Let time pass.
	 */
	void run(Duration duration) {
		Simulation simulation = this.cluster.simulation();
		Duration end = simulation.now().plus(duration);
		simulation.after(duration, () -> {
		});
		while (simulation.now().compareTo(end) < 0 && simulation.step()) {
			look(simulation.nanos());
		}
	}

	/* A process that stands still asks nothing. */
	void look(long now) {
		for (SimulatedProcess process : this.cluster.processes()) {
			this.asked++;
			if (!process.isStandingStill() && process.context().isOwner() && this.watched.test(process)) {
				owner(process, now);
			}
		}
	}

	private void owner(SimulatedProcess process, long now) {
		TreeMap<Long, Span> tokens = this.spans.computeIfAbsent(process.id(), (id) -> new TreeMap<>());
		long token = process.context().fencingToken();
		Span span = tokens.get(token);
		if (span == null) {
			span = new Span(process, now);
			if (tokens.higherKey(token) != null) {
				violation(process + " is owner after a higher token was, " + tokens);
			}
			tokens.put(token, span);
		}
		else if (span.process != process) {
			violation(process + " has the same token as " + span);
		}
		span.last = now;
		for (Map.Entry<Long, Span> other : tokens.entrySet()) {
			if (other.getKey() != token && other.getValue().last > span.first) {
				violation(process + " and " + other.getValue() + " are owners, " + tokens);
			}
		}
	}

	private void violation(String violation) {
		if (this.violations.size() < 3) {
			this.violations.add(violation + " at " + this.cluster.simulation().now());
		}
	}

	List<String> violations() {
		return this.violations;
	}

	long asked() {
		return this.asked;
	}

	/**
	 * When a token was seen as owner.
	 */
	private static final class Span {

		private final SimulatedProcess process;

		private final long first;

		private long last;

		Span(SimulatedProcess process, long now) {
			this.process = process;
			this.first = now;
		}

		@Override
		public String toString() {
			return this.process.node() + " from " + Duration.ofNanos(this.first) + " to " + Duration.ofNanos(this.last);
		}

	}

}
