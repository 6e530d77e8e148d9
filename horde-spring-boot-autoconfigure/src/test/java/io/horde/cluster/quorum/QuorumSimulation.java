package io.horde.cluster.quorum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

import io.horde.crdt.ReplicaId;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * A random life of the state machines of a quorum, with true time that no node knows:
 * clocks that differ and drift, delays, losses, cuts, pauses, suspensions, restarts and
 * seats that are given away.
 */
final class QuorumSimulation {

	private static final long MILLI = 1_000_000;

	private static final long SECOND = 1000 * MILLI;

	private static final long HEARTBEAT = 500 * MILLI;

	private static final long LEASE = 5 * SECOND;

	/**
	 * How long a holder is unheard before its seat is given away; the last one: never.
	 */
	private static final List<Long> VACANCIES = List.of(8 * SECOND, 20 * SECOND, 600 * SECOND);

	private static final List<String> CHILDREN = List.of("c1", "c2");

	private final QuorumSettings settings;

	private final SplittableRandom random;

	private final PriorityQueue<Event> events = new PriorityQueue<>();

	private final SortedMap<String, Node> nodes = new TreeMap<>();

	private final Set<String> cut = new TreeSet<>();

	private final SortedMap<String, Long> tokens = new TreeMap<>();

	private final List<String> log = new ArrayList<>();

	private Set<String> forgotten = Set.of();

	private double loss;

	private long slowest;

	private long time;

	private long order;

	private @Nullable String violation;

	QuorumSimulation(long seed) {
		this(seed, 3, 5);
	}

	QuorumSimulation(long seed, int fewer, int more) {
		this.random = new SplittableRandom(seed);
		int size = this.random.nextBoolean() ? fewer : more;
		List<String> names = new ArrayList<>();
		for (int i = 1; i <= size; i++) {
			names.add("n" + i);
		}
		boolean fixed = this.random.nextInt(3) == 0;
		long vacancy = VACANCIES.get(this.random.nextInt(VACANCIES.size()));
		this.settings = QuorumSettings.of(size, fixed ? names : List.of(), LEASE, 0, vacancy);
		this.loss = this.random.nextBoolean() ? this.random.nextDouble(0.4) : 0;
		this.slowest = this.random.nextBoolean() ? 20 * MILLI : 4 * SECOND;
		names.forEach((name) -> start(name, 0));
		at(30 * SECOND, () -> start("x1", 0));
	}

	/**
	 * Let two minutes pass.
	 * @return the first violation, or {@code null}
	 */
	@Nullable String run() {
		at(this.random.nextLong(20 * SECOND), this::disturb);
		while (this.violation == null && this.time < 120 * SECOND) {
			Event event = this.events.poll();
			if (event == null) {
				break;
			}
			this.time = event.time;
			event.task.run();
			look();
		}
		return (this.violation != null) ? this.violation + " after\n  " + String.join("\n  ", this.log) : null;
	}

	private void look() {
		for (String child : CHILDREN) {
			String owner = null;
			for (Node node : this.nodes.values()) {
				Moment end = node.leases.get(child);
				if (end != null && !node.standsStill && !end.isPast(node.now())) {
					if (owner != null) {
						violation("two owners of " + child + ": " + owner + " and " + node.id);
					}
					owner = node.id.toString();
				}
			}
		}
	}

	private void violation(String violation) {
		if (this.violation == null) {
			this.violation = this.time / MILLI + " ms: " + violation;
		}
	}

	private void start(String name, long downtime) {
		Node before = this.nodes.get(name);
		Node node = new Node(new ReplicaId(name, (before != null) ? before.id.incarnation() + 1 : 1),
				(before != null) ? before : null);
		this.nodes.put(name, node);
		node.standsStill = true;
		at(downtime, () -> {
			node.standsStill = false;
			node.core = new QuorumCore(node.id, this.settings, node.now(), node);
			introduce();
			at(this.random.nextLong(5 * SECOND), () -> {
				if (node.core != null) {
					node.core.ready();
				}
			});
			beat(node);
			wish(node);
		});
	}

