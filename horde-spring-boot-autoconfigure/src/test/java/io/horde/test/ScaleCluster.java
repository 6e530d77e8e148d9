package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

import io.horde.cluster.MemberSource.Candidate;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipSettings;
import io.horde.cluster.membership.MembershipView;
import io.horde.cluster.topology.TopologyBySize;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.node.Changed;
import io.horde.replication.MapListener;
import io.horde.replication.ReplicatedMap;
import io.horde.replication.ReplicationSettings;
import io.horde.replication.Replicator;
import io.horde.replication.protocol.EntryCodec;
import io.horde.time.clock.HybridLogicalClock;
import io.horde.transport.Channels;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * Many nodes with members and replicator, and nothing above, in one simulation. Equal
 * strings are one object in all of them, as they are nowhere else; all other state is
 * each node's own.
 */
final class ScaleCluster {

	private static final int CANDIDATES = 64;

	final Simulation simulation;

	private final SortedMap<String, Node> nodes = new TreeMap<>();

	private final int zones;

	private final MembershipSettings settings;

	private final ReplicationSettings replication;

	private final SplittableRandom random;

	private final EntryCodec<String> codec;

	private final Map<String, Long> written = new HashMap<>();

	private final List<Long> lags = new ArrayList<>();

	private long seeds;

	private boolean measuring;

	ScaleCluster(long seed, int zones, int overlayAbove, ReplicationSettings replication) {
		this.simulation = new Simulation(seed);
		this.zones = zones;
		this.settings = Changed.of(MembershipSettings.defaults("?"), "overlayAbove", overlayAbove);
		this.replication = replication;
		this.random = this.simulation.random();
		this.codec = new SharedStrings();
	}

	/**
	 * Start a node, or start it again. Its candidates are some of those that were ever
	 * started.
	 */
	Node start(String name, int zone) {
		Node node = new Node(name, zone % this.zones);
		this.nodes.put(name, node);
		List<String> all = List.copyOf(this.nodes.keySet());
		List<Candidate> candidates = new ArrayList<>();
		for (int i = 0; i < Math.min(CANDIDATES, all.size()); i++) {
			String other = (all.size() <= CANDIDATES) ? all.get(i) : all.get(this.random.nextInt(all.size()));
			candidates.add(new Candidate(other + ":7420", other));
		}
		node.loop.execute(() -> {
			node.replicator.start();
			node.membership.start();
			node.membership.candidates(candidates);
		});
		return node;
	}

	/**
	 * Start nodes until there are so many, some at a time.
	 */
	void grow(int size, int step) {
		while (this.nodes.size() < size) {
			for (int i = 0; i < step && this.nodes.size() < size; i++) {
				int number = this.nodes.size();
				start(String.format("n%04d", number), number);
			}
			this.simulation.run(Duration.ofMillis(500));
		}
	}

	Collection<Node> nodes() {
		return this.nodes.values();
	}

	List<Node> alive() {
		return this.nodes.values().stream().filter((node) -> node.loop.isAlive()).toList();
	}

	Node node(String name) {
		Node node = this.nodes.get(name);
		if (node == null) {
			throw new IllegalArgumentException(name);
		}
		return node;
	}

	List<String> names(Predicate<Node> which) {
		return this.nodes.values().stream().filter(which).map((node) -> node.name).toList();
	}

	List<String> zone(int zone) {
		return names((node) -> node.zone == zone);
	}

	/**
	 * Cut a zone off from all others.
	 */
	void cutOff(int zone) {
		this.simulation.network().partition(zone(zone), names((node) -> node.zone != zone));
	}

	/**
	 * Tell whether the members of a zone agree with each other, and all others do.
	 */
	boolean sidesAgree(int zone) {
		return agree(nodes().stream().filter((node) -> node.zone == zone).toList())
				&& agree(nodes().stream().filter((node) -> node.zone != zone).toList());
	}

	/**
	 * Let time pass until something holds, looking now and then.
	 * @return how long it took, or {@code null} if it doesn't hold in time
	 */
	@Nullable Duration await(BooleanSupplier condition, Duration limit) {
		Duration start = this.simulation.now();
		while (!condition.getAsBoolean()) {
			if (this.simulation.now().minus(start).compareTo(limit) > 0) {
				return null;
			}
			this.simulation.run(Duration.ofMillis(50));
		}
		return this.simulation.now().minus(start);
	}

	/**
	 * Tell whether all nodes that live see exactly each other as {@code UP}.
	 */
	boolean agree() {
		return agree(alive());
	}

	boolean agree(Collection<Node> nodes) {
		Collection<String> names = nodes.stream().map((node) -> node.name).toList();
		return nodes.stream().allMatch((node) -> node.sees(names));
	}

	boolean converged() {
		return converged(alive());
	}

	boolean converged(Collection<Node> nodes) {
		return nodes.stream().map((node) -> node.replicator.digest()).distinct().count() == 1;
	}

