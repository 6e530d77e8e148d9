package io.horde.replication;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.horde.cluster.membership.HeartbeatPart;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.cluster.membership.Peers;
import io.horde.crdt.CausalContext;
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
import io.horde.wire.MessageHandlers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a replicator that lives on the event loop: what it exchanges with its
 * peers.
 */
final class Exchange implements MembershipListener, HeartbeatPart {

	/*
	 * Every message may be lost: the heartbeats carry a digest of the state and a
	 * confirmation, and from these two all else is found out again.
	 */

	private static final Logger logger = LoggerFactory.getLogger(Exchange.class);

	/**
	 * What a frame needs beside a delta: its head, and that of a message that carries it.
	 */
	private static final int ENVELOPE = 64 << 10;

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

	private final Pruning pruning;

	private final PruningHistory history;

	private final MessageHandlers<Message, ReplicationPeer> handlers;

	private final FrameOutlet outlet;

	private final Forwards forwards;

	private boolean running;

	private boolean acksDue;

	private volatile long framesReceived;

	private volatile long maxLag;

	Exchange(EventLoop loop, Peers membership, HybridLogicalClock clock, ReplicationSettings settings, long seed,
			Lock lock) {
		this.loop = loop;
		this.membership = membership;
		this.store = new Store(membership.selfId(), clock, settings.logSize(), membership.maxFrameSize() - ENVELOPE,
				() -> loop.execute(this::flush), lock);
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
		this.joiner = new Joiner(loop, membership, this.peers, this.receiver, this::joined, seed);
		this.holds = new Holds(membership, (id) -> {
			ReplicationPeer peer = this.peers.known(id);
			return (peer != null) ? peer.acked() : 0;
		});
		this.pruning = new Pruning(loop, membership, this.store, this.peers, (origin) -> {
			this.inbox.drop(origin);
			this.forwards.drop(origin);
		});
		this.history = this.pruning.history();
		this.handlers = handlers();
	}

	Store store() {
		return this.store;
	}

	PruningHistory history() {
		return this.history;
	}

	boolean isSynchronized() {
		return this.joiner.isJoined();
	}

	void start() {
		this.running = true;
		this.membership.linked().forEach(this::linkUp);
		this.pruning.start();
		evaluate();
	}

	void stop() {
		this.running = false;
		this.joiner.stop();
		this.pruning.stop();
		this.receiver.stop();
		this.antiEntropy.stop();
		this.server.stop();
		this.peers.reset();
		this.holds.completeAll();
	}