	private void introduce() {
		for (Node node : this.nodes.values()) {
			SortedMap<String, ReplicaId> peers = new TreeMap<>();
			this.nodes.values().forEach((other) -> peers.put(other.id.node(), other.id));
			peers.remove(node.id.node());
			if (node.core != null) {
				node.core.members(peers, new TreeSet<>(this.nodes.keySet()), this.forgotten);
			}
		}
	}

	private boolean isGone(Node node) {
		return this.nodes.get(node.id.node()) != node;
	}

	private void beat(Node node) {
		if (isGone(node)) {
			return;
		}
		if (!node.standsStill && node.core != null) {
			node.core.tick(node.now());
			node.settle();
		}
		at((long) (HEARTBEAT / node.rate), () -> beat(node));
	}

	/* An application that claims, moves and gives up as it likes. */
	private void wish(Node node) {
		if (isGone(node)) {
			return;
		}
		if (!node.standsStill && node.core != null) {
			String child = CHILDREN.get(this.random.nextInt(CHILDREN.size()));
			Long held = node.wants.get(child);
			if (held == null) {
				long clock = Math.max(this.tokens.getOrDefault(child, 0L), node.now().millis() * 256);
				long epoch = Math.max(node.known.getOrDefault(child, 0L), clock) + 1;
				node.known.put(child, epoch);
				node.wants.put(child, epoch);
				node.core.claim(child, epoch, node.now());
				node.core.flush(node.now());
				node.settle();
			}
			else if (this.random.nextInt(6) == 0) {
				release(node, child, held);
			}
		}
		at(this.random.nextLong(4 * SECOND), () -> wish(node));
	}

	private void release(Node node, String child, long epoch) {
		stop(node, child);
		node.wants.remove(child);
		if (node.core != null) {
			node.core.release(child, epoch, node.now());
			node.core.flush(node.now());
		}
	}

	/** Stop the process of a child, which is released next (Q10). */
	private void stop(Node node, String child) {
		node.leases.remove(child);
	}

	/** Tell the process of a child to stop, which takes a while. */
	void stopLater(Node node, String child) {
		at(this.random.nextLong(SECOND), () -> node.leases.remove(child));
	}

	private void disturb() {
		List<String> names = List.copyOf(this.nodes.keySet());
		String name = names.get(this.random.nextInt(names.size()));
		Node node = this.nodes.get(name);
		switch (this.random.nextInt(9)) {
			case 0, 1 -> standStill(node, false);
			case 2 -> standStill(node, true);
			case 3, 4 -> partition(names);
			case 5 -> this.cut.clear();
			case 6 -> {
				long fresh = this.nodes.values()
					.stream()
					.filter((each) -> each.since + 40 * SECOND > this.time)
					.count();
				if (fresh == 0 && !node.standsStill) {
					log("restart " + name);
					start(name, this.random.nextLong(3 * SECOND));
				}
			}
			case 7 -> {
				if (this.time > 40 * SECOND && this.forgotten.isEmpty()) {
					log("forget " + name);
					this.forgotten = Set.of(name);
					introduce();
				}
			}
			default -> cutOneWay(names);
		}
		at(this.random.nextLong(6 * SECOND), this::disturb);
	}

	private void standStill(Node node, boolean suspend) {
		if (node.standsStill) {
			return;
		}
		log((suspend ? "suspend " : "pause ") + node.id);
		node.stop(suspend);
		at(this.random.nextLong(9 * SECOND), () -> {
			if (!isGone(node)) {
				node.resume();
			}
		});
	}

	private void partition(List<String> names) {
		this.cut.clear();
		Set<String> side = new TreeSet<>();
		names.stream().filter((name) -> this.random.nextBoolean()).forEach(side::add);
		log("partition " + side);
		for (String name : names) {
			for (String other : names) {
				if (side.contains(name) != side.contains(other)) {
					this.cut.add(name + ">" + other);
				}
			}
		}
	}

	private void cutOneWay(List<String> names) {
		this.cut.add(names.get(this.random.nextInt(names.size())) + ">" + names.get(this.random.nextInt(names.size())));
		log("cuts " + this.cut);
	}

	private void log(String what) {
		this.log.add(this.time / MILLI + " " + what);
	}

	private void at(long delay, Runnable task) {
		this.events.add(new Event(this.time + delay, this.order++, task));
	}