	/**
	 * Write, and measure how long it takes to be read on each other node.
	 */
	void write(Node node, String key, String value) {
		String shared = ((SharedStrings) this.codec).share(value);
		this.written.put(shared, this.simulation.now().toNanos());
		node.replicator.write((writes) -> writes.put(node.map, ((SharedStrings) this.codec).share(key), shared));
	}

	void measure(boolean measuring) {
		this.measuring = measuring;
		this.nodes.values()
			.stream()
			.filter((node) -> node.replicator.isSynchronized())
			.forEach((node) -> node.readySince = 0);
	}

	/**
	 * Return the lags in milliseconds, and forget them.
	 */
	String lags() {
		long[] sorted = this.lags.stream().mapToLong(Long::longValue).sorted().toArray();
		this.lags.clear();
		this.written.clear();
		if (sorted.length == 0) {
			return "none";
		}
		return String.format("p50 %.1f, p90 %.1f, p99 %.1f, max %.1f ms (%,d)", at(sorted, 0.5), at(sorted, 0.9),
				at(sorted, 0.99), at(sorted, 1), sorted.length);
	}

	private static double at(long[] sorted, double quantile) {
		return sorted[(int) Math.min(sorted.length - 1, (long) (sorted.length * quantile))] / 1e6;
	}

	/**
	 * One node.
	 */
	final class Node {

		final String name;

		final int zone;

		final SimulatedEventLoop loop;

		final Membership membership;

		final Replicator replicator;

		final ReplicatedMap<String> map;

		final List<String> received = new ArrayList<>();

		private long readySince = Long.MAX_VALUE;

		private Node(String name, int zone) {
			this.name = name;
			this.zone = zone;
			this.loop = ScaleCluster.this.simulation.eventLoop(name);
			MembershipSettings own = named(name, zone);
			this.membership = new Membership(this.loop, ScaleCluster.this.simulation.network().transport(this.loop),
					own, TopologyBySize::new, ++ScaleCluster.this.seeds);
			this.replicator = new Replicator(this.loop, this.membership, new HybridLogicalClock(this.loop),
					ScaleCluster.this.replication, ScaleCluster.this.seeds);
			this.map = this.replicator.map("entries", ScaleCluster.this.codec, Versioned.BY_STAMP);
			this.map.addListener(new MapListener<>() {

				@Override
				public void changed(String key, @Nullable Versioned<String> before, @Nullable Versioned<String> after) {
					if (ScaleCluster.this.measuring && after != null) {
						arrived(after.value());
					}
				}

			});
			this.membership.onFrame(Channels.REGISTRY, (from, frame) -> this.received.add(from.node()));
		}

		private MembershipSettings named(String name, int zone) {
			MembershipSettings defaults = Changed.of(MembershipSettings.defaults(name), "overlayAbove",
					ScaleCluster.this.settings.overlayAbove());
			return Changed.of(defaults, "labels", Map.of("zone", "zone-" + zone));
		}

		private void arrived(String value) {
			Long at = ScaleCluster.this.written.get(value);
			long now = ScaleCluster.this.simulation.now().toNanos();
			if (!this.replicator.isSynchronized()) {
				return;
			}
			this.readySince = Math.min(this.readySince, now);
			// What was written before a node had its snapshot says nothing
			if (at != null && at < now && at >= this.readySince) {
				ScaleCluster.this.lags.add(now - at);
			}
		}

		ReplicaId id() {
			return this.membership.selfId();
		}

		int links() {
			return this.membership.linked().size();
		}

		void kill() {
			this.loop.kill();
		}

		boolean send(Node to) {
			boolean[] sent = new boolean[1];
			this.loop.execute(() -> sent[0] = this.membership.send(to.id(), Channels.REGISTRY, new byte[8]));
			ScaleCluster.this.simulation.run(Duration.ofMillis(200));
			return sent[0];
		}

		@Nullable MemberStatus status(Node other) {
			MemberState state = this.membership.view().member(other.id());
			return (state != null) ? state.status() : null;
		}

		boolean sees(Collection<String> names) {
			MembershipView view = this.membership.view();
			int up = 0;
			for (MemberState state : view.members()) {
				up += (state.status() == MemberStatus.UP) ? 1 : 0;
			}
			return up == names.size() && names.stream().allMatch((name) -> {
				MemberState state = view.living(name);
				return state != null && state.status() == MemberStatus.UP;
			});
		}

	}

	/**
	 * The format of strings, of which equal ones are one.
	 */
	private static final class SharedStrings implements EntryCodec<String> {

		private final Map<String, String> strings = new HashMap<>();

		String share(String string) {
			String shared = this.strings.putIfAbsent(string, string);
			return (shared != null) ? shared : string;
		}

		@Override
		public void write(String value, long stamp, FrameWriter writer) {
			writer.string(value);
		}

		@Override
		public String read(FrameReader reader, long stamp) {
			return share(reader.string());
		}

	}

}
