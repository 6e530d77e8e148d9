package io.horde.cluster.membership;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.Member;
import io.horde.cluster.MemberSource;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.Quorum;
import io.horde.cluster.membership.ClusterDispatcher.Traffic;
import io.horde.cluster.protocol.ClusterMessage.Records;
import io.horde.cluster.protocol.DeclaredMembers;
import io.horde.cluster.protocol.Refusal;
import io.horde.cluster.protocol.Refused;
import io.horde.cluster.protocol.TypeAnnouncement;
import io.horde.cluster.quorum.Leases;
import io.horde.cluster.quorum.QuorumWait;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;
import io.horde.transport.Channels;
import io.horde.transport.Transport;
import io.horde.wire.TransportAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of the cluster and their state, as one node finds out.
 * <p>
 * Methods are called on the event loop unless they say otherwise.
 */
public final class Membership implements HordeCluster, Peers {

	/*
	 * One node's view of the others is made of records, what each member says of itself,
	 * spread by Gossip (Members); of links, which members this node can talk to
	 * (Dialling, Router, Topology); of suspicions, what this node thinks of their life
	 * (Detector); and of nothing else. A suspicion is local and revocable: no node ever
	 * writes that another one is dead, so there is nothing to take back when a partition
	 * heals, and two sides that disagree need no merge. All state is used on the event
	 * loop only and published as an immutable view after each event.
	 */

	private static final Logger logger = LoggerFactory.getLogger(Membership.class);

	/** Ticks per heartbeat: how finely silence is measured. */
	private static final int TICKS = 4;

	private final EventLoop loop;

	private final Transport transport;

	private final MembershipSettings settings;

	private final Members members;

	private final AwakeClock clock;

	private final Detector detector;

	private final Gossip gossip;

	private final Topologies topologies;

	private final Upkeep upkeep;

	private final Dialling dialling;

	private final ClusterDispatcher dispatcher;

	private final Retention retention;

	private final BootGate boot;

	private final ClockCorrection clockCorrection;

	private final MembershipEvents events = new MembershipEvents(this::after, this::expelled, this::declared,
			this::transportLost);

	private final QuorumWait quorumWait = new QuorumWait();

	private final Leases leases;

	private final Participation participation;

	private final long seed;

	private boolean heldBack;

	private boolean complete;

	private int ticks;

	/**
	 * Creates a membership.
	 * @param loop the event loop
	 * @param transport the links, not started
	 * @param settings the settings
	 * @param topologies decides who is linked with whom
	 * @param seed for what is chosen at random
	 */
	public Membership(EventLoop loop, Transport transport, MembershipSettings settings, Topologies.Factory topologies,
			long seed) {
		this.loop = loop;
		this.transport = transport;
		this.settings = settings;
		this.seed = seed;
		SplittableRandom random = new SplittableRandom(seed);
		Duration heartbeat = settings.heartbeatInterval();
		this.members = Members.of(settings, loop.currentTimeMillis(), random);
		this.clock = new AwakeClock(loop, heartbeat.plus(tick()).toNanos(), heartbeat.toNanos());
		MembershipContext context = new MembershipContext(loop, transport, settings, this.members, this.clock);
		this.topologies = topologies.create(context, this::judge, this::tell);
		Router router = new Router(this.members, this.topologies, this::judge);
		PeerErrorLog errors = new PeerErrorLog();
		Admission admission = new Admission(context, router);
		this.detector = new Detector(context, router, this.topologies, random);
		this.gossip = new Gossip(context, router, this.topologies, this.detector, admission, errors, this.events);
		this.dialling = new Dialling(context, this.topologies, seed);
		this.dispatcher = new ClusterDispatcher(context, new Traffic(this.topologies, router, this.gossip),
				this.detector, new ProbeResponder(context, router, this.detector),
				new LinkAdmission(context, admission, this.dialling, errors, this.events), errors, this.events);
		this.retention = new Retention(this.members, this.clock, settings);
		this.boot = new BootGate(loop, settings, this.dialling, this.events);
		this.clockCorrection = new ClockCorrection(this.members, settings, this.events);
		this.upkeep = new Upkeep(this.members, this.topologies, this.detector, this.dialling, this.boot);
		this.leases = new Leases(loop, settings.quorum(), heartbeat, selfId(),
				(to, frame) -> this.dispatcher.send(to, Channels.QUORUM, frame), this::quorumChanged);
		this.participation = new Participation(context, this.events, this.leases, this.upkeep);
		this.dispatcher.onFrame(Channels.QUORUM, this.leases::frame);
		this.members.onView(this::viewChanged);
	}

