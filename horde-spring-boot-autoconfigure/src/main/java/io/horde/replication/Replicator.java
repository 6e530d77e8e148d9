package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.horde.cluster.HeartbeatPart;
import io.horde.cluster.Membership;
import io.horde.cluster.MembershipListener;
import io.horde.cluster.MembershipView;
import io.horde.crdt.Dot;
import io.horde.crdt.EntryTable;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.time.EventLoop;
import io.horde.time.HybridLogicalClock;
import io.horde.transport.Channels;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps several named maps equal on all members: pushes local writes, pulls what was
 * missed, and brings a joiner up to date.
 * <p>
 * Methods are called on the event loop unless they say otherwise.
 */
public final class Replicator {

	/*
	 * Store: the state, the log, the lock. Inbox: deltas that arrive. Peer: what goes
	 * out. AntiEntropy, ReconcileReceiver, ReconcileSender: what was missed. Joiner: the
	 * first state. Holds: who waits for confirmations.
	 *
	 * Every message may be lost: the heartbeats carry a digest of the version vector and
	 * a confirmation, and from these two all else is found out again.
	 */

	private static final Logger logger = LoggerFactory.getLogger(Replicator.class);

	private static final Duration RETRY = Duration.ofMillis(100);

	private final EventLoop loop;

	private final Peers membership;

	private final ReplicationSettings settings;

	private final Store store;

	private final Map<ReplicaId, Peer> peers = new TreeMap<>();

	private final Inbox inbox;

	private final AntiEntropy antiEntropy;

	private final ReconcileReceiver receiver;

	private final Map<ReplicaId, ReconcileSender> senders = new TreeMap<>();

	private final Joiner joiner;

	private final Holds holds;

	private final Outlet outlet = new Outlet();

	private boolean running;

	private boolean firing;

	private boolean fireAgain;

	private boolean acksDue;

	private volatile long framesReceived;

	/**
	 * Creates a replicator, with its part in the heartbeats of the membership.
	 * @param loop the event loop
	 * @param membership the membership, not started
	 * @param clock the clock of the stamps
	 * @param settings the settings
	 * @param seed for what is chosen at random
	 */
	public Replicator(EventLoop loop, Membership membership, HybridLogicalClock clock, ReplicationSettings settings,
			long seed) {
		this(loop, Peers.of(membership), clock, settings, seed);
		membership.addListener(listener());
		membership.contribute(heartbeat());
		membership.onFrame(Channels.REPLICATION, this::frame);
	}

	Replicator(EventLoop loop, Peers membership, HybridLogicalClock clock, ReplicationSettings settings, long seed) {
		this.loop = loop;
		this.membership = membership;
		this.settings = settings;
		this.store = new Store(membership.self(), clock, settings.logSize(), () -> loop.execute(this::flush));
		this.receiver = new ReconcileReceiver(loop, this.store, this::stateChanged, seed & 0xffff);
		this.inbox = new Inbox(this.store, this.receiver::merged);
		this.antiEntropy = new AntiEntropy(loop, this.store, this.inbox, this.receiver, settings.maxInFlight() / 2);
		this.joiner = new Joiner(membership, this.receiver, new Sources(), seed);
		this.holds = new Holds(membership, (id) -> peer(id).acked());
	}

	/**
	 * Create a map. Called before the start.
	 * @param <V> type of the values
	 * @param name the name, the same on all members
	 * @param codec how values look in a frame
	 * @param order the total order of concurrent values, of which the greatest is
	 * visible; {@link Versioned#BY_STAMP} if there is no better one
	 * @return the map
	 */
	public <V> ReplicatedMap<V> map(String name, EntryCodec<V> codec, Comparator<? super Versioned<V>> order) {
		return this.store.map(name, codec, order);
	}

	/**
	 * Start. The membership is told by {@link Membership#joined()} when the state is
	 * complete.
	 */
	public void start() {
		this.running = true;
		this.membership.linked().forEach(this::linkUp);
		this.joiner.evaluate();
	}

