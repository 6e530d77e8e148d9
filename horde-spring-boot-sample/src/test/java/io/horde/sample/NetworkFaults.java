package io.horde.sample;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Faults of real networks and machines, one at a time, on a cluster that is at rest
 * before and afterwards. The third node, n3, is the one that suffers where nothing else
 * is said.
 */
final class NetworkFaults {

	private static final Duration REST = Duration.ofSeconds(90);

	private static final int VICTIM = 2;

	private final NetworkCluster cluster;

	private final int sessions;

	private Set<String> ids = Set.of();

	private int scenarios;

	NetworkFaults(NetworkCluster cluster, int sessions) {
		this.cluster = cluster;
		this.sessions = sessions;
	}

	Figures kill() {
		Figures figures = killForGood();
		restart(this.cluster.node(VICTIM));
		return figures;
	}

	private Figures killForGood() {
		SampleNode victim = this.cluster.node(VICTIM);
		NetworkCluster.Mark mark = settled();
		long begun = System.nanoTime();
		victim.kill();
		return figures("SIGKILL", mark, System.nanoTime(), begun, this.cluster.size() - 1, List.of(VICTIM));
	}

	/**
	 * A node that is told to end, hands over what it has, and is started again.
	 */
	Figures terminate() {
		SampleNode victim = this.cluster.node(VICTIM);
		NetworkCluster.Mark mark = settled();
		victim.terminate();
		if (!victim.await(REST)) {
			throw new IllegalStateException(victim + " does not end");
		}
		Figures figures = figures("SIGTERM", mark, System.nanoTime(), Figures.NONE, this.cluster.size() - 1, List.of());
		restart(victim);
		return figures;
	}

	Figures powerOff() {
		return separate("link down", List.of(VICTIM), () -> this.cluster.network().linkDown(VICTIM),
				() -> this.cluster.network().linkUp(VICTIM));
	}

	Figures pause() {
		SampleNode victim = this.cluster.node(VICTIM);
		return separate("pause", List.of(VICTIM), victim::pause, victim::resume);
	}

	/**
	 * A pause that is shorter than anybody's patience.
	 */
	Figures briefPause(Duration duration) {
		SampleNode victim = this.cluster.node(VICTIM);
		return disturb("pause for " + duration.toMillis() + " ms", Duration.ZERO, () -> {
			victim.pause();
			pass(duration);
			victim.resume();
		});
	}

	Figures partition() {
		return partition(List.of(VICTIM), List.of(0, 1));
	}

	/**
	 * A partition.
	 * @param some the nodes of the side that suffers, which are asked nothing meanwhile
	 * @param others the nodes, and what else has a namespace, of the other side
	 */
	Figures partition(List<Integer> some, List<Integer> others) {
		List<Integer> away = some.stream().filter((i) -> i < this.cluster.size()).toList();
		return separate("partition of " + names(away), away, () -> this.cluster.network().partition(some, others),
				this.cluster.network()::heal);
	}

	/**
	 * The registry is down for a time.
	 */
	Figures withoutRegistry(Duration duration) {
		NetworkCluster.Mark mark = settled();
		this.cluster.registry().kill();
		pass(duration);
		long ended = System.nanoTime();
		this.cluster.registry().start();
		return figures("registry down for " + duration.toSeconds() + " s", mark, ended, Figures.NONE,
				this.cluster.size(), List.of());
	}

	/**
	 * The registry dies, then a node, and both come back.
	 */
	Figures killWithoutRegistry(Duration before) {
		this.cluster.registry().kill();
		pass(before);
		Figures figures = killForGood();
		this.cluster.registry().start();
		restart(this.cluster.node(VICTIM));
		return figures;
	}

	/**
	 * A node that can send but hears nothing of one other.
	 */
	Figures oneWayCut(Duration duration) {
		return disturb("one-way cut n1 to n3 for " + duration.toSeconds() + " s", duration,
				() -> this.cluster.network().cut(0, VICTIM));
	}

	Figures reject(Duration duration) {
		return disturb("REJECT with reset between n1 and n3 for " + duration.toSeconds() + " s", duration, () -> {
			this.cluster.network().reject(0, VICTIM);
			this.cluster.network().reject(VICTIM, 0);
		});
	}

	Figures loss(int percent, Duration duration) {
		return disturb(percent + " % loss for " + duration.toSeconds() + " s", duration,
				() -> this.cluster.network().lose(percent));
	}

	Figures flapping(int times, Duration half) {
		return disturb(times + " x cut and heal of n3, " + half.toMillis() + " ms each", Duration.ZERO, () -> {
			for (int i = 0; i < times; i++) {
				this.cluster.network().partition(List.of(VICTIM), List.of(0, 1));
				pass(half);
				this.cluster.network().heal();
				pass(half);
			}
		});
	}