	/**
	 * Set the process types that this node can run. Called before the start.
	 * @param types the types
	 */
	public void announce(Collection<TypeAnnouncement> types) {
		SortedMap<String, TypeAnnouncement> announced = new TreeMap<>();
		types.forEach((type) -> announced.put(type.type(), type));
		this.members.own(this.members.own().withTypes(announced));
		after();
	}

	/**
	 * Add a part to every heartbeat. Called before the start.
	 * @param part the part
	 */
	public void contribute(HeartbeatPart part) {
		this.gossip.contribute(part);
	}

	/**
	 * Set the receiver of a channel. Called before the start.
	 * @param channel the channel
	 * @param receiver called on the event loop with the member that has sent a frame,
	 * directly or through a relay, and with the frame: its own from then on, and from
	 * outside, so it may be malformed
	 */
	public void onFrame(int channel, BiConsumer<ReplicaId, byte[]> receiver) {
		this.dispatcher.onFrame(channel, receiver);
	}

	/**
	 * Add a listener. Listeners are called in the order in which they were added. Called
	 * before the start.
	 * @param listener the listener
	 */
	public void addListener(MembershipListener listener) {
		this.events.addListener(listener);
	}

	/**
	 * Start the transport, and begin to look for members. The status is {@code JOINING}.
	 */
	public void start() {
		this.boot.started();
		this.transport.start(this.dispatcher);
		this.participation.begin();
		this.members.own(this.members.own().withAddress(this.transport.address()));
		this.leases.start();
		this.clock.takeLateness();
		this.dialling.refresh();
		this.ticks = new SplittableRandom(this.seed).nextInt(TICKS);
		this.loop.schedule(tick(), this::onTick);
		this.events.tell((listener) -> listener.turned(false));
		after();
	}

	/**
	 * Stop at once, without a word to the others. Idempotent.
	 */
	public void stop() {
		this.participation.stop();
	}

	/**
	 * Take the answer of a discovery round.
	 * @param candidates addresses to dial; an empty collection is no news: it keeps the
	 * last ones and doesn't count as an answer (M6)
	 */
	public void candidates(Collection<MemberSource.Candidate> candidates) {
		if (this.participation.isRunning()) {
			this.dialling.candidates(candidates.stream().map(MemberSource.Candidate::address).toList());
			after();
		}
	}

	/**
	 * Take notice that a discovery round failed. The last candidates are kept.
	 * @param reason a sentence
	 */
	public void candidatesFailed(String reason) {
		this.dialling.candidatesFailed(reason);
	}

	/**
	 * Stay {@code JOINING} until {@link #admit()}, even when the replicated state is
	 * complete: the application is not ready to run processes. Called before the start.
	 */
	public void holdBack() {
		this.heldBack = true;
	}

	/**
	 * Become {@code UP} as soon as the replicated state is complete.
	 */
	public void admit() {
		this.heldBack = false;
		if (this.complete) {
			joined();
		}
	}

	/**
	 * The replicated state is complete: this node goes from {@code JOINING} to
	 * {@code UP}.
	 */
	@Override
	public void joined() {
		this.complete = true;
		this.leases.ready();
		if (!this.heldBack && this.members.own().status() == MemberStatus.JOINING) {
			this.clockCorrection.check();
			become(MemberStatus.UP);
		}
	}

	/**
	 * This node begins to hand over: it is {@code LEAVING}.
	 */
	public void leaving() {
		if (this.members.own().status() != MemberStatus.LEFT) {
			become(MemberStatus.LEAVING);
		}
	}

