package io.horde.cluster.membership;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

import io.horde.HordeException;
import io.horde.cluster.MemberSource;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.Expelled;
import io.horde.cluster.topology.TopologyBySize;
import io.horde.crdt.ReplicaId;
import io.horde.test.SimulatedEventLoop;
import io.horde.test.SimulatedNetwork;
import io.horde.test.Simulation;
import io.horde.transport.Channels;
import io.horde.transport.Transport;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Memberships of several nodes in one simulation, with the least of a replicator: a
 * joiner that sees an {@code UP} member is {@code UP} soon, others go {@code UP} when
 * settled (R8).
 */
class TestCluster {

	final Simulation simulation;

	private final SortedMap<String, Node> nodes = new TreeMap<>();

	private UnaryOperator<MembershipSettings> settings = UnaryOperator.identity();

	/** Whether frames of the cluster's channel are lost. */
	boolean deaf;

	/** Machines whose nodes speak the next version of the protocol, too. */
	final Set<String> next = new TreeSet<>();

	/** Machines whose nodes speak the previous version of the protocol only. */
	final Set<String> previous = new TreeSet<>();

	private long starts;

	TestCluster(long seed) {
		this.simulation = new Simulation(seed);
	}

	TestCluster with(UnaryOperator<MembershipSettings> settings) {
		this.settings = settings;
		return this;
	}

	SimulatedNetwork network() {
		return this.simulation.network();
	}

	/* Starts nodes that know each other's addresses, and waits until all are UP. */
	TestCluster up(String... names) {
		List<String> addresses = addresses(names);
		for (String name : names) {
			start(name, addresses);
		}
		runUntil(Duration.ofSeconds(5), () -> allSee(MemberStatus.UP, names));
		return this;
	}

	static List<String> addresses(String... names) {
		return List.of(names).stream().map((name) -> name + ":7420").toList();
	}

	Node start(String machine, Collection<String> candidates) {
		return start(machine, machine, candidates);
	}

	Node start(String machine, String name, Collection<String> candidates) {
		Node node = new Node(machine, this.settings.apply(MembershipSettings.defaults(name)));
		this.nodes.put(machine, node);
		node.loop.execute(() -> {
			node.membership.start();
			node.discover(candidates);
		});
		return node;
	}

	Node node(String machine) {
		Node node = this.nodes.get(machine);
		assertThat(node).as(machine).isNotNull();
		return node;
	}

	Collection<Node> nodes() {
		return this.nodes.values();
	}

	void run(Duration duration) {
		this.simulation.run(duration);
	}

	/* Waits, and tells how long that took. */
	Duration runUntil(Duration limit, BooleanSupplier condition) {
		Duration start = this.simulation.now();
		assertThat(this.simulation.runUntil(condition, limit)).as(() -> "within " + limit + ": " + describe()).isTrue();
		return this.simulation.now().minus(start);
	}

	boolean allSee(MemberStatus status, String... names) {
		for (Node node : running()) {
			for (String name : names) {
				if (node.status(name) != status) {
					return false;
				}
			}
		}
		return true;
	}

	boolean othersSee(String name, MemberStatus status) {
		for (Node node : running()) {
			if (!node.name().equals(name) && node.status(name) != status) {
				return false;
			}
		}
		return true;
	}

	boolean viewsAgree() {
		List<SortedMap<ReplicaId, MemberStatus>> views = running().stream().map(Node::statuses).distinct().toList();
		return views.size() <= 1;
	}

	List<Node> running() {
		return this.nodes.values().stream().filter((node) -> node.loop.isAlive() && node.failure == null).toList();
	}

	String describe() {
		StringBuilder text = new StringBuilder("seed " + this.simulation.seed() + " at " + this.simulation.now());
		for (Node node : this.nodes.values()) {
			text.append("\n").append(node.machine).append(node.loop.isAlive() ? "" : " (dead)").append(": ");
			for (MemberState state : node.membership.view().members()) {
				text.append(state.id())
					.append(' ')
					.append(state.status())
					.append(state.linked() ? "" : " not linked")
					.append(state.remark().isEmpty() ? "" : " (" + state.remark() + ")")
					.append("; ");
			}
		}
		return text.toString();
	}

