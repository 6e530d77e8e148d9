package io.horde.cluster.membership;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.horde.HordeException;
import io.horde.cluster.DuplicateNodeNameException;
import io.horde.cluster.Member;
import io.horde.cluster.MemberSource;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.Quorum;
import io.horde.cluster.protocol.DeclaredMembers;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.Refusal;
import io.horde.cluster.protocol.TypeAnnouncement;
import io.horde.cluster.quorum.Leases;
import io.horde.cluster.quorum.QuorumRule;
import io.horde.cluster.quorum.QuorumRules;
import io.horde.cluster.quorum.QuorumSettings;
import io.horde.cluster.quorum.QuorumWait;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;
import io.horde.transport.Channels;
import io.horde.transport.Transport;
import io.horde.wire.TransportAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What membership does on the event loop.
 */
final class MembershipCore {

	/*
	 * One node's view of the others is made of records, what each member says of itself,
	 * spread by Gossip (Members); of links, which members this node can talk to (Links,
	 * Dialling); of verdicts, what this node thinks of their life (Detector, Verdict);
	 * and of nothing else. A verdict is local and revocable: no node ever writes that
	 * another one is dead, so there is nothing to take back when a partition heals, and
	 * two sides that disagree need no merge. All state is used on the event loop only and
	 * published as an immutable view after each event.
	 */

	private static final Logger logger = LoggerFactory.getLogger(Membership.class);

	/** Ticks per heartbeat: how finely silence is measured. */
	private static final int TICKS = 4;

	private static final int RANDOM_BITS = 12;

	private final EventLoop loop;

	private final Transport transport;

	private final MembershipSettings settings;

	private final Members members;

	private final AwakeClock clock;

	private final Detector detector;

	private final Gossip gossip;

	private final Neighbourhood neighbourhood;

	private final Upkeep upkeep;

	private final Dialling dialling;

	private final ClusterDispatcher links;

	private final Retention retention;

	private final Boot boot;

	private final ClockCorrection clockCorrection;

	private final List<MembershipListener> listeners = new ArrayList<>();

	private final QuorumWait quorumWait = new QuorumWait();

	private final Leases leases;

	private final long seed;

	private volatile Duration silenceBound;

	private boolean running;

	private boolean heldBack;

	/** The incarnation of a former start that this one has to exceed. */
	private long behind;

	private boolean complete;

	private int ticks;

	MembershipCore(EventLoop loop, Transport transport, MembershipSettings settings, long seed, MemberRules rules,
			QuorumRules quorumRules) {
		this.loop = loop;
		this.transport = transport;
		this.settings = settings;
		this.seed = seed;
		SplittableRandom random = new SplittableRandom(seed);
		ReplicaId self = new ReplicaId(settings.nodeName(),
				incarnation(loop.currentTimeMillis(), random, settings.incarnationAbove()));
		Duration heartbeat = settings.heartbeatInterval();
		this.members = new Members(new MemberRecord(self, 1, "unknown", MemberStatus.JOINING, settings.labels(),
				settings.weight(), settings.version(), new TreeMap<>()), settings.silenceTimeout().toNanos());
		this.clock = new AwakeClock(loop,
				rules.keeps(MemberRule.M4) ? heartbeat.plus(tick()).toNanos() : Long.MAX_VALUE, heartbeat.toNanos());
		this.neighbourhood = new Neighbourhood(this.members, this.clock, settings);
		Router router = new Router(this.members, this.neighbourhood, this.clock, settings, rules);
		PeerErrorLog complaints = new PeerErrorLog();
		Admission admission = new Admission(this.members, router, this.clock, settings, rules);
		this.detector = new Detector(loop, transport, this.members, router, this.neighbourhood, this.clock, settings,
				random, rules);
		Reports reports = new Reports(this.members, this.neighbourhood, this.detector, this.clock, settings);
		ProbeResponder witness = new ProbeResponder(loop, transport, this.members, router, this.detector, this.clock,
				settings, rules);
		GossipQueue rumours = new GossipQueue(loop, this.members, router, this.neighbourhood, this.detector, reports,
				settings);
		this.gossip = new Gossip(loop, this.members, router, this.neighbourhood, rumours, this.detector, admission,
				this.clock, complaints, this::expelled, this::declared, rules, heartbeat.toNanos());
		this.dialling = new Dialling(loop, transport, this.members, this.neighbourhood, seed);
		this.links = new ClusterDispatcher(this.members, settings, loop, transport, router, this.detector, witness,
				this.gossip, admission, this.dialling, complaints, this::tell, this::after, this::expelled, rules);
		this.retention = new Retention(this.members, this.clock, settings);
		this.boot = new Boot(loop, settings, this.dialling, this::tell, rules);
		this.clockCorrection = new ClockCorrection(this.members, settings, this::tell);
		this.upkeep = new Upkeep(this.members, this.neighbourhood, this.detector, reports, rumours, this.dialling,
				this.boot);
		this.silenceBound = settings.silenceTimeout();
		QuorumSettings quorum = quorumRules.keeps(QuorumRule.Q11) ? settings.quorum()
				: settings.withQuorum(settings.seats(), settings.voters(), settings.leaseDuration(), Duration.ZERO)
					.quorum();
		boolean relayed = quorumRules.keeps(QuorumRule.Q12);
		this.leases = new Leases(loop, quorum, heartbeat, self,
				(to, frame) -> this.links.send(to, Channels.QUORUM, frame, relayed), this::quorumChanged, quorumRules);
		this.links.onFrame(Channels.QUORUM, this.leases::frame);
		this.members.onChange(this::viewChanged);
	}