	/**
	 * Say good-bye to all: this node is {@code LEFT}.
	 */
	public void left() {
		become(MemberStatus.LEFT);
	}

	/**
	 * Return the highest incarnation of this node's name that is known, when this
	 * membership has ended: the next one has to be above it (M5). Called on the loop, or
	 * after the end.
	 * @return the incarnation
	 */
	public long lastIncarnation() {
		return this.participation.lastIncarnation();
	}

	/**
	 * Return the settings. May be called from any thread.
	 */
	public MembershipSettings settings() {
		return this.settings;
	}

	/**
	 * Return this incarnation. May be called from any thread.
	 * @return the replica id
	 */
	@Override
	public ReplicaId selfId() {
		return this.members.view().self();
	}

	/**
	 * Return the members as this node sees them. May be called from any thread.
	 * @return the view
	 */
	@Override
	public MembershipView view() {
		return this.members.view();
	}

	/**
	 * Tell whether the gate of M6 is open: {@code expected-size} members are there (if
	 * that is not set: the first discovery round was tried against every candidate), or
	 * the join timeout has passed. Then a node that is alone may declare itself
	 * {@code UP}. May be called from any thread.
	 * @return whether it is open
	 */
	@Override
	public boolean settled() {
		return this.boot.isSettled();
	}

	/**
	 * Tell whether static children may start: this node is settled and {@code UP}, and
	 * {@code expected-size} members are {@code UP} (if that is not set: no linked member
	 * is still joining), or the join timeout has passed (M6). May be called from any
	 * thread.
	 * @return whether they may; once {@code true} it stays so
	 */
	public boolean booted() {
		return this.boot.isBooted();
	}

	/**
	 * Send a frame to a member, directly or through a relay.
	 * @param to the member
	 * @param channel the channel
	 * @param frame the frame, not to be changed afterwards
	 * @return {@code false} if it was certainly not sent
	 */
	@Override
	public boolean send(ReplicaId to, int channel, byte[] frame) {
		return this.dispatcher.send(to, channel, frame);
	}

	/**
	 * Tell whether there is a direct link to a member.
	 * @param member the member
	 * @return whether there is one
	 */
	@Override
	public boolean isLinked(ReplicaId member) {
		Peer peer = this.members.peer(member);
		return peer != null && peer.isLinked();
	}

	/**
	 * Return the members with a direct link, sorted.
	 * @return the members
	 */
	@Override
	public Collection<ReplicaId> linked() {
		return this.members.linked().stream().map(Peer::id).toList();
	}

	/**
	 * Return how long a member may be gone before it is forgotten (R6). May be called
	 * from any thread.
	 * @return the time
	 */
	@Override
	public Duration forgetAfter() {
		return this.settings.forgetAfter();
	}

	/**
	 * Tell whether a member was forgotten (R6).
	 * @param member the incarnation
	 * @return whether it is known as forgotten
	 */
	@Override
	public boolean isForgotten(ReplicaId member) {
		Peer peer = this.members.peer(member);
		return peer != null && peer.record().isForgotten();
	}

	/**
	 * Take notice that a member was forgotten (R6).
	 * @param member the incarnation
	 */
	@Override
	public void forgotten(ReplicaId member) {
		if (this.members.peer(member) != null) {
			this.retention.forget(member.node());
			after();
		}
	}

	/**
	 * Take notice that this node was forgotten while it was away (R6): its state is not
	 * merged by the others.
	 */
	@Override
	public void outdated() {
		this.loop.execute(() -> expelled(new Refused(Refusal.FORGOTTEN, "Its state is no longer merged")));
	}

	@Override
	public int maxFrameSize() {
		return this.transport.maxFrameSize();
	}

	/**
	 * Take notice that the transport has ended and can't be started again: a node that
	 * has peers is out then (B4). One that is alone goes on.
	 * @param reason what has happened, a sentence without its end
	 */
	public void transportLost(String reason) {
		this.participation.transportLost(reason);
	}

	@Override
	public boolean reachesAll() {
		return this.topologies.now().reachesAll();
	}