	/**
	 * What happens to the frames that arrive at a machine.
	 */
	private final class Filter implements FilteredTransport.Filter {

		private final String machine;

		Filter(String machine) {
			this.machine = machine;
		}

		@Override
		public byte[] hello(byte[] hello) {
			if (TestCluster.this.previous.contains(this.machine)) {
				return OtherVersion.previous(hello);
			}
			return TestCluster.this.next.contains(this.machine) ? OtherVersion.next(hello) : hello;
		}

		@Override
		public byte @Nullable [] frame(String from, int channel, byte[] frame) {
			if (channel == Channels.CLUSTER && TestCluster.this.deaf) {
				return null;
			}
			boolean next = TestCluster.this.next.contains(from.substring(0, from.indexOf(':')));
			return next ? OtherVersion.frame(channel, frame) : frame;
		}

	}

	/**
	 * One node.
	 */
	final class Node implements MembershipListener {

		final String machine;

		final SimulatedEventLoop loop;

		final Membership membership;

		final List<String> events = new ArrayList<>();

		final List<String> frames = new ArrayList<>();

		@Nullable HordeException failure;

		boolean removed;

		@Nullable Duration settledAt;

		@Nullable Duration bootedAt;

		int upWhenBooted;

		private Node(String machine, MembershipSettings settings) {
			this.machine = machine;
			this.loop = TestCluster.this.simulation.eventLoop(machine);
			Transport transport = new FilteredTransport(TestCluster.this.simulation.network().transport(this.loop),
					new Filter(machine));
			this.membership = new Membership(this.loop, transport, settings, TopologyBySize::new,
					++TestCluster.this.starts);
			this.membership.addListener(this);
			this.membership.onFrame(2,
					(from, frame) -> this.frames.add(from.node() + ":" + new String(frame, StandardCharsets.UTF_8)));
		}

		String name() {
			return this.membership.selfId().node();
		}

		void discover(Collection<String> candidates) {
			this.membership
				.candidates(candidates.stream().map((address) -> new MemberSource.Candidate(address, "")).toList());
		}

		void execute(Runnable task) {
			this.loop.execute(task);
		}

		void kill() {
			this.loop.kill();
		}

		@Nullable MemberStatus status(String name) {
			return statuses().entrySet()
				.stream()
				.filter((entry) -> entry.getKey().node().equals(name))
				.map(Map.Entry::getValue)
				.reduce((older, newer) -> newer)
				.orElse(null);
		}

		SortedMap<ReplicaId, MemberStatus> statuses() {
			SortedMap<ReplicaId, MemberStatus> statuses = new TreeMap<>();
			for (MemberState state : this.membership.view().members()) {
				statuses.put(state.id(), state.status());
			}
			return statuses;
		}

		MemberState state(String name) {
			return this.membership.view()
				.members()
				.stream()
				.filter((state) -> state.name().equals(name))
				.findFirst()
				.orElseThrow();
		}

		List<String> events(String name) {
			return this.events.stream().filter((event) -> event.startsWith(name + " ")).toList();
		}

		@Override
		public void viewChanged(MembershipView before, MembershipView after) {
			for (MemberState state : after.members()) {
				MemberState last = before.member(state.id());
				if (last == null || last.status() != state.status()) {
					this.events.add(state.name() + " " + state.status());
				}
			}
			join();
		}

		@Override
		public void settled() {
			this.settledAt = TestCluster.this.simulation.now();
			join();
		}

		@Override
		public void booted() {
			this.bootedAt = TestCluster.this.simulation.now();
			this.upWhenBooted = this.membership.view().up().size();
		}

		@Override
		public void removed() {
			this.removed = true;
		}

		@Override
		public void expelled(Expelled expelled) {
			this.failure = expelled.failure();
		}

		@Override
		public void startFailed(HordeException failure) {
			this.failure = failure;
		}

		private void join() {
			boolean othersUp = this.membership.view()
				.up()
				.stream()
				.anyMatch((state) -> state.linked() && !state.id().equals(this.membership.selfId()));
			if (othersUp || this.membership.settled()) {
				this.loop.schedule(Duration.ofMillis(20), this.membership::joined);
			}
		}

	}

}
