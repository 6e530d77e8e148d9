package io.horde.test;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.horde.cluster.membership.MembershipView;
import org.jspecify.annotations.Nullable;

/**
 * Asks the processes of a simulated cluster whether they are owners, after everything
 * that happens, and knows which nodes have stood still for longer than others bear. A
 * copy that slept on such a node must not be owner beside one that began meanwhile,
 * unless its node has taken the other's for gone since it woke (T10).
 */
final class SupersessionWatch {

	/** A loop that stood still for so long has noticed it. */
	private static final long LONG = Duration.ofSeconds(3).toNanos();

	private static final long REMEMBERED = Duration.ofSeconds(60).toNanos();

	private final SimulatedCluster cluster;

	private final Map<String, Sleep> sleeps = new TreeMap<>();

	private final boolean healthy;

	private @Nullable String violation;

	private long woken;

	/**
	 * Creates a watch.
	 * @param healthy whether nothing is lost or cut: then there are no two owners at all,
	 * except where one stands still
	 */
	SupersessionWatch(SimulatedCluster cluster, boolean healthy) {
		this.cluster = cluster;
		this.healthy = healthy;
		cluster.simulation().observer(() -> look(cluster.simulation().nanos()));
	}

	private void look(long now) {
		this.cluster.alive().forEach((node) -> look(node, now));
		this.sleeps.values().removeIf((sleep) -> sleep.isPast(now) || !sleep.loop.isAlive());
		if (!this.healthy && this.sleeps.isEmpty()) {
			return;
		}
		List<SimulatedProcess> owners = owners();
		for (Sleep sleep : this.sleeps.values()) {
			if (sleep.wokenAt < 0) {
				owners.stream().filter((owner) -> !sleep.before.contains(owner)).forEach(sleep.meanwhile::add);
			}
			else {
				doubt(sleep);
			}
		}
		owners.forEach((owner) -> check(owner, owners));
	}

	private List<SimulatedProcess> owners() {
		return this.cluster.processes()
			.stream()
			.filter((process) -> !process.isStandingStill() && process.context().isOwner())
			.toList();
	}

	private void look(String node, long now) {
		SimulatedEventLoop loop = this.cluster.loop(node);
		Sleep sleep = this.sleeps.get(node);
		if (loop.isPaused() && (sleep == null || sleep.wokenAt >= 0 || sleep.loop != loop)) {
			this.sleeps.put(node, new Sleep(loop, now, owners()));
		}
		else if (!loop.isPaused() && sleep != null && sleep.wokenAt < 0) {
			if (now - sleep.since < LONG) {
				this.sleeps.remove(node);
			}
			else {
				sleep.wokenAt = now;
				this.woken++;
			}
		}
	}

	private void doubt(Sleep sleep) {
		MembershipView view = this.cluster.horde(sleep.loop.machine()).membership().view();
		if (view != sleep.view) {
			sleep.view = view;
			for (String node : this.cluster.names()) {
				if (view.living(node) == null) {
					sleep.doubted.add(node);
				}
			}
		}
	}

	private void check(SimulatedProcess owner, List<SimulatedProcess> owners) {
		Sleep sleep = this.sleeps.get(owner.machine());
		for (SimulatedProcess other : owners) {
			if (other == owner || !other.id().equals(owner.id())) {
				continue;
			}
			boolean superseded = sleep != null && owner.createdAt() < sleep.wokenAt && sleep.meanwhile.contains(other)
					&& other.context().fencingToken() > owner.context().fencingToken()
					&& !sleep.doubted.contains(other.node());
			if (superseded || this.healthy) {
				violation("T10: " + owner + (superseded ? " has woken beside " : " is owner beside ") + other);
			}
		}
	}

	private void violation(String violation) {
		if (this.violation == null) {
			this.violation = violation + " at " + this.cluster.simulation().now();
		}
	}

	/**
	 * Return the first violation, or {@code null}.
	 */
	@Nullable String violation() {
		return this.violation;
	}

	/**
	 * Return how many nodes have woken after they had stood still for long.
	 */
	long woken() {
		return this.woken;
	}

	/**
	 * One time in which a node stood still, and what came of it.
	 */
	private static final class Sleep {

		private final SimulatedEventLoop loop;

		private final long since;

		private final Set<SimulatedProcess> before;

		/* Those that became owners while it slept. */
		private final Set<SimulatedProcess> meanwhile = new HashSet<>();

		/* Nodes that it has taken for gone since it woke, or when it woke. */
		private final Set<String> doubted = new TreeSet<>();

		private MembershipView view;

		private long wokenAt = -1;

		Sleep(SimulatedEventLoop loop, long since, List<SimulatedProcess> before) {
			this.loop = loop;
			this.since = since;
			this.before = new HashSet<>(before);
		}

		boolean isPast(long now) {
			return this.wokenAt >= 0 && now - this.wokenAt > REMEMBERED;
		}

	}

}