	@Override
	public boolean isPartner(ReplicaId member) {
		Peer peer = this.members.peer(member);
		return peer != null && peer.tie().isPartner();
	}

	/**
	 * Return the longest silence that is at present taken for slowness (M3).
	 */
	Duration silenceBound() {
		return this.detector.bound();
	}

	/**
	 * Return the claims and leases of this node under quorum.
	 * @return the leases
	 */
	public Leases leases() {
		return this.leases;
	}

	@Override
	public Member self() {
		MembershipView view = this.members.view();
		return view.describe(view.own());
	}

	@Override
	public List<Member> members() {
		return this.members.view().list();
	}

	@Override
	public Quorum quorum() {
		return this.leases.isEnabled() ? this.leases.quorum() : this.members.view().quorum(this.settings);
	}

	@Override
	public boolean awaitQuorum(Duration timeout) throws InterruptedException {
		return this.quorumWait.await(timeout, () -> quorum().present());
	}

	@Override
	public void setMembers(Collection<String> addresses) {
		List<String> declared = addresses.stream().map(String::strip).map(TransportAddress::check).toList();
		this.loop.execute(() -> {
			this.gossip.declare(declared);
			after();
		});
	}

	DeclaredMembers declared() {
		return this.gossip.declared();
	}

	@Override
	public void forget(String memberName) {
		forget(memberName, false);
	}

	@Override
	public void forgetByForce(String memberName) {
		forget(memberName, true);
	}

	private void quorumChanged(boolean present) {
		if (present) {
			this.quorumWait.gained();
		}
		this.events.tell((listener) -> listener.quorumChanged(quorum()));
	}

	private void forget(String memberName, boolean force) {
		Retention.requireGone(memberName, this.members.view());
		if (!force) {
			this.leases.requireMajority("Member " + memberName + " is not forgotten");
		}
		this.loop.execute(() -> {
			this.retention.forget(memberName);
			if (force) {
				this.members.publish();
				this.leases.force(memberName);
			}
			this.gossip.beat();
			after();
		});
	}

	private Duration tick() {
		return Duration.ofNanos(this.settings.heartbeatInterval().toNanos() / TICKS);
	}

	private void onTick() {
		if (!this.participation.isRunning()) {
			return;
		}
		this.loop.schedule(tick(), this::onTick);
		boolean beats = ++this.ticks % TICKS == 0;
		this.events.tell((listener) -> listener.turned(beats));
		this.upkeep.tick();
		if (beats) {
			this.retention.tick();
			this.gossip.beat();
			this.clockCorrection.check();
			this.upkeep.heartbeat();
		}
		after();
	}

	/* Announced at once: others wait for it. */
	private void become(MemberStatus status) {
		if (this.members.own().status() != status) {
			this.members.own(this.members.own().withStatus(status));
			logger.info("This node, {}, is {}", this.settings.nodeName(), status);
			if (this.participation.isRunning()) {
				this.gossip.beat();
			}
			after();
		}
	}

	/* The end of every event. */
	private void after() {
		if (this.participation.isRunning()) {
			this.upkeep.after();
		}
		else {
			this.members.publish();
		}
	}

	private void viewChanged(MembershipView before, MembershipView after) {
		MemberLog.changed(before, after);
		if (this.participation.isRunning() && this.topologies.viewChanged()) {
			this.dialling.refresh();
		}
		if (this.leases.isEnabled()) {
			this.leases.members(this.members.newest(), this.members.upNames(), this.members.forgotten());
		}
		this.events.tell((listener) -> listener.viewChanged(before, after));
	}

	private void declared(DeclaredMembers declared) {
		this.dialling.declared(declared);
		if (!declared.addresses().contains(this.members.own().address())) {
			logger.warn("This node is not in the member list declared on {}: it hands its processes over and leaves",
					declared.by());
			this.events.tell(MembershipListener::removed);
		}
	}

	private void expelled(Refused refused) {
		this.participation.expelled(refused);
	}

	private Topologies.Judge judge() {
		return this.detector;
	}

	private boolean tell(Peer peer, Records news) {
		return this.gossip.tell(peer, news);
	}

}