	void announce(Collection<TypeAnnouncement> types) {
		SortedMap<String, TypeAnnouncement> announced = new TreeMap<>();
		types.forEach((type) -> announced.put(type.type(), type));
		this.members.own(this.members.own().withTypes(announced));
		after();
	}

	void contribute(HeartbeatPart part) {
		this.gossip.contribute(part);
	}

	void onFrame(int channel, FrameReceiver receiver) {
		this.links.onFrame(channel, receiver);
	}

	void addListener(MembershipListener listener) {
		this.listeners.add(listener);
	}

	void start() {
		this.boot.started();
		this.transport.start(this.links);
		this.running = true;
		this.members.own(this.members.own().withAddress(this.transport.address()));
		this.leases.start();
		this.clock.takeLateness();
		this.dialling.refresh();
		this.ticks = new SplittableRandom(this.seed).nextInt(TICKS);
		this.loop.schedule(tick(), this::onTick);
		after();
	}

	void stop() {
		if (this.running) {
			this.running = false;
			this.leases.stop();
			this.upkeep.stop();
			this.members.close();
			this.transport.stop();
		}
	}

	void candidates(Collection<MemberSource.Candidate> candidates) {
		this.dialling.candidates(candidates.stream().map(MemberSource.Candidate::address).toList());
		after();
	}

	void candidatesFailed(String reason) {
		this.dialling.candidatesFailed(reason);
	}

	void holdBack() {
		this.heldBack = true;
	}

	void admit() {
		this.heldBack = false;
		if (this.complete) {
			joined();
		}
	}

	void joined() {
		this.complete = true;
		this.leases.ready();
		if (!this.heldBack && this.members.own().status() == MemberStatus.JOINING) {
			this.clockCorrection.check();
			become(MemberStatus.UP);
		}
	}

	void leaving() {
		if (this.members.own().status() != MemberStatus.LEFT) {
			become(MemberStatus.LEAVING);
		}
	}

	void left() {
		become(MemberStatus.LEFT);
	}

	ReplicaId selfId() {
		return this.members.view().self();
	}

	MembershipView view() {
		return this.members.view();
	}

	boolean settled() {
		return this.boot.isSettled();
	}

	boolean booted() {
		return this.boot.isBooted();
	}

	boolean send(ReplicaId to, int channel, byte[] frame) {
		return this.links.send(to, channel, frame);
	}

	boolean isLinked(ReplicaId member) {
		Peer peer = this.members.peer(member);
		return peer != null && peer.isLinked();
	}

	Collection<ReplicaId> linked() {
		return this.members.linked().stream().map(Peer::id).toList();
	}

	boolean isSparse() {
		return this.neighbourhood.isSparse();
	}

	boolean isConfidant(ReplicaId member) {
		Peer peer = this.members.peer(member);
		return peer != null && peer.confidant;
	}

	FailoverBounds bounds() {
		return FailoverBounds.of(this.settings);
	}

	Duration silenceBound() {
		return this.silenceBound;
	}

	Member self() {
		MembershipView view = this.members.view();
		return view.describe(view.own());
	}

	List<Member> members() {
		return this.members.view().list();
	}

	Leases leases() {
		return this.leases;
	}

