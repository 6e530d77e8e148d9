package io.horde.cluster.quorum;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import io.horde.cluster.quorum.QuorumMessage.Prepare;
import io.horde.cluster.quorum.QuorumMessage.Propose;
import io.horde.cluster.quorum.QuorumMessage.Request;
import io.horde.crdt.ReplicaId;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * A small world for the model of the quorum: the real state machines of a few nodes, what
 * is on the wire between them, and one clock. It can be copied, so that every way it can
 * go on may be tried.
 */
final class QuorumWorld {

	static final long MILLI = 1_000_000;

	static final long STEP = 2 * MILLI;

	static final long VACANCY = 1500 * MILLI;

	final QuorumSettings settings;

	final SortedMap<String, Node> nodes = new TreeMap<>();

	/**
	 * Key: whether they ask or answer, receiver, sender. Frames of one link arrive in
	 * order, and answers may overtake what asks.
	 */
	final SortedMap<String, Deque<Frame>> wire = new TreeMap<>();

	/** The highest epoch that was granted for each child. */
	final SortedMap<String, Long> tokens = new TreeMap<>();

	Set<String> forgotten = Set.of();

	/** Two nodes between which nothing arrives. */
	Set<String> cut = Set.of();

	/** Receiver and sender of links on which nothing arrives. */
	Set<String> silenced = Set.of();

	/** A node that stands still. */
	String paused = "";

	long time;

	/**
	 * How far this point in time has come: first the nodes act, then what asks arrives,
	 * then answers.
	 */
	int phase;

	@Nullable String violation;

	/**
	 * Creates an empty world.
	 * @param lease how many steps of time a lease lasts
	 * @param fixed whether the voters are named by property
	 */
	QuorumWorld(int lease, boolean fixed) {
		this(lease, fixed, 0);
	}

	private QuorumWorld(int lease, boolean fixed, long certainty) {
		List<String> voters = fixed ? List.of("n1", "n2", "n3") : List.of();
		this.settings = new QuorumSettings(3, voters, lease * STEP, lease * STEP + MILLI, 1000 * MILLI, VACANCY,
				certainty);
	}

	QuorumWorld(QuorumWorld other) {
		this.settings = other.settings;
		other.nodes.forEach((name, node) -> this.nodes.put(name, node.copy(this)));
		other.wire.forEach((link, frames) -> this.wire.put(link, new ArrayDeque<>(frames)));
		this.tokens.putAll(other.tokens);
		this.forgotten = other.forgotten;
		this.cut = other.cut;
		this.silenced = other.silenced;
		this.paused = other.paused;
		this.time = other.time;
		this.phase = other.phase;
		this.violation = other.violation;
	}

	/**
	 * Create a world in which three nodes have founded a configuration and a fourth one
	 * knows it.
	 */
	static QuorumWorld founded(int lease, boolean fixed) {
		return founded(lease, fixed, 0);
	}

	static QuorumWorld founded(int lease, boolean fixed, long certainty) {
		QuorumWorld world = new QuorumWorld(lease, fixed, certainty);
		world.time = -100 * MILLI;
		for (String name : List.of("n1", "n2", "n3")) {
			world.start(name, 1);
		}
		world.calm(20);
		world.start("n4", 1);
		world.calm(44);
		if (world.nodes.values().stream().anyMatch((node) -> !node.core.configuration().isKnown())) {
			throw new IllegalStateException("No configuration was founded");
		}
		return world;
	}

	Moment now() {
		return new Moment(this.time, this.time / MILLI);
	}

	void start(String name, long incarnation) {
		ReplicaId id = new ReplicaId(name, incarnation);
		Node node = new Node(this, id);
		node.core = new QuorumCore(id, this.settings, now(), node);
		node.core.ready();
		this.nodes.put(name, node);
		this.wire.keySet().removeIf((link) -> link.substring(1).startsWith(name + "<") || link.endsWith("<" + name));
		introduce();
	}

	void introduce() {
		introduce(this.nodes.keySet());
	}

	void introduce(Set<String> names) {
		for (Node node : names.stream().map(this::node).toList()) {
			SortedMap<String, ReplicaId> peers = new TreeMap<>();
			this.nodes.values().forEach((other) -> peers.put(other.id.node(), other.id));
			peers.remove(node.id.node());
			node.core.members(peers, new TreeSet<>(this.nodes.keySet()), this.forgotten);
		}
	}

	/**
	 * Let time pass without faults: everything arrives at once.
	 */
	void calm(int steps) {
		for (int i = 0; i < steps; i++) {
			advance(true);
			deliverAll();
		}
	}

	Node node(String name) {
		return Objects.requireNonNull(this.nodes.get(name));
	}

	void deliverAll(String link) {
		while (deliver(link)) {
			continue;
		}
	}

	void deliverAll() {
		boolean more = true;
		while (more) {
			more = false;
			for (String link : List.copyOf(this.wire.keySet())) {
				more |= deliver(link);
			}
		}
	}

	/**
	 * Let time pass.
	 * @param all whether all nodes have a heartbeat, or only those that have something to
	 * say
	 */
	void advance(boolean all) {
		this.time += STEP;
		for (Node node : this.nodes.values()) {
			if (all || node.isActive() && !node.id.node().equals(this.paused)) {
				node.everything = all;
				node.core.tick(now());
				node.settle();
			}
		}
	}