	/**
	 * Stop. Reads and local writes remain possible; nothing is sent any more. Futures of
	 * {@link #held(Dot)} complete.
	 */
	public void stop() {
		this.running = false;
		this.joiner.stop();
		this.receiver.stop();
		this.antiEntropy.stop();
		this.senders.clear();
		this.peers.values().forEach(Peer::reset);
		this.holds.completeAll();
	}

	/**
	 * Write to maps of this replicator. All writes of the body become one delta, visible
	 * on this node before the call returns; if the body throws there are none. May be
	 * called from any thread, and not within another body.
	 * @param <R> type of the result
	 * @param body makes the writes, under a lock (N5): it must be quick, must not wait,
	 * and must not call anybody who might
	 * @return the result of the body
	 */
	public <R> R write(Function<Writes, R> body) {
		return this.store.write(body, false).result();
	}

	/**
	 * Write, and return the writes in a form that can travel in a message of its own, so
	 * that its receiver has them before it acts (O2). Otherwise like {@link #write}.
	 * @param <R> type of the result
	 * @param body makes the writes
	 * @return the result of the body, and the delta
	 */
	public <R> Written<R> writeAndExport(Function<Writes, R> body) {
		return this.store.write(body, true);
	}

	/**
	 * Merge an exported delta, with its exact dots (R2), in any order and any number of
	 * times.
	 * @param delta what {@link #writeAndExport} gave somewhere
	 * @throws io.horde.wire.MalformedFrameException if it isn't such a delta; nothing is
	 * merged then
	 */
	public void merge(byte[] delta) {
		if (delta.length == 0) {
			return;
		}
		Run run = Run.read(new FrameReader(delta), this.store.self());
		run.deltas().forEach((logged) -> {
			this.store.merge(run.origin(), logged);
			this.receiver.merged(run.origin(), logged);
		});
		stateChanged();
	}

	/**
	 * Wait until the death of any one node can't lose a write of this node (R10). May be
	 * called from any thread.
	 * @param ownDot the write, see {@link Writes#put}
	 * @return completes on the event loop, when another member that is {@code UP} has
	 * merged the write, or nobody else is {@code UP} and linked; never exceptionally
	 */
	public CompletableFuture<Void> held(Dot ownDot) {
		CompletableFuture<Void> future = new CompletableFuture<>();
		if (this.loop.inLoop()) {
			await(ownDot, future);
		}
		else {
			this.loop.execute(() -> await(ownDot, future));
		}
		return future;
	}

	/**
	 * Tell whether this node has got the replicated state, once. May be called from any
	 * thread.
	 * @return {@code false} while it joins
	 */
	public boolean isSynchronized() {
		return this.joiner.isJoined();
	}

	/**
	 * Return what the replicator has done. May be called from any thread.
	 * @return the figures
	 */
	public ReplicationStats stats() {
		return new ReplicationStats(this.store.tables().stream().mapToLong(EntryTable::size).sum(),
				this.store.logBytes(), this.store.context().size(), this.store.context().singles(), this.outlet.frames,
				this.outlet.bytes, this.framesReceived, this.inbox.mergedCount(), this.antiEntropy.pulls(),
				this.receiver.completed(), 0);
	}

	Store store() {
		return this.store;
	}

	MembershipListener listener() {
		return new MembershipListener() {

			@Override
			public void linkUp(ReplicaId member) {
				Replicator.this.linkUp(member);
			}

			@Override
			public void linkDown(ReplicaId member) {
				Replicator.this.linkDown(member);
			}

			@Override
			public void writable(ReplicaId member) {
				peer(member).pump();
			}

			@Override
			public void viewChanged(MembershipView before, MembershipView after) {
				Replicator.this.holds.check();
				evaluate();
			}

			@Override
			public void settled() {
				evaluate();
			}

		};
	}

	HeartbeatPart heartbeat() {
		return new HeartbeatPart() {

			@Override
			public String name() {
				return "r";
			}

			@Override
			public byte[] write(ReplicaId to) {
				return new FrameWriter(16).array(3)
					.longValue(Replicator.this.store.digest())
					.longValue(Replicator.this.store.context().covered(to))
					.bool(!isSynchronized())
					.toBytes();
			}

			@Override
			public void read(ReplicaId from, byte[] bytes) {
				if (Replicator.this.running) {
					guard(from, () -> heartbeat(from, new FrameReader(bytes)));
				}
			}

		};
	}