	Quorum quorum() {
		return this.leases.isEnabled() ? this.leases.quorum() : Majority.of(this.members.view(), this.settings);
	}

	private void quorumChanged(boolean present) {
		if (present) {
			this.quorumWait.gained();
		}
		tell((listener) -> listener.quorumChanged(quorum()));
	}

	boolean awaitQuorum(Duration timeout) throws InterruptedException {
		return this.quorumWait.await(timeout, () -> quorum().present());
	}

	void setMembers(Collection<String> addresses) {
		List<String> declared = addresses.stream().map(String::strip).map(TransportAddress::check).toList();
		this.loop.execute(() -> {
			this.gossip.declare(declared);
			after();
		});
	}

	DeclaredMembers declared() {
		return this.gossip.declared();
	}

	void forget(String memberName, boolean force) {
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

	Duration forgetAfter() {
		return this.settings.forgetAfter();
	}

	boolean isForgotten(ReplicaId member) {
		Peer peer = this.members.peer(member);
		return peer != null && peer.record().isForgotten();
	}

	void forgotten(ReplicaId member) {
		if (this.members.peer(member) != null) {
			this.retention.forget(member.node());
			after();
		}
	}

	/* Not at once: the replicator is in the midst of something. */
	void outdated() {
		this.loop.execute(() -> expelled(Refusal.FORGOTTEN,
				"It was declared gone for good while it was not reachable, and its state is no longer merged"));
	}

	private Duration tick() {
		return Duration.ofNanos(this.settings.heartbeatInterval().toNanos() / TICKS);
	}

	private void onTick() {
		if (!this.running) {
			return;
		}
		this.loop.schedule(tick(), this::onTick);
		this.upkeep.tick();
		if (++this.ticks % TICKS == 0) {
			this.retention.tick();
			this.gossip.beat();
			this.silenceBound = this.detector.bound();
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
			if (this.running) {
				this.gossip.beat();
			}
			after();
		}
	}

	/* The end of every event. */
	private void after() {
		if (this.running) {
			this.upkeep.after();
		}
		else {
			this.members.publish();
		}
	}

	private void viewChanged(MembershipView before, MembershipView after) {
		MemberLog.changed(before, after);
		if (this.running) {
			if (!this.neighbourhood.isSparse()) {
				this.neighbourhood.refresh();
				this.dialling.refresh();
			}
		}
		if (this.leases.isEnabled()) {
			this.leases.members(this.members.newest(), this.members.upNames(), this.members.forgotten());
		}
		tell((listener) -> listener.viewChanged(before, after));
	}

	private void declared(DeclaredMembers declared) {
		this.dialling.declared(declared);
		if (!declared.addresses().contains(this.members.own().address())) {
			logger.warn("This node is not in the member list declared on {}: it hands its processes over and leaves",
					declared.by());
			tell(MembershipListener::removed);
		}
	}

	private void expelled(Refusal refusal, String sentence) {
		boolean newcomer = this.members.own().status() == MemberStatus.JOINING;
		if (!this.running || (refusal == Refusal.DUPLICATE && !newcomer)) {
			return;
		}
		if (refusal == Refusal.FORGOTTEN || refusal == Refusal.BEHIND) {
			this.behind = Refusal.incarnationIn(sentence);
			logger.warn("This node, {}, has to begin anew: {}", this.settings.nodeName(), sentence);
			stop();
			tell((listener) -> listener.forgotten(sentence));
			return;
		}
		logger.error("This node, {}, ends: {}", this.settings.nodeName(), sentence);
		stop();
		HordeException failure = new DuplicateNodeNameException(this.settings.nodeName(), sentence);
		tell((listener) -> listener.startFailed(failure));
	}

	private void tell(Consumer<MembershipListener> what) {
		for (MembershipListener listener : this.listeners) {
			try {
				what.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.error("A membership listener failed; the others are told all the same", ex);
			}
		}
	}

	/* Grows with each start, and differs when two start in the same millisecond (M5). */
	private static long incarnation(long wallClock, SplittableRandom random, long above) {
		long time = Math.max(Math.max(0, wallClock), (above >> RANDOM_BITS) + ((above > 0) ? 1 : 0));
		return (time << RANDOM_BITS) | random.nextInt(1 << RANDOM_BITS);
	}

	/* The highest incarnation of this name that is known, its own included (M5). */
	long lastIncarnation() {
		return Math.max(this.members.self().incarnation(), this.behind);
	}

}