	boolean deliver(String link) {
		Deque<Frame> frames = this.wire.get(link);
		Frame frame = (frames != null) ? frames.poll() : null;
		if (frame == null) {
			return false;
		}
		if (frames.isEmpty()) {
			this.wire.remove(link);
		}
		Node node = this.nodes.get(frame.to.node());
		if (node != null && node.id.equals(frame.to)) {
			node.core.receive(frame.from, frame.message, now());
			node.settle();
		}
		return true;
	}

	void lose(String link) {
		Deque<Frame> frames = this.wire.get(link);
		if (frames != null) {
			frames.poll();
			if (frames.isEmpty()) {
				this.wire.remove(link);
			}
		}
	}

	boolean claim(String name, String child) {
		Node node = this.nodes.get(name);
		if (node == null || node.wants.containsKey(child)) {
			return false;
		}
		long epoch = Math.max(node.lastEpoch.getOrDefault(child, 0L) + 1, this.time / MILLI + 1);
		node.lastEpoch.put(child, epoch);
		node.wants.put(child, epoch);
		node.core.claim(child, epoch, now());
		node.core.flush(now());
		node.settle();
		return true;
	}

	boolean release(String name, String child) {
		Node node = this.nodes.get(name);
		Long epoch = (node != null) ? node.wants.remove(child) : null;
		if (epoch != null) {
			node.leases.remove(child);
			node.core.release(child, epoch, now());
			node.core.flush(now());
			node.settle();
		}
		return epoch != null;
	}

	List<String> owners(String child) {
		List<String> owners = new ArrayList<>();
		this.nodes.forEach((name, node) -> {
			Moment end = node.leases.get(child);
			if (end != null && !end.isPast(now())) {
				owners.add(name + "/" + node.wants.get(child));
			}
		});
		return owners;
	}

	/**
	 * Look whether two nodes own a child.
	 */
	@Nullable String violation(Set<String> children) {
		for (String child : children) {
			List<String> owners = owners(child);
			if (owners.size() > 1) {
				return "two owners of " + child + ": " + owners;
			}
		}
		return this.violation;
	}

	/**
	 * A frame on the wire.
	 */
	record Frame(ReplicaId from, ReplicaId to, QuorumMessage message) {

	}

	/**
	 * A node, with an application that starts what is granted and stops what is lost.
	 */
	static final class Node implements QuorumListener {

		private final QuorumWorld world;

		final ReplicaId id;

		final SortedMap<String, Long> wants = new TreeMap<>();

		final SortedMap<String, Long> lastEpoch = new TreeMap<>();

		final SortedMap<String, Moment> leases = new TreeMap<>();

		private final Set<String> stopped = new HashSet<>();

		final List<String> released = new ArrayList<>();

		boolean restarted;

		boolean everything = true;

		QuorumCore core;

		Node(QuorumWorld world, ReplicaId id) {
			this.world = world;
			this.id = id;
		}

		Node copy(QuorumWorld world) {
			Node copy = new Node(world, this.id);
			copy.wants.putAll(this.wants);
			copy.lastEpoch.putAll(this.lastEpoch);
			copy.leases.putAll(this.leases);
			copy.restarted = this.restarted;
			copy.everything = this.everything;
			copy.core = CoreCopy.of(this.core, copy);
			return copy;
		}

		boolean isActive() {
			return this.restarted || !this.wants.isEmpty() || !this.world.forgotten.isEmpty();
		}

		/* What has stopped is released (Q10). */
		void settle() {
			for (String child : List.copyOf(this.stopped)) {
				Long epoch = this.wants.remove(child);
				if (epoch != null) {
					this.core.release(child, epoch, this.world.now());
				}
			}
			this.stopped.clear();
		}

		@Override
		public void send(ReplicaId to, QuorumMessage message) {
			boolean gossip = message instanceof Request request && request.round() <= 0;
			boolean cut = this.world.cut.contains(this.id.node()) && this.world.cut.contains(to.node())
					|| this.world.silenced.contains(to.node() + "<" + this.id.node());
			if (!cut && (!gossip || this.everything)) {
				boolean asks = message instanceof Request || message instanceof Prepare || message instanceof Propose;
				String kind = asks ? "?" : "!";
				this.world.wire.computeIfAbsent(kind + to.node() + "<" + this.id.node(), (link) -> new ArrayDeque<>())
					.add(new Frame(this.id, to, message));
			}
		}

		@Override
		public void granted(String key, long epoch, Moment end) {
			this.leases.put(key, end);
			Long before = this.world.tokens.put(key, epoch);
			if (before != null && before >= epoch) {
				this.world.violation = "the token of " + key + " went from " + before + " to " + epoch;
			}
		}

		@Override
		public void extended(String key, long epoch, Moment end) {
			this.leases.put(key, end);
		}

		@Override
		public void lost(String key, long epoch) {
			this.leases.remove(key);
			this.stopped.add(key);
		}

		@Override
		public void refused(String key, long epoch, ClaimRefusal refusal) {
			this.wants.remove(key, epoch);
		}

		@Override
		public void released(String key, long epoch, boolean agreed) {
			this.released.add(key + " " + agreed);
		}

		@Override
		public void configured(SeatConfiguration before, SeatConfiguration after) {
		}

	}

}