	void frame(ReplicaId from, byte[] frame) {
		if (this.running) {
			this.framesReceived++;
			guard(from, () -> receive(peer(from), Messages.read(frame, from)));
		}
	}

	private void guard(ReplicaId from, Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			Peer peer = peer(from);
			if (!peer.complained) {
				peer.complained = true;
				logger.warn("{} has sent a replication frame that this node can't use; the frame is dropped, further "
						+ "ones of this member are reported at DEBUG", from, ex);
			}
			else {
				logger.debug("{} has sent a replication frame that this node can't use", from, ex);
			}
		}
	}

	private void receive(Peer peer, Message message) {
		if (message instanceof Message.Deltas deltas) {
			deltas(peer, deltas);
		}
		else if (message instanceof Message.Ack ack) {
			acked(peer, ack.sequence());
		}
		else if (message instanceof Message.VectorRequest request) {
			sendVector(peer, request.token());
		}
		else if (message instanceof Message.Vector vector) {
			vector(peer, vector);
		}
		else if (message instanceof Message.Pull pull) {
			this.antiEntropy.pull(peer, pull);
		}
		else if (message instanceof Message.PullEnd end) {
			this.antiEntropy.pullEnd(peer, end);
		}
		else if (message instanceof Message.Reconcile reconcile) {
			reconcile(peer, reconcile);
		}
		else if (!serve(peer, message)) {
			this.receiver.receive(peer, message);
			evaluate();
		}
	}

	private void deltas(Peer peer, Message.Deltas deltas) {
		for (Run run : deltas.runs()) {
			boolean complete = this.inbox.receive(run);
			Peer origin = this.peers.get(run.origin());
			if (origin != null) {
				origin.ackDue();
			}
			if (!complete && isSynchronized()) {
				this.antiEntropy.gap(peer, run.origin());
			}
		}
		stateChanged();
	}

	private void vector(Peer peer, Message.Vector vector) {
		long merged = vector.seen().covered(this.store.self());
		acked(peer, merged);
		if (vector.token() == 0 && this.membership.isLinked(peer.id)) {
			peer.position(merged, vector.joining());
		}
		if (isSynchronized() && !vector.joining()) {
			this.antiEntropy.vector(peer, vector);
		}
	}

	private void heartbeat(ReplicaId from, FrameReader reader) {
		Peer peer = peer(from);
		reader.array();
		long digest = reader.longValue();
		long merged = reader.longValue();
		boolean joining = reader.bool();
		acked(peer, merged);
		if (!peer.isPositioned() && this.membership.isLinked(from)) {
			peer.position(merged, joining);
		}
		if (isSynchronized() && !joining) {
			this.antiEntropy.heartbeat(peer, digest);
		}
		peer.pump();
	}

	private void acked(Peer peer, long sequence) {
		if (peer.acked(sequence)) {
			this.holds.check();
			peer.pump();
		}
	}

	private void reconcile(Peer peer, Message.Reconcile request) {
		ReconcileSender sender = this.senders.get(peer.id);
		if (sender != null && sender.session() == request.session()) {
			sender.again();
			return;
		}
		ReconcileSender started = new ReconcileSender(this.loop, this.store, peer, request, this.settings);
		this.senders.put(peer.id, started);
		peer.snapshot(started);
	}

	private boolean serve(Peer peer, Message message) {
		ReconcileSender sender = this.senders.get(peer.id);
		if (message instanceof Message.SessionEnd end) {
			if (sender != null && sender.session() == end.session()) {
				this.senders.remove(peer.id);
				peer.snapshot(null);
				return true;
			}
			return false;
		}
		Long session = (message instanceof Message.Next next) ? (Long) next.session()
				: (message instanceof Message.Ask ask) ? (Long) ask.session() : null;
		if (session == null) {
			return false;
		}
		if (sender == null || sender.session() != session) {
			peer.send(new Message.SessionEnd(session));
		}
		else if (message instanceof Message.Next next) {
			sender.next(next);
		}
		else if (message instanceof Message.Ask ask) {
			sender.ask(ask);
		}
		return true;
	}

	private void linkUp(ReplicaId member) {
		if (this.running) {
			Peer peer = peer(member);
			peer.reset();
			sendVector(peer, 0);
			evaluate();
		}
	}

	private void sendVector(Peer peer, long token) {
		peer.send(new Message.Vector(token, this.store.context().snapshot(), this.store.digest(), !isSynchronized()));
	}

	private void linkDown(ReplicaId member) {
		Peer peer = this.peers.get(member);
		if (peer != null) {
			peer.reset();
			this.senders.remove(member);
			this.antiEntropy.linkDown(peer);
			this.receiver.linkDown(peer);
		}
		this.holds.check();
		evaluate();
	}

	private void evaluate() {
		if (this.running) {
			this.joiner.evaluate();
		}
	}

	private void await(Dot dot, CompletableFuture<Void> future) {
		if (!this.running || !dot.replica().equals(this.store.self())) {
			future.complete(null);
		}
		else {
			this.holds.add(dot.sequence(), future);
		}
	}

	/**
	 * Send and tell what was written here meanwhile.
	 */
	private void flush() {
		fire();
		if (this.running) {
			this.peers.values().forEach(Peer::pump);
		}
	}

	/**
	 * Merge, tell and confirm what follows from a change by others.
	 */
	private void stateChanged() {
		this.inbox.mergeHeld();
		fire();
		if (!this.acksDue) {
			this.acksDue = true;
			this.loop.execute(() -> {
				this.acksDue = false;
				if (this.running) {
					this.peers.values().forEach(Peer::pump);
				}
			});
		}
	}

	private void fire() {
		if (this.firing) {
			this.fireAgain = true;
			return;
		}
		this.firing = true;
		this.fireAgain = false;
		try {
			this.store.sleep().forEach(this.store::fire);
		}
		finally {
			this.firing = false;
		}
		if (this.fireAgain) {
			this.loop.execute(this::flush);
		}
	}

	private Peer peer(ReplicaId id) {
		return this.peers.computeIfAbsent(id,
				(created) -> new Peer(created, this.store, this.outlet, this.settings.maxInFlight()));
	}

	/**
	 * Sends frames, and counts them.
	 */
	private final class Outlet implements Peer.Outlet {

		private List<LoggedDelta> lastDeltas = List.of();

		private byte[] lastFrame = new byte[0];

		private volatile long frames;

		private volatile long bytes;

		@Override
		public boolean send(ReplicaId to, byte[] frame) {
			if (!Replicator.this.running || !Replicator.this.membership.send(to, frame)) {
				return false;
			}
			this.frames++;
			this.bytes += frame.length;
			return true;
		}

		@Override
		public byte[] deltas(List<LoggedDelta> deltas) {
			if (!isLast(deltas)) {
				ReplicaId self = Replicator.this.store.self();
				this.lastFrame = Messages.write(new Message.Deltas(List.of(new Run(self, deltas))), self);
				this.lastDeltas = new ArrayList<>(deltas);
			}
			return this.lastFrame;
		}

		private boolean isLast(List<LoggedDelta> deltas) {
			return this.lastDeltas.size() == deltas.size() && this.lastDeltas.get(0) == deltas.get(0)
					&& this.lastDeltas.get(deltas.size() - 1) == deltas.get(deltas.size() - 1);
		}

	}

	/**
	 * The peers, for the joiner.
	 */
	private final class Sources implements Joiner.Sources {

		@Override
		public Peer peer(ReplicaId id) {
			return Replicator.this.peer(id);
		}

		@Override
		public void later(Runnable task) {
			Replicator.this.loop.schedule(RETRY, task);
		}

		@Override
		public void joined() {
			Replicator.this.inbox.mergeHeld();
			Replicator.this.membership.linked().forEach((id) -> sendVector(peer(id), 0));
		}

	}

}
