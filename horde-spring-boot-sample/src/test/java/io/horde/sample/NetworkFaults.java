package io.horde.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Faults of real networks and machines, one at a time, on a cluster that is at rest
 * before and afterwards. The third node, n3, is always the one that suffers.
 */
final class NetworkFaults {

	private static final Duration REST = Duration.ofSeconds(90);

	private static final int VICTIM = 2;

	private static final String VICTIM_NAME = "n3";

	private final NetworkCluster cluster;

	private final Set<String> ids;

	private final Set<String> children;

	NetworkFaults(NetworkCluster cluster, Set<String> ids) {
		this.cluster = cluster;
		this.ids = ids;
		this.children = ids.stream().map(SessionView::name).collect(Collectors.toCollection(TreeSet::new));
	}

	Figures kill() {
		SampleNode victim = this.cluster.node(VICTIM);
		return separate("SIGKILL", victim::kill, victim::start);
	}

	Figures powerOff() {
		return separate("link down", () -> this.cluster.network().linkDown(VICTIM),
				() -> this.cluster.network().linkUp(VICTIM));
	}

	Figures pause() {
		SampleNode victim = this.cluster.node(VICTIM);
		return separate("SIGSTOP", victim::pause, victim::resume);
	}

	Figures partition() {
		return separate("partition 2|1", () -> this.cluster.network().partition(List.of(VICTIM), List.of(0, 1)),
				this.cluster.network()::heal);
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
		Map<Path, Long> mark = settled();
		this.cluster.network().partition(List.of(VICTIM), List.of(0, 1));
		awaitElsewhere();
		this.cluster.network().heal();
		this.cluster.node(VICTIM).away(false);
		long healed = System.nanoTime();
		this.cluster.sample().awaitUp(NetworkCluster.SIZE);
		other.kill();
		this.cluster.sample().awaitAtRest(this.ids, REST);
		other.start();
		return figures("partition, heal, SIGKILL of n2", mark, healed, Figures.NONE, Set.of());
	}

	private Figures separate(String fault, Runnable begin, Runnable end) {
		Map<Path, Long> mark = settled();
		long begun = System.nanoTime();
		begin.run();
		awaitElsewhere();
		Set<String> down = this.cluster.seenDown();
		long healed = System.nanoTime();
		end.run();
		this.cluster.node(VICTIM).away(false);
		return figures(fault, mark, healed, begun, down);
	}

	/* A fault that nobody should die of. */
	private Figures disturb(String fault, Duration duration, Runnable begin) {
		Map<Path, Long> mark = settled();
		long begun = System.nanoTime();
		begin.run();
		Set<String> down = new TreeSet<>();
		long until = begun + duration.toNanos();
		SampleCluster.await(fault, duration.plusSeconds(30), () -> {
			down.addAll(this.cluster.seenDown());
			return System.nanoTime() >= until;
		});
		if (!duration.isZero() && this.cluster.network().hits() == 0) {
			throw new IllegalStateException(fault + " has kept no packet from anybody");
		}
		long healed = System.nanoTime();
		this.cluster.network().heal();
		return figures(fault, mark, healed, Figures.NONE, down);
	}

	/**
	 * Wait until the cluster is at rest and as much time has passed that stamps tell who
	 * owns what.
	 */
	private Map<Path, Long> settled() {
		this.cluster.sample().awaitUp(NetworkCluster.SIZE);
		this.cluster.sample().awaitAtRest(this.ids, REST);
		Map<Path, Long> mark = this.cluster.mark();
		pass(Duration.ofSeconds(1));
		return mark;
	}

	private void awaitElsewhere() {
		this.cluster.node(VICTIM).away(true);
		this.cluster.sample().awaitAtRest(this.ids, REST);
	}

	private Figures figures(String fault, Map<Path, Long> mark, long healed, long begun, Set<String> down) {
		this.cluster.sample().awaitUp(NetworkCluster.SIZE);
		this.cluster.sample().awaitAtRest(this.ids, REST);
		long rest = System.nanoTime();
		pass(Duration.ofSeconds(1));
		Recording recording = this.cluster.since(mark);
		Collection<String> away = (begun != Figures.NONE)
				? recording.ownedBy(VICTIM_NAME, begun - Duration.ofSeconds(1).toNanos(), begun) : Set.of();
		long back = away.isEmpty() ? Figures.NONE : recording.backElsewhere(away, VICTIM_NAME, begun) - begun;
		long handedOver = away.isEmpty() ? Figures.NONE
				: recording.firstStart(VICTIM_NAME, begun) - recording.lastOwnership(VICTIM_NAME, healed);
		Figures figures = new Figures(fault, back, recording.single(healed) - healed, recording.maxGap(),
				recording.maxOverlap(), handedOver, recording.refused(), recording.lost(this.children, rest),
				recording.doubled(rest), down);
		System.out.println(figures);
		return figures;
	}

	private static void pass(Duration duration) {
		long until = System.nanoTime() + duration.toNanos();
		SampleCluster.await(duration.toMillis() + " ms", duration.plusSeconds(30), () -> System.nanoTime() >= until);
	}

}
