package io.horde.cluster.quorum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import io.horde.cluster.quorum.QuorumMessage.Request;
import io.horde.crdt.ReplicaId;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * The world of {@link QuorumExploration}: the real state machines of three voters and a
 * spare node, what is under way between them, and one clock. A copy shares with the
 * original whatever does not change.
 */
final class ModelWorld {

	static final int NODES = 4;

	static final List<String> CHILDREN = List.of("c1", "c2");

	static final long MILLI = 1_000_000;

	static final long STEP = 2 * MILLI;

	/** The node that is cut off from all others that have seats. */
	static final int CUT_OFF = 2;

	private static final int SPARE = 3;

	private static final ModelFrame[] NOTHING = {};

	final QuorumSettings settings;

	final @Nullable ModelNode[] nodes = new @Nullable ModelNode[NODES];

	/** In the order of their links; those of one link in the order of their sending. */
	ModelFrame[] frames = NOTHING;

	long time;

	/** 0 if nodes may act, else who receives. */
	int phase;

	/** Whether all that had to arrive by now has arrived. */
	boolean settled = true;

	/** Whether something may have arrived at this point in time. */
	boolean begun;

	boolean cut;

	/** Whether the node in question was forgotten. */
	boolean forgotten;

	/** Who tells its configuration to all (nobody, who knows none, all). */
	Gossip gossip = Gossip.NONE;

	/** The highest epoch that was granted for each child. */
	final long[] tokens = new long[CHILDREN.size()];

	@Nullable String violation;

	private ModelWorld(QuorumSettings settings) {
		this.settings = settings;
	}

	ModelWorld(ModelWorld other) {
		this(other.settings);
		System.arraycopy(other.nodes, 0, this.nodes, 0, NODES);
		System.arraycopy(other.tokens, 0, this.tokens, 0, this.tokens.length);
		this.frames = other.frames;
		this.time = other.time;
		this.phase = other.phase;
		this.settled = other.settled;
		this.begun = other.begun;
		this.cut = other.cut;
		this.forgotten = other.forgotten;
		this.gossip = other.gossip;
		this.violation = other.violation;
	}

	/**
	 * Create a world in which three nodes have founded a configuration, or are named as
	 * voters, and a fourth one knows it.
	 */
	static ModelWorld founded(int lease, boolean fixed, boolean cuts) {
		List<String> voters = fixed ? List.of("n1", "n2", "n3") : List.of();
		long vacancy = (lease + 2) * STEP;
		ModelWorld world = new ModelWorld(new QuorumSettings(3, voters, lease * STEP, lease * STEP + MILLI,
				vacancy - MILLI, vacancy, cuts ? vacancy : 0));
		world.gossip = Gossip.ALL;
		world.time = -1000 * MILLI;
		for (String name : List.of("n1", "n2", "n3")) {
			world.start(new ReplicaId(name, 1));
		}
		world.calm(20);
		world.start(new ReplicaId("n4", 1));
		world.calm(20);
		world.gossip = Gossip.NONE;
		for (int i = 0; i < NODES; i++) {
			if (!world.node(i).core.configuration().seats().equals(List.of("n1", "n2", "n3"))) {
				throw new IllegalStateException("The configuration is " + world.node(i).core.configuration());
			}
		}
		world.seal();
		return world;
	}

	static int index(ReplicaId id) {
		return id.node().charAt(1) - '1';
	}

	Moment now() {
		return new Moment(this.time, this.time / MILLI);
	}

	ModelNode node(int index) {
		ModelNode node = this.nodes[index];
		if (node == null) {
			throw new IllegalStateException("There is no node " + index);
		}
		return node;
	}

	/* A node that this world may change. */
	private ModelNode own(int index) {
		ModelNode node = node(index);
		if (node.world != this) {
			node = new ModelNode(node, this);
			this.nodes[index] = node;
		}
		return node;
	}

	/**
	 * From now on this world does not change, and its nodes may be shared.
	 */
	void seal() {
		for (ModelNode node : this.nodes) {
			if (node != null && node.world == this) {
				node.world = null;
			}
		}
	}

	private void start(ReplicaId id) {
		this.nodes[index(id)] = new ModelNode(id, this);
		introduce();
	}

	void forget() {
		this.forgotten = true;
		introduce();
	}

	private void introduce() {
		Set<String> forgotten = this.forgotten ? Set.of(node(CUT_OFF).id.node()) : Set.of();
		SortedMap<String, ReplicaId> ids = new TreeMap<>();
		for (ModelNode node : this.nodes) {
			if (node != null) {
				ids.put(node.id.node(), node.id);
			}
		}
		for (ReplicaId each : ids.values()) {
			SortedMap<String, ReplicaId> peers = new TreeMap<>(ids);
			peers.remove(each.node());
			own(index(each)).core.members(peers, new TreeSet<>(ids.keySet()), forgotten);
		}
	}

	void restart(int index) {
		ReplicaId id = node(index).id;
		this.frames = Arrays.stream(this.frames).filter((frame) -> !frame.to().equals(id)).toArray(ModelFrame[]::new);
		start(new ReplicaId(id.node(), id.incarnation() + 1));
	}

