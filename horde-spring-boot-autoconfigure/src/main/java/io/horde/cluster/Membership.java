package io.horde.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.horde.HordeException;
import io.horde.Internal;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;
import io.horde.transport.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of the cluster and their state, as one node finds out.
 * <p>
 * Methods are called on the event loop unless they say otherwise.
 */
@Internal
public final class Membership implements HordeCluster {

	/*
	 * One node's view of the others is made of
	 *
	 *   records     what each member says of itself, spread by Gossip        (Members)
	 *   links       which members this node can talk to                      (Links, Dialling)
	 *   verdicts    what this node thinks of their life                      (Detector, Verdict)
	 *
	 * and nothing else. A verdict is local and revocable: no node ever writes that another
	 * one is dead, so there is nothing to take back when a partition heals, and two sides
	 * that disagree need no merge. All state is used on the event loop only and published
	 * as an immutable view after each event.
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

	private final Dialling dialling;

	private final Links links;

	private final Retention retention;

	private final List<MembershipListener> listeners = new ArrayList<>();

	private final ConcurrentLinkedQueue<CompletableFuture<Void>> waitingForQuorum = new ConcurrentLinkedQueue<>();

	private final long seed;

	private volatile List<Member> memberList;

	private volatile boolean settled;

	private volatile boolean booted;

	private volatile Duration silenceBound;

	private boolean running;

	private boolean heldBack;

	private boolean complete;

	private long startedAt;

	private int ticks;

	private long correction;

	/**
	 * Creates a membership.
	 * @param loop the event loop
	 * @param transport the links, not started
	 * @param settings the settings
	 * @param seed for what is chosen at random
	 */
	public Membership(EventLoop loop, Transport transport, MembershipSettings settings, long seed) {
		this.loop = loop;
		this.transport = transport;
		this.settings = settings;
		this.seed = seed;
		SplittableRandom random = new SplittableRandom(seed);
		ReplicaId self = new ReplicaId(settings.nodeName(), incarnation(loop.currentTimeMillis(), random));
		Duration heartbeat = settings.heartbeatInterval();
		this.members = new Members(new MemberRecord(self, 1, "unknown", MemberStatus.JOINING, settings.labels(),
				settings.weight(), settings.version(), new TreeMap<>()), settings.silenceTimeout().toNanos());
		this.clock = new AwakeClock(loop, heartbeat.plus(tick()).toNanos(), heartbeat.toNanos());
		Router router = new Router(this.members);
		Complaints complaints = new Complaints();
		Admission admission = new Admission(this.members, router, this.clock, settings);
		this.detector = new Detector(loop, transport, this.members, router, this.clock, settings, random);
		Witness witness = new Witness(loop, transport, this.members, router, this.detector, this.clock, settings);
		this.gossip = new Gossip(loop, this.members, router, this.detector, admission, this.clock, complaints,
				this::expelled, this::declared);
		this.dialling = new Dialling(loop, transport, this.members);
		this.links = new Links(this.members, settings, loop, transport, router, this.detector, witness, this.gossip,
				admission, this.dialling, complaints, this::tell, this::after, this::expelled);
		this.retention = new Retention(this.members, this.clock, settings);
		this.memberList = list(this.members.view());
		this.silenceBound = settings.silenceTimeout();
		this.members.onChange(this::viewChanged);
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
	 * @param receiver the receiver
	 */
	public void onFrame(int channel, FrameReceiver receiver) {
		this.links.onFrame(channel, receiver);
	}

	/**
	 * Add a listener. Listeners are called in the order in which they were added. Called
	 * before the start.
	 * @param listener the listener
	 */
	public void addListener(MembershipListener listener) {
		this.listeners.add(listener);
	}

	/**
	 * Start the transport, and begin to look for members. The status is {@code JOINING}.
	 */
	public void start() {
		this.startedAt = this.loop.nanoTime();
		this.running = true;
		this.transport.start(this.links);
		this.members.own(this.members.own().withAddress(this.transport.address()));
		this.clock.takeLateness();
		this.dialling.refresh();
		this.ticks = new SplittableRandom(this.seed).nextInt(TICKS);
		this.loop.schedule(tick(), this::onTick);
		after();
	}

	/**
	 * Stop at once, without a word to the others. Idempotent.
	 */
	public void stop() {
		if (this.running) {
			this.running = false;
			this.transport.stop();
		}
	}

	/**
	 * Take the answer of a discovery round.
	 * @param candidates addresses to dial; an empty collection is no news: it keeps the
	 * last ones and doesn't count as an answer (M6)
	 */
	public void candidates(Collection<MemberSource.Candidate> candidates) {
		this.dialling.candidates(candidates.stream().map(MemberSource.Candidate::address).toList());
		after();
	}

	/**
	 * Take notice that a discovery round failed. The last candidates are kept.
	 * @param reason a sentence
	 */
	public void candidatesFailed(String reason) {
		this.dialling.candidatesFailed(reason);
	}

	/**
	 * Stay {@code JOINING} until {@link #admit()}, even when the replicated state is complete:
	 * the application is not ready to run processes. Called before the start.
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
	 * The replicated state is complete: this node goes from {@code JOINING} to {@code UP}.
	 */
	public void joined() {
		this.complete = true;
		if (!this.heldBack && this.members.own().status() == MemberStatus.JOINING) {
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
	 * Return this incarnation. May be called from any thread.
	 * @return the replica id
	 */
	public ReplicaId selfId() {
		return this.members.view().self();
	}

	/**
	 * Return the members as this node sees them. May be called from any thread.
	 * @return the view
	 */
	public MembershipView view() {
		return this.members.view();
	}

	/**
	 * Tell whether the gate of M6 is open: the first discovery round was tried against
	 * every candidate, or {@code expected-size} members are there, or the join timeout has
	 * passed. Then a node that is alone may declare itself {@code UP}. May be called from
	 * any thread.
	 * @return whether it is open
	 */
	public boolean settled() {
		return this.settled;
	}

	/**
	 * Tell whether static children may start: this node is settled and {@code UP}, and
	 * {@code expected-size} members are {@code UP} (if that is not set: no linked member is
	 * still joining), or the join timeout has passed (M6). May be called from any thread.
	 * @return whether they may; once {@code true} it stays so
	 */
	public boolean booted() {
		return this.booted;
	}

	/**
	 * Send a frame to a member, directly or through a relay.
	 * @param to the member
	 * @param channel the channel
	 * @param frame the frame, not to be changed afterwards
	 * @return {@code false} if it was certainly not sent
	 */
	public boolean send(ReplicaId to, int channel, byte[] frame) {
		return this.links.send(to, channel, frame);
	}

	/**
	 * Tell whether there is a direct link to a member.
	 * @param member the member
	 * @return whether there is one
	 */
	public boolean isLinked(ReplicaId member) {
		Peer peer = this.members.peer(member);
		return peer != null && peer.isLinked();
	}

	/**
	 * Return the members with a direct link, sorted.
	 * @return the members
	 */
	public Collection<ReplicaId> linked() {
		return this.members.peers().stream().filter(Peer::isLinked).map(Peer::id).toList();
	}

	/**
	 * Return the bounds of a failover under the present settings. May be called from any
	 * thread.
	 * @return the bounds
	 */
	public FailoverBounds bounds() {
		return FailoverBounds.of(this.settings);
	}

	/**
	 * Return the longest silence that is at present taken for slowness (M3). May be called
	 * from any thread.
	 * @return the bound
	 */
	public Duration silenceBound() {
		return this.silenceBound;
	}

	@Override
	public Member self() {
		MembershipView view = this.members.view();
		return member(view.own(), view);
	}

	@Override
	public List<Member> members() {
		return this.memberList;
	}

	@Override
	public Quorum quorum() {
		return Majority.of(this.members.view(), this.settings);
	}

	@Override
	public boolean awaitQuorum(Duration timeout) throws InterruptedException {
		CompletableFuture<Void> gained = new CompletableFuture<>();
		this.waitingForQuorum.add(gained);
		try {
			if (!quorum().present()) {
				gained.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
			}
			return true;
		}
		catch (TimeoutException | ExecutionException ex) {
			return false;
		}
		finally {
			this.waitingForQuorum.remove(gained);
		}
	}

	@Override
	public void setMembers(Collection<String> addresses) {
		List<String> declared = List.copyOf(addresses);
		this.loop.execute(() -> {
			this.gossip.declare(declared);
			after();
		});
	}

	@Override
	public void forget(String memberName) {
		Retention.requireGone(memberName, this.members.view());
		this.loop.execute(() -> {
			this.retention.forget(memberName);
			this.gossip.beat();
			after();
		});
	}

	private Duration tick() {
		return this.settings.heartbeatInterval().dividedBy(TICKS);
	}

	private void onTick() {
		if (!this.running) {
			return;
		}
		this.loop.schedule(tick(), this::onTick);
		this.detector.tick();
		if (++this.ticks % TICKS == 0) {
			this.retention.tick();
			this.gossip.beat();
			this.silenceBound = this.detector.bound();
			correctClock();
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
		this.members.publish();
		if (!this.running || this.booted) {
			return;
		}
		BootGate.Facts facts = this.dialling.facts(Duration.ofNanos(this.loop.nanoTime() - this.startedAt));
		if (!this.settled && BootGate.settled(facts, this.settings)) {
			this.settled = true;
			tell(MembershipListener::settled);
		}
		if (!this.booted && BootGate.booted(this.settled, facts, this.settings)) {
			this.booted = true;
			tell(MembershipListener::booted);
		}
		this.members.publish();
	}

	private void viewChanged(MembershipView before, MembershipView after) {
		this.memberList = list(after);
		MemberLog.changed(before, after);
		if (this.running) {
			this.dialling.refresh();
		}
		tell((listener) -> listener.viewChanged(before, after));
		if (quorum().present()) {
			this.waitingForQuorum.forEach((gained) -> gained.complete(null));
		}
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
		logger.error("This node, {}, ends: {}", this.settings.nodeName(), sentence);
		stop();
		HordeException failure = (refusal == Refusal.FORGOTTEN) ? new HordeException(sentence)
				: new DuplicateNodeNameException(this.settings.nodeName(), sentence);
		tell((listener) -> listener.startFailed(failure));
	}

	private void correctClock() {
		long tolerated = this.settings.maxClockOffset().toMillis();
		long[] offsets = this.members.peers()
			.stream()
			.filter(Peer::isAlive)
			.map((peer) -> peer.clockOffset.millis())
			.filter((offset) -> offset != null)
			.mapToLong(Long::longValue)
			.toArray();
		long needed = ClockOffset.correction(offsets, tolerated);
		if (Math.abs(needed - this.correction) <= tolerated / 4 && (needed == 0) == (this.correction == 0)) {
			return;
		}
		if (needed != 0 && this.correction == 0) {
			logger.warn("The wall clock of this node is {} ms off from the median of its peers; "
					+ "Horde corrects its stamps. Set the clock", -needed);
		}
		this.correction = needed;
		tell((listener) -> listener.clockCorrected(needed));
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

	private static List<Member> list(MembershipView view) {
		return view.members().stream().map((state) -> member(state, view)).toList();
	}

	private static Member member(MemberState state, MembershipView view) {
		return new Member(state.name(), state.address(), state.status(), state.id().equals(view.self()),
				state.id().incarnation(), state.labels(), state.weight(), state.version(), state.types().keySet());
	}

	/* Grows with each start, and differs when two start in the same millisecond (M5). */
	private static long incarnation(long wallClock, SplittableRandom random) {
		return (Math.max(0, wallClock) << RANDOM_BITS) | random.nextInt(1 << RANDOM_BITS);
	}

}