	/**
	 * A partition, its heal, and as soon as the nodes see each other the death of another
	 * node.
	 */
	Figures partitionHealKill() {
		SampleNode other = this.cluster.node(1);
		NetworkCluster.Mark mark = settled();
		this.cluster.network().partition(List.of(VICTIM), List.of(0, 1));
		awaitElsewhere(List.of(VICTIM));
		this.cluster.network().heal();
		this.cluster.node(VICTIM).away(false);
		long healed = System.nanoTime();
		this.cluster.sample().awaitUp(this.cluster.size());
		other.kill();
		Figures figures = figures("partition, heal, SIGKILL of n2", mark, healed, Figures.NONE, this.cluster.size() - 1,
				List.of());
		restart(other);
		return figures;
	}

	/* Told apart: what a node does that comes back has nothing to do with why it went. */
	private void restart(SampleNode node) {
		NetworkCluster.Mark mark = this.cluster.mark();
		long begun = System.nanoTime();
		node.start();
		Figures figures = figures("restart of " + node.name(), mark, begun, Figures.NONE, this.cluster.size(),
				List.of());
		Figures.assertSound(figures);
	}

	private Figures separate(String fault, List<Integer> away, Runnable begin, Runnable end) {
		NetworkCluster.Mark mark = settled();
		long begun = System.nanoTime();
		begin.run();
		awaitElsewhere(away);
		long healed = System.nanoTime();
		end.run();
		away.forEach((i) -> this.cluster.node(i).away(false));
		return figures(fault, mark, healed, begun, this.cluster.size(), away);
	}

	/* A fault that nobody should die of. */
	private Figures disturb(String fault, Duration duration, Runnable begin) {
		NetworkCluster.Mark mark = settled();
		begin.run();
		pass(duration);
		if (!duration.isZero() && this.cluster.network().hits() == 0) {
			throw new IllegalStateException(fault + " has kept no packet from anybody");
		}
		long healed = System.nanoTime();
		this.cluster.network().heal();
		return figures(fault, mark, healed, Figures.NONE, this.cluster.size(), List.of());
	}

	/**
	 * Replace all sessions by new ones, which are spread over all nodes again, and wait
	 * until stamps tell who owns what. Without this, a node that has been away would have
	 * nothing to lose.
	 */
	private NetworkCluster.Mark settled() {
		this.cluster.sample().awaitUp(this.cluster.size());
		this.cluster.sample().awaitAtRest(this.ids, REST);
		SampleNode first = this.cluster.node(0);
		this.ids.parallelStream().forEach((id) -> first.delete("/sessions/" + id));
		this.cluster.sample().awaitAtRest(Set.of(), REST);
		this.ids = this.cluster.sample().startSessions(first, "w" + this.scenarios++ + "-", this.sessions);
		this.cluster.sample().awaitAtRest(this.ids, REST);
		if (this.cluster.sample().runningPerNode().values().contains(0)) {
			throw new IllegalStateException("A node has no session: " + this.cluster.sample().runningPerNode());
		}
		NetworkCluster.Mark mark = this.cluster.mark();
		pass(Duration.ofSeconds(1));
		return mark;
	}

	private void awaitElsewhere(List<Integer> away) {
		away.forEach((i) -> this.cluster.node(i).away(true));
		this.cluster.sample().awaitAtRest(this.ids, REST);
	}

	private Set<String> names(List<Integer> nodes) {
		return nodes.stream().map((i) -> this.cluster.node(i).name()).collect(Collectors.toCollection(TreeSet::new));
	}

	private Figures figures(String fault, NetworkCluster.Mark mark, long healed, long begun, int up,
			List<Integer> victims) {
		this.cluster.sample().awaitUp(up);
		this.cluster.sample().awaitAtRest(this.ids, REST);
		long rest = System.nanoTime();
		pass(Duration.ofSeconds(1));
		Recording recording = this.cluster.since(mark);
		Set<String> children = this.ids.stream().map(SessionView::name).collect(Collectors.toCollection(TreeSet::new));
		long back = Figures.NONE;
		long detected = Figures.NONE;
		long confirmed = Figures.NONE;
		long started = Figures.NONE;
		long handedOver = Figures.NONE;
		if (begun != Figures.NONE) {
			Set<String> nodes = names(victims);
			Set<String> away = recording.ownedBy(nodes, begun - Duration.ofSeconds(1).toNanos(), begun);
			away.retainAll(children);
			if (away.isEmpty()) {
				throw new IllegalStateException(fault + " of a node that had nothing to lose");
			}
			detected = this.cluster.noticed(mark, nodes, begun);
			confirmed = this.cluster.down(mark, nodes, begun);
			started = recording.lastStart(nodes, begun) - begun;
			back = recording.backElsewhere(away, nodes, begun) - begun;
			handedOver = recording.firstStart(nodes, begun) - recording.lastOwnership(nodes, healed);
		}
		Figures figures = new Figures(fault, back, detected, confirmed, started, recording.single(healed) - healed,
				recording.maxGap(), recording.maxOverlap(), handedOver, recording.refused(),
				recording.lost(children, rest), recording.doubled(rest), this.cluster.downSince(mark));
		System.out.println(figures);
		return figures;
	}

	private static void pass(Duration duration) {
		long until = System.nanoTime() + duration.toNanos();
		SampleCluster.await(duration.toMillis() + " ms", duration.plusSeconds(30), () -> System.nanoTime() >= until);
	}

}
