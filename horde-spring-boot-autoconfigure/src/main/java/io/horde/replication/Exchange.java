package io.horde.replication;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;

import io.horde.cluster.membership.FrameReceiver;
import io.horde.cluster.membership.HeartbeatPart;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.Dot;
import io.horde.crdt.Fingerprint;
import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.Message;
import io.horde.replication.protocol.Messages;
import io.horde.replication.protocol.Run;
import io.horde.time.EventLoop;
import io.horde.time.clock.HybridLogicalClock;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a replicator that lives on the event loop: what it exchanges with its
 * peers.
 */
final class Exchange implements MembershipListener, HeartbeatPart, FrameReceiver {

	/*
	 * Every message may be lost: the heartbeats carry a digest of the state and a
	 * confirmation, and from these two all else is found out again.
	 */

	private static final Logger logger = LoggerFactory.getLogger(Exchange.class);

	private static final Duration RETRY = Duration.ofMillis(100);

	private final EventLoop loop;

	private final Peers membership;

	private final Store store;

	private final PeerTable peers;

	private final DeltaInbox inbox;

	private final AntiEntropy antiEntropy;

	private final ReconcileReceiver receiver;

	private final ReconcileServer server;

	private final Joiner joiner;

	private final Holds holds;

	private final Pruning forgetting;

	private final FrameOutlet outlet;

	private final Forwards forwards;

	private boolean running;

	private boolean firing;

	private boolean fireAgain;

	private boolean acksDue;

	private volatile long framesReceived;

	private volatile long maxLag;

	Exchange(EventLoop loop, Peers membership, HybridLogicalClock clock, ReplicationSettings settings, long seed,
			Lock lock) {
		this.loop = loop;
		this.membership = membership;
		this.store = new Store(membership.self(), clock, settings.logSize(), () -> loop.execute(this::flush), lock);
		this.outlet = new FrameOutlet(membership, this.store);
		this.forwards = new Forwards(loop, membership, settings.maxInFlight());
		this.peers = new PeerTable(membership, this.store, this.forwards, this.outlet, settings.maxInFlight(),
				loop.nanoTime());
		this.receiver = new ReconcileReceiver(loop, this.store, this::stateChanged, seed & 0xffff);
		this.inbox = new DeltaInbox(this.store, (origin, delta) -> {
			this.receiver.merged(origin, delta);
			this.forwards.add(origin, delta);
		});
		this.antiEntropy = new AntiEntropy(loop, this.store, this.inbox, this.receiver, settings.maxInFlight() / 2);
		this.server = new ReconcileServer(loop, this.store, settings);
		this.joiner = new Joiner(membership, this.receiver, new Sources(), seed);
		this.holds = new Holds(membership, (id) -> {
			ReplicationPeer peer = this.peers.known(id);
			return (peer != null) ? peer.acked() : 0;
		});
		this.forgetting = new Pruning(loop, membership, this.store, this.peers, (origin) -> {
			this.inbox.forget(origin);
			this.forwards.forget(origin);
		});
	}

	Store store() {
		return this.store;
	}

	Pruning forgetting() {
		return this.forgetting;
	}

	boolean isSynchronized() {
		return this.joiner.isJoined();
	}

	void start() {
		this.running = true;
		this.membership.linked().forEach(this::linkUp);
		this.forgetting.start();
		evaluate();
	}

	void stop() {
		this.running = false;
		this.joiner.stop();
		this.forgetting.stop();
		this.receiver.stop();
		this.antiEntropy.stop();
		this.server.stop();
		this.peers.reset();
		this.holds.completeAll();
	}

	/*
	 * Also a delta that came outside of the replication may be older than a drop (R6).
	 */
	void merge(long link, Run run) {
		if (!this.forgetting.lineage().isKnown(link)) {
			logger.debug("A delta of {} is not merged: it is from before something was dropped", run.origin());
			return;
		}
		run.deltas().forEach((delta) -> {
			this.store.merge(run.origin(), delta);
			this.receiver.merged(run.origin(), delta);
		});
		stateChanged();
	}

	void hold(Dot dot, CompletableFuture<Void> future) {
		if (!this.running || !dot.replica().equals(this.store.self())) {
			future.complete(null);
		}
		else {
			this.holds.add(dot.sequence(), future);
		}
	}

	ReplicationStats stats() {
		return new ReplicationStats(this.store.entries(), this.store.logBytes(), this.store.context().size(),
				this.store.context().singles(), this.outlet.frames(), this.outlet.bytes(), this.framesReceived,
				this.inbox.mergedCount(), this.antiEntropy.pulls(), this.receiver.completed(),
				this.antiEntropy.vectorRequests(), this.maxLag);
	}

	@Override
	public void linkUp(ReplicaId member) {
		if (this.running) {
			ReplicationPeer peer = peer(member);
			peer.reset();
			this.forgetting.lineage().linkUp(peer);
			sendVector(peer, 0);
			evaluate();
		}
	}

	@Override
	public void linkDown(ReplicaId member) {
		ReplicationPeer peer = this.peers.known(member);
		if (peer != null) {
			peer.reset();
			this.server.linkDown(peer);
			this.antiEntropy.linkDown(peer);
			this.receiver.linkDown(peer);
		}
		this.holds.check();
		evaluate();
	}

	@Override
	public void writable(ReplicaId member) {
		peer(member).pump();
	}

	@Override
	public void viewChanged(MembershipView before, MembershipView after) {
		this.holds.check();
		evaluate();
	}