	void send(ModelNode from, ReplicaId to, QuorumMessage message) {
		ModelNode receiver = this.nodes[index(to)];
		boolean gossip = message instanceof Request request && request.round() <= 0;
		boolean told = !gossip || this.gossip == Gossip.ALL
				|| this.gossip == Gossip.IGNORANT && !from.core.configuration().isKnown();
		if (told && receiver != null && receiver.id.equals(to) && !isCut(from.index, receiver.index)) {
			this.frames = ModelFrame.with(this.frames, ModelFrame.of(from.id, to, message));
		}
	}

	/* The spare node reaches all. */
	private boolean isCut(int one, int other) {
		return this.cut && (one == CUT_OFF || other == CUT_OFF) && one != SPARE && other != SPARE;
	}

	private ModelFrame take(int at) {
		ModelFrame frame = this.frames[at];
		this.frames = ModelFrame.without(this.frames, at);
		return frame;
	}

	void deliver(int at) {
		ModelFrame frame = take(at);
		if (node(frame.receiver()).id.equals(frame.to())) {
			ModelNode node = own(frame.receiver());
			node.core.receive(frame.from(), frame.message(), now());
			node.settle(now());
		}
	}

	void lose(int at) {
		take(at);
	}

	/**
	 * Leave a frame behind: it may arrive at any later time, or never.
	 */
	void delay(int at) {
		ModelFrame[] frames = this.frames.clone();
		frames[at] = frames[at].delayed();
		this.frames = frames;
	}

	/**
	 * Forget late frames that can change nothing any more, except that their sender was
	 * heard.
	 */
	void dropStale() {
		for (int at = this.frames.length - 1; at >= 0; at--) {
			if (this.frames[at].late() && this.frames[at].isStale(this)) {
				take(at);
			}
		}
	}

	/**
	 * Let time pass. Heartbeats of nodes that have nothing to say arrive at once.
	 */
	void tick() {
		this.time += STEP;
		this.phase = 0;
		this.begun = false;
		for (int i = 0; i < NODES; i++) {
			if (this.nodes[i] != null) {
				ModelNode node = own(i);
				node.core.tick(now());
				node.settle(now());
			}
		}
		int at = 0;
		while (at < this.frames.length) {
			if (this.frames[at].isNoNews(this)) {
				deliver(at);
				at = 0;
			}
			else {
				at++;
			}
		}
		this.settled = !isDue();
	}

	/**
	 * Tell whether frames have to arrive.
	 */
	boolean isDue() {
		for (ModelFrame frame : this.frames) {
			if (!frame.late()) {
				return true;
			}
		}
		return false;
	}

	boolean claim(int index, int child) {
		if (node(index).wants[child] != 0) {
			return false;
		}
		ModelNode node = own(index);
		long epoch = Math.max(node.lastEpochs[child] + 1, firstEpoch());
		node.lastEpochs[child] = epoch;
		node.wants[child] = epoch;
		node.core.claim(CHILDREN.get(child), epoch, now());
		node.core.flush(now());
		node.settle(now());
		this.settled = false;
		return true;
	}

	/** The epoch of a first claim at this time. */
	long firstEpoch() {
		return this.time / MILLI + 10_000;
	}

	boolean release(int index, int child) {
		long epoch = node(index).wants[child];
		if (epoch == 0) {
			return false;
		}
		ModelNode node = own(index);
		node.wants[child] = 0;
		node.leases[child] = null;
		node.core.release(CHILDREN.get(child), epoch, now());
		node.core.flush(now());
		node.settle(now());
		this.settled = false;
		return true;
	}

	void granted(int child, long epoch) {
		if (this.tokens[child] >= epoch) {
			this.violation = "the token of " + CHILDREN.get(child) + " went from " + this.tokens[child] + " to "
					+ epoch;
		}
		this.tokens[child] = epoch;
	}

	/**
	 * Let time pass without faults: everything arrives at once.
	 */
	void calm(int steps) {
		for (int i = 0; i < steps; i++) {
			tick();
			deliverAll();
		}
	}

	void deliverAll() {
		this.frames = Arrays.stream(this.frames).filter((frame) -> !frame.late()).toArray(ModelFrame[]::new);
		while (this.frames.length > 0) {
			deliver(0);
		}
		this.phase = 0;
		this.settled = true;
	}

	int owners(int child) {
		int owners = 0;
		for (ModelNode node : this.nodes) {
			owners += (node != null && node.owns(child, now())) ? 1 : 0;
		}
		return owners;
	}

	/**
	 * Look whether two nodes own a child.
	 */
	@Nullable String violation() {
		for (int child = 0; child < CHILDREN.size(); child++) {
			if (owners(child) > 1) {
				List<String> owners = new ArrayList<>();
				for (int i = 0; i < NODES; i++) {
					if (node(i).owns(child, now())) {
						owners.add(node(i).id + " in epoch " + node(i).wants[child]);
					}
				}
				return "two owners of " + CHILDREN.get(child) + ": " + owners;
			}
		}
		return this.violation;
	}

	/**
	 * Who tells its configuration to all.
	 */
	enum Gossip {

		NONE, IGNORANT, ALL

	}

}