	/**
	 * Also a delta that came outside of the replication may be older than a drop (R6).
	 */
	void merge(long link, Run run) {
		if (!this.history.isKnown(link)) {
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

	void hold(Dot dot, Predicate<Set<String>> enough, CompletableFuture<Void> future) {
		if (!this.running) {
			future.complete(null);
		}
		else {
			this.holds.add(dot.sequence(), enough, future);
		}
	}

	CausalContext seen() {
		return this.store.context().snapshot().bounded(ReconcileSender.MAX_SINGLES);
	}

	/**
	 * Pull what a peer had merged and this node has not.
	 */
	void catchUp(ReplicaId member, CausalContext seen) {
		if (this.running && isSynchronized()) {
			this.antiEntropy.vector(peer(member), new Message.Vector(0, seen, this.store.digest(), false));
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
			this.history.linkUp(peer);
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
			ReplicationPeer peer = peer(from);
			peer.guard(() -> heartbeat(peer, new FrameReader(bytes)));
		}
	}

	void frame(ReplicaId from, byte[] frame) {
		if (this.running) {
			this.framesReceived++;
			ReplicationPeer peer = peer(from);
			peer.guard(() -> {
				Message message = Messages.read(frame, from);
				if (message instanceof Message.History || this.history.heard(peer, Messages.link(frame))
						|| !message.carriesState()) {
					this.handlers.handle(peer, message);
				}
			});
		}
	}

	private void heartbeat(ReplicationPeer peer, FrameReader reader) {
		reader.array();
		// Equal if the states and the pruning chains are
		long digest = reader.longValue() - Fingerprint.mix(this.store.origins().link());
		long merged = reader.longValue();
		boolean joining = reader.bool();
		acked(peer, merged);
		this.maxLag = this.peers.lag(this.loop.nanoTime());
		this.forwards.steer(peer, merged, joining, false);
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
		peer.send(new Message.Vector(token, seen(), this.store.digest(), !isSynchronized()));
	}

	private void joined() {
		this.inbox.mergeHeld();
		this.pruning.joined();
		this.membership.linked().forEach((id) -> sendVector(peer(id), 0));
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
		if (this.store.fire()) {
			this.loop.execute(this::flush);
		}
		if (!this.receiver.isActive()) {
			this.history.adopt();
		}
	}

	private ReplicationPeer peer(ReplicaId id) {
		return this.peers.peer(id);
	}

	private MessageHandlers<Message, ReplicationPeer> handlers() {
		return new MessageHandlers<Message, ReplicationPeer>().on(Message.Deltas.class, this::deltas)
			.on(Message.Ack.class, (peer, message) -> acked(peer, message.sequence()))
			.on(Message.VectorRequest.class, (peer, message) -> sendVector(peer, message.token()))
			.on(Message.Vector.class, this::vector)
			.on(Message.Pull.class, this.antiEntropy::pull)
			.on(Message.PullEnd.class, this.antiEntropy::pullEnd)
			.on(Message.Prunable.class, (peer, message) -> this.pruning.prunable(peer.id(), message))
			.on(Message.History.class, this.history::received)
			.on(Message.Reconcile.class, this.server::reconcile)
			.on(Message.Next.class,
					(peer, message) -> this.server.proceed(peer, message.session(), (sender) -> sender.next(message)))
			.on(Message.SymbolsRequest.class,
					(peer, message) -> this.server.proceed(peer, message.session(),
							(sender) -> sender.symbols(message)))
			.on(Message.EntriesRequest.class,
					(peer, message) -> this.server.proceed(peer, message.session(),
							(sender) -> sender.entries(message)))
			.on(Message.Chunk.class,
					(peer, message) -> proceed(peer, message.session(), (session) -> session.chunk(message)))
			.on(Message.Symbols.class,
					(peer, message) -> proceed(peer, message.session(), (session) -> session.symbols(message)))
			.on(Message.Entries.class,
					(peer, message) -> proceed(peer, message.session(), (session) -> session.entries(message)))
			.on(Message.SessionEnd.class, this::sessionEnd)
			.forAll(Message.class);
	}

	private void deltas(ReplicationPeer peer, Message.Deltas message) {
		boolean passedOn = !this.membership.reachesAll();
		for (Run received : message.runs()) {
			Run run = received.of(this.store.context().known(received.origin()));
			this.forwards.known(peer, run);
			boolean complete = this.inbox.receive(run);
			// From others the origin learns by heartbeats: else each write has N answers
			ReplicationPeer origin = (!passedOn || run.origin().equals(peer.id())) ? this.peers.known(run.origin())
					: null;
			if (origin != null) {
				origin.ackDue();
			}
			if (!complete && isSynchronized()) {
				this.antiEntropy.gap(peer, run.origin());
			}
		}
		this.forwards.received();
		stateChanged();
	}

	private void vector(ReplicationPeer peer, Message.Vector message) {
		long merged = message.seen().merged(this.store.self());
		acked(peer, merged);
		if (message.token() == 0 && this.membership.isLinked(peer.id())) {
			this.forwards.steer(peer, merged, message.joining(), true);
		}
		if (isSynchronized() && !message.joining()) {
			this.antiEntropy.vector(peer, message);
		}
	}

	private void sessionEnd(ReplicationPeer peer, Message.SessionEnd message) {
		if (message.asked()) {
			this.server.end(peer, message.session());
		}
		else {
			proceed(peer, message.session(), (session) -> session.end(false));
		}
	}

	private void proceed(ReplicationPeer peer, long session, Consumer<Reconciliation> step) {
		this.receiver.proceed(peer, session, step);
		evaluate();
	}

}