	@Override
	public void settled() {
		evaluate();
	}

	@Override
	public String name() {
		return "r";
	}

	@Override
	public byte[] write(ReplicaId to) {
		return new FrameWriter(16).array(3)
			.longValue(this.store.digest() + Fingerprint.mix(this.store.origins().link()))
			.longValue(this.store.origins().merged(to))
			.bool(!isSynchronized())
			.toBytes();
	}

	@Override
	public void read(ReplicaId from, byte[] bytes) {
		if (this.running) {
			guard(from, () -> heartbeat(from, new FrameReader(bytes)));
		}
	}

	@Override
	public void frame(ReplicaId from, byte[] frame) {
		if (this.running) {
			this.framesReceived++;
			guard(from, () -> {
				Message message = Messages.read(frame, from);
				ReplicationPeer peer = peer(from);
				if (message instanceof Message.Forgets forgets) {
					this.forgetting.lineage().told(peer, forgets);
				}
				else if (this.forgetting.lineage().heard(peer, Messages.link(frame)) || !message.carriesState()) {
					receive(peer, message);
				}
			});
		}
	}

	private void guard(ReplicaId from, Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			if (peer(from).fails()) {
				logger.warn("{} has sent a replication frame that this node can't use; the frame is dropped, further "
						+ "ones of this member are reported at DEBUG", from, ex);
			}
			else {
				logger.debug("{} has sent a replication frame that this node can't use", from, ex);
			}
		}
	}

	private void receive(ReplicationPeer peer, Message message) {
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
		else if (message instanceof Message.Quiet quiet) {
			this.forgetting.quiet(peer.id(), quiet);
		}
		else if (!this.server.receive(peer, message)) {
			this.receiver.receive(peer, message);
			evaluate();
		}
	}

	private void deltas(ReplicationPeer peer, Message.Deltas deltas) {
		boolean sparse = this.membership.isSparse();
		for (Run received : deltas.runs()) {
			Run run = received.of(this.store.context().known(received.origin()));
			this.forwards.known(peer, run);
			boolean complete = this.inbox.receive(run);
			// From others the origin learns by heartbeats: else each write has N answers
			ReplicationPeer origin = (!sparse || run.origin().equals(peer.id())) ? this.peers.known(run.origin()) : null;
			if (origin != null) {
				origin.ackDue();
			}
			if (!complete && isSynchronized()) {
				this.antiEntropy.gap(peer, run.origin());
			}
		}
		this.forwards.told();
		stateChanged();
	}

	private void vector(ReplicationPeer peer, Message.Vector vector) {
		long merged = vector.seen().merged(this.store.self());
		acked(peer, merged);
		if (vector.token() == 0 && this.membership.isLinked(peer.id())) {
			this.forwards.confide(peer, merged, vector.joining(), true);
		}
		if (isSynchronized() && !vector.joining()) {
			this.antiEntropy.vector(peer, vector);
		}
	}

	private void heartbeat(ReplicaId from, FrameReader reader) {
		ReplicationPeer peer = peer(from);
		reader.array();
		// Equal if the states and the chains of forgets are
		long digest = reader.longValue() - Fingerprint.mix(this.store.origins().link());
		long merged = reader.longValue();
		boolean joining = reader.bool();
		acked(peer, merged);
		this.maxLag = this.peers.lag(this.loop.nanoTime());
		this.forwards.confide(peer, merged, joining, false);
		if (isSynchronized() && !joining) {
			this.antiEntropy.heartbeat(peer, digest, merged >= this.store.context().covered(this.store.self()));
		}
		peer.pump();
	}

	private void acked(ReplicationPeer peer, long sequence) {
		if (peer.acked(sequence)) {
			this.holds.check();
			peer.pump();
		}
	}

	private void sendVector(ReplicationPeer peer, long token) {
		peer.send(new Message.Vector(token, this.store.context().snapshot().bounded(ReconcileSender.MAX_SINGLES),
				this.store.digest(), !isSynchronized()));
	}

	private void evaluate() {
		if (this.running) {
			this.joiner.evaluate();
		}
	}

	/**
	 * Send and tell what was written here meanwhile.
	 */
	private void flush() {
		fire();
		checkForgets();
		if (this.running) {
			this.peers.pump();
		}
	}

	/**
	 * Merge, tell and confirm what follows from a change by others.
	 */
	private void stateChanged() {
		this.inbox.mergeHeld();
		fire();
		checkForgets();
		if (!this.acksDue) {
			this.acksDue = true;
			this.loop.execute(() -> {
				this.acksDue = false;
				if (this.running) {
					this.forwards.passOn(this.peers);
					this.peers.pump();
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

	private void checkForgets() {
		if (!this.receiver.isActive()) {
			this.forgetting.lineage().adopt();
		}
	}

	private ReplicationPeer peer(ReplicaId id) {
		return this.peers.peer(id);
	}

	/**
	 * The peers, for the joiner.
	 */
	private final class Sources implements Joiner.Sources {

		@Override
		public ReplicationPeer peer(ReplicaId id) {
			return Exchange.this.peer(id);
		}

		@Override
		public void later(Runnable task) {
			Exchange.this.loop.schedule(RETRY, task);
		}

		@Override
		public void joined() {
			Exchange.this.inbox.mergeHeld();
			Exchange.this.forgetting.joined();
			Exchange.this.membership.linked().forEach((id) -> sendVector(peer(id), 0));
		}

	}

}
