package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import io.horde.cluster.Member;
import io.horde.node.HordeNode;
import io.horde.process.ProcessState;
import io.horde.replication.WriteMark;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.StartResult;
import io.horde.supervisor.engine.CurrentSupervisor;

/**
 * What the callers of a simulated cluster were promised: which children must exist and
 * which must not.
 */
final class Expectations {

	/*
	 * An acknowledged child must be there unless all its holders died (R10 is checked
	 * when the acknowledgement comes, by the members that its node saw when it decided,
	 * on the loop: one that has come up since does not count, and one whose death it
	 * could not know is the one that may die). An acknowledged termination holds unless
	 * all who knew of it died, and counts only if its node had seen all starts, of which
	 * there may be some on both sides of a partition. All else is uncertain: then it must
	 * only be consistent.
	 */

	private final SimulatedCluster cluster;

	private final DecisionWitness witness = new DecisionWitness();

	private final Map<String, Child> children = new TreeMap<>();

	private final List<CompletableFuture<?>> pending = new ArrayList<>();

	private final List<String> violations = new ArrayList<>();

	private Duration lastDeath = Duration.ofNanos(-1);

	/**
	 * Creates it, for a cluster of which no node was started yet.
	 */
	Expectations(SimulatedCluster cluster) {
		this.cluster = cluster;
		cluster.nodes(this.witness::create);
	}

	Child child(String id) {
		return this.children.computeIfAbsent(id, (key) -> new Child());
	}

	void start(String node, String type, String id) {
		Child child = child(id);
		if (child.terminations > 0) {
			return;
		}
		child.state = (child.state == State.PRESENT) ? State.PRESENT : State.UNCERTAIN;
		child.starts++;
		Duration issued = this.cluster.simulation().now();
		SimulatedEventLoop loop = this.cluster.loop(node);
		CompletableFuture<StartResult> start = this.cluster.supervisor(node)
			.startChild(ChildSpec.of(type).id(id).name(id));
		track(node, "start of " + id, start);
		start.whenComplete((result, failure) -> {
			child.starts--;
			if (failure == null && result.failure() == null && loop.isAlive()) {
				started(node, id, child, result.created(), issued);
			}
		});
	}

	private void started(String node, String id, Child child, boolean created, Duration issued) {
		if (!created && child.state != State.PRESENT) {
			// It may be a child whose termination this node has not heard of yet.
			return;
		}
		child.state = State.PRESENT;
		child.lastStart = this.witness.written();
		child.started.add(child.lastStart);
		boolean others = this.cluster.horde(node)
			.membership()
			.view()
			.up()
			.stream()
			.anyMatch((member) -> member.linked() && !member.name().equals(node));
		List<HordeNode> seen = this.witness.othersSeen();
		if (others && !seen.isEmpty() && holders(id, seen) < 2 && this.lastDeath.compareTo(issued) < 0) {
			this.violations.add("R10: the start of " + id + " was acknowledged by " + node + " at "
					+ this.cluster.simulation().now() + " while " + holders(id, seen) + " nodes hold it; it sees "
					+ this.cluster.cluster(node).members().stream().map(Member::status).toList());
		}
	}

	void terminate(String node, String id) {
		Child child = child(id);
		if (child.starts > 0) {
			return;
		}
		SimulatedEventLoop loop = this.cluster.loop(node);
		boolean hasSeenAll = !child.started.isEmpty()
				&& child.started.stream().allMatch((mark) -> isMerged(mark, node));
		child.state = State.UNCERTAIN;
		child.terminations++;
		CompletableFuture<Boolean> termination = this.cluster.supervisor(node).terminateChild(id);
		track(node, "termination of " + id, termination);
		termination.whenComplete((existed, failure) -> {
			child.terminations--;
			if (failure == null && existed && hasSeenAll && loop.isAlive() && child.starts == 0) {
				child.state = State.ABSENT;
				child.lastEnd = this.witness.written();
				child.started.clear();
			}
		});
	}

	void track(String node, String what, CompletableFuture<?> future) {
		SimulatedEventLoop loop = this.cluster.loop(node);
		this.pending.add(future);
		Duration issued = this.cluster.simulation().now();
		this.cluster.simulation().after(Duration.ofSeconds(50), () -> {
			if (loop.isAlive() && !future.isDone() && !this.cluster.wasPaused(node, issued)) {
				this.violations.add("the " + what + " at " + node + ", asked for at " + issued + ", has no outcome");
			}
		});
	}

	/**
	 * A node has died: what only it held is gone.
	 */
	void died() {
		this.lastDeath = this.cluster.simulation().now();
		this.children.forEach((id, child) -> {
			if (child.state == State.PRESENT && !isHeld(id, child)) {
				child.state = State.UNCERTAIN;
			}
			if (child.state == State.ABSENT && !isKnown(child.lastEnd)) {
				child.state = State.UNCERTAIN;
			}
		});
	}

	private boolean isHeld(String id, Child child) {
		return this.cluster.alive()
			.stream()
			.anyMatch((node) -> this.cluster.supervisor(node).child(id).isPresent() && isMerged(child.lastStart, node));
	}

	private boolean isKnown(WriteMark mark) {
		return this.cluster.alive().stream().anyMatch((node) -> isMerged(mark, node));
	}

	private boolean isMerged(WriteMark mark, String node) {
		return mark.isMergedBy(this.cluster.horde(node).replicator());
	}

	/* A dead one's tables are as they were when it died. */
	private long holders(String id, List<HordeNode> seen) {
		Set<HordeNode> nodes = new HashSet<>(seen);
		this.cluster.alive().forEach((name) -> nodes.add(this.cluster.horde(name)));
		return nodes.stream().filter((node) -> new CurrentSupervisor(node::supervisor).child(id).isPresent()).count();
	}

	/**
	 * Return which promises are broken in a cluster at rest.
	 */
	List<String> broken() {
		List<String> broken = new ArrayList<>(this.violations);
		this.children.forEach((id, child) -> {
			// What has reached nobody by now never will
			child.started.removeIf((mark) -> !isKnown(mark));
			boolean runs = this.cluster.running().containsKey(id);
			if (child.state == State.PRESENT && !runs && !isQuarantined(id)) {
				broken.add(id + " was started and is lost");
			}
			if (child.state == State.ABSENT && runs) {
				broken.add(id + " was terminated and runs");
			}
		});
		for (String id : List.of("singleton", "worker-0", "worker-2")) {
			if (!this.cluster.running().containsKey(id) && !isQuarantined(id)) {
				broken.add("the static child " + id + " does not run");
			}
		}
		return broken;
	}

	private boolean isQuarantined(String id) {
		return this.cluster.alive()
			.stream()
			.flatMap((node) -> this.cluster.supervisor(node).child(id).stream())
			.anyMatch((child) -> child.state() == ProcessState.QUARANTINED);
	}

	enum State {

		PRESENT, ABSENT, UNCERTAIN

	}

	/**
	 * What is known of one child.
	 */
	static final class Child {

		private State state = State.UNCERTAIN;

		private int starts;

		private int terminations;

		/* On two sides of a partition a child can be started twice. */
		private final List<WriteMark> started = new ArrayList<>();

		private WriteMark lastStart;

		private WriteMark lastEnd;

	}

}