	private void send(ReplicaId from, ReplicaId to, QuorumMessage message) {
		boolean lost = this.random.nextDouble() < this.loss || this.cut.contains(from.node() + ">" + to.node());
		if (!lost) {
			boolean straggles = this.random.nextInt(8) == 0;
			long delay = this.random.nextLong(straggles ? this.slowest : 5 * MILLI);
			at(delay, () -> arrive(from, to, message));
		}
	}

	private void arrive(ReplicaId from, ReplicaId to, QuorumMessage message) {
		Node node = this.nodes.get(to.node());
		if (node == null || !node.id.equals(to) || node.core == null) {
			return;
		}
		if (node.standsStill) {
			node.waiting.add(() -> arrive(from, to, message));
		}
		else {
			node.core.receive(from, message, node.now());
			node.settle();
		}
	}

	private record Event(long time, long order, Runnable task) implements Comparable<Event> {

		@Override
		public int compareTo(Event other) {
			int result = Long.compare(this.time, other.time);
			return (result != 0) ? result : Long.compare(this.order, other.order);
		}

	}

	/**
	 * A node and its clocks.
	 */
	final class Node implements QuorumListener {

		private final ReplicaId id;

		private final double rate;

		private final long offset;

		private final long since = QuorumSimulation.this.time;

		private final SortedMap<String, Long> wants = new TreeMap<>();

		private final SortedMap<String, Long> known = new TreeMap<>();

		private final SortedMap<String, Moment> leases = new TreeMap<>();

		private final List<Runnable> waiting = new ArrayList<>();

		private final SortedMap<String, Long> ended = new TreeMap<>();

		private @Nullable QuorumCore core;

		private boolean standsStill;

		private boolean suspended;

		private long suspendedAt;

		private long asleep;

		Node(ReplicaId id, @Nullable Node before) {
			this.id = id;
			this.rate = (before != null) ? before.rate
					: Arrays.asList(0.99, 1.0, 1.01).get(QuorumSimulation.this.random.nextInt(3));
			this.offset = (before != null) ? before.offset : QuorumSimulation.this.random.nextLong(SECOND);
		}

		Moment now() {
			long wall = (long) ((QuorumSimulation.this.time + this.offset) * this.rate);
			long slept = this.asleep + (this.suspended ? QuorumSimulation.this.time - this.suspendedAt : 0);
			return new Moment(wall - (long) (slept * this.rate), wall / MILLI);
		}

		void stop(boolean suspend) {
			this.standsStill = true;
			this.suspended = suspend;
			this.suspendedAt = QuorumSimulation.this.time;
		}

		void resume() {
			if (this.suspended) {
				this.asleep += QuorumSimulation.this.time - this.suspendedAt;
				this.suspended = false;
			}
			this.standsStill = false;
			List<Runnable> frames = List.copyOf(this.waiting);
			this.waiting.clear();
			frames.forEach(Runnable::run);
		}

		/* Stops what has lost its lease, and releases it then (Q10). */
		void settle() {
			SortedMap<String, Long> ended = new TreeMap<>(this.ended);
			this.ended.clear();
			ended.forEach((child, epoch) -> {
				this.wants.remove(child, epoch);
				if (this.core != null) {
					this.core.release(child, epoch, now());
				}
			});
		}

		@Override
		public void send(ReplicaId to, QuorumMessage message) {
			QuorumSimulation.this.send(this.id, to, message);
		}

		@Override
		public void granted(String key, long epoch, Moment end) {
			this.leases.put(key, end);
			Long before = QuorumSimulation.this.tokens.put(key, epoch);
			if (before != null && before >= epoch) {
				violation("the token of " + key + " went from " + before + " to " + epoch);
			}
		}

		@Override
		public void extended(String key, long epoch, Moment end) {
			this.leases.put(key, end);
		}

		@Override
		public void lost(String key, long epoch) {
			this.leases.remove(key);
			this.ended.put(key, epoch);
		}

		@Override
		public void refused(String key, long epoch, ClaimRefusal refusal) {
			this.known.merge(key, refusal.knownEpoch(), Math::max);
			this.wants.remove(key, epoch);
		}

		@Override
		public void released(String key, long epoch, boolean agreed) {
		}

		@Override
		public void configured(SeatConfiguration before, SeatConfiguration after) {
			log(this.id + " " + after.id() + " " + after.seats());
		}

	}

}
