package io.horde.cluster.membership;

import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.horde.cluster.membership.Suspicion.Evidence;
import io.horde.cluster.membership.Suspicion.Limits;
import io.horde.cluster.protocol.ClusterMessage.Answer;
import io.horde.cluster.protocol.Reachability;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;
import io.horde.transport.Transport;
import io.horde.transport.TransportHandler.LinkDown;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which members are gone. Gathers the evidence; {@link Suspicion} judges it.
 */
final class Detector {

	private static final Logger logger = LoggerFactory.getLogger(Detector.class);

	/** How long others may take to confirm a close (M2). */
	static final Duration DEATH_CONFIRMATION = Duration.ofMillis(200);

	/** After so many missing heartbeats a member no longer testifies for another one. */
	private static final int LATE_HEARTBEATS = 3;

	private final Members members;

	private final Neighbourhood neighbourhood;

	private final AwakeClock clock;

	private final MembershipSettings settings;

	private final IndirectProbes inquiries;

	private final SilenceBound ownBound;

	Detector(EventLoop loop, Transport transport, Members members, Router router, Neighbourhood neighbourhood,
			AwakeClock clock, MembershipSettings settings, SplittableRandom random) {
		this.members = members;
		this.neighbourhood = neighbourhood;
		this.clock = clock;
		this.settings = settings;
		this.inquiries = new IndirectProbes(loop, transport, members, router, neighbourhood, settings, random,
				this::evaluate);
		this.ownBound = new SilenceBound(settings.silenceTimeout().toNanos());
	}

	void tick() {
		if (this.clock.takeLateness() > 0) {
			this.ownBound.late(this.clock.now());
		}
		long now = this.clock.now();
		for (Peer peer : List.copyOf(this.neighbourhood.watched())) {
			boolean quiet = peer.verdict == Suspicion.ALIVE && peer.inquiry == null && !peer.isClosed()
					&& Peer.age(now, peer.lastHeard) < this.settings.silenceTimeout().toNanos();
			if (!quiet) {
				evaluate(peer);
			}
		}
	}

	/*
	 * What its neighbours say of a member to which this node has no link. One of which
	 * this node has just learned may not be known to all of them yet: then it returns
	 * false.
	 */
	boolean reported(Peer peer, boolean lives) {
		long now = this.clock.now();
		if (peer.hasLeft()) {
			return true;
		}
		if (!this.clock.mayJudge()) {
			return false;
		}
		long silence = this.settings.silenceTimeout().toNanos();
		boolean heard = Peer.age(now, peer.learnedAt) < silence
				|| Peer.age(now, peer.testimony) < this.settings.heartbeatInterval().toNanos();
		peer.inquiry = null;
		if (lives) {
			apply(peer, Suspicion.ALIVE, "");
		}
		else if (!heard) {
			apply(peer, Suspicion.DOWN, "none of the members that should hear it does");
		}
		return lives || !heard;
	}

	/*
	 * Any frame over its own link is a sign of life (M3), and takes a verdict back at
	 * once. Returns whether there was one to take back.
	 */
	boolean heard(Peer peer) {
		long now = this.clock.now();
		if (peer.wasLinked && peer.verdict != Suspicion.DOWN) {
			peer.bound.gap(now - peer.lastHeard, now);
		}
		peer.lastHeard = now;
		peer.inquiry = null;
		boolean back = peer.verdict != Suspicion.ALIVE;
		apply(peer, Suspicion.ALIVE, "");
		return back;
	}

	/* Another member hears it. */
	void testified(Peer peer, Peer witness) {
		peer.testimony = this.clock.now();
		peer.witness = witness.id();
		if (!peer.expected) {
			if (peer.verdict != Suspicion.ALIVE) {
				apply(peer, Suspicion.ALIVE, "");
			}
			return;
		}
		if (peer.verdict == Suspicion.DOWN || peer.inquiry != null) {
			evaluate(peer);
		}
	}

	/*
	 * Of somebody else: there is time to link up with it, unless it is said to be gone.
	 */
	void learned(Peer peer, Peer teller, Reachability hearing) {
		long now = this.clock.now();
		if (hearing == Reachability.HEARD || hearing == Reachability.LATE) {
			peer.lastHeard = now;
			peer.learnedAt = now;
			return;
		}
		apply(peer, Suspicion.DOWN, teller.name() + " knew it and says that it is gone");
	}

	void linkUp(Peer peer) {
		if (peer.wasLinked) {
			peer.bound.reconnected(this.clock.now());
		}
		peer.wasLinked = true;
		peer.closedAt = Peer.NEVER;
		peer.refused = false;
		heard(peer);
		this.members.changed();
	}

	void linkDown(Peer peer, LinkDown evidence) {
		this.members.changed();
		if (!peer.expected || !mayHaveDied(peer, evidence)) {
			return;
		}
		logger.debug("The link to {} was closed", peer.name());
		peer.closedAt = this.clock.now();
		peer.refused = evidence == LinkDown.REPLACED;
		peer.inquiry = null;
		evaluate(peer);
		reconsider();
	}

	/** A close, unlike silence, is evidence that the process has ended (M2). */
	private static boolean mayHaveDied(Peer peer, LinkDown evidence) {
		return !peer.hasLeft() && (evidence == LinkDown.CLOSED || evidence == LinkDown.REPLACED);
	}

	void answer(Peer from, Answer answer) {
		Peer peer = this.inquiries.answered(from, answer);
		if (peer == null) {
			return;
		}
		if (answer.hearing() == Reachability.HEARD) {
			testified(peer, from);
		}
		evaluate(peer);
	}

	/* Whether there was any sign of it over a link within the silence timeout. */
	boolean hears(Peer peer) {
		return peer.isLinked() && peer.verdict != Suspicion.DOWN
				&& Peer.age(this.clock.now(), peer.lastHeard) < this.settings.silenceTimeout().toNanos();
	}

	/* How well this node itself hears a member. */
	Reachability hearing(Peer peer) {
		long silence = Peer.age(this.clock.now(), peer.lastHeard);
		if (peer.isClosed() && peer.refused) {
			return Reachability.CLOSED;
		}
		if (peer.isLinked() && peer.verdict != Suspicion.DOWN
				&& silence < this.settings.heartbeatInterval().toNanos() * LATE_HEARTBEATS) {
			return Reachability.HEARD;
		}
		return (peer.verdict != Suspicion.ALIVE) ? Reachability.LOST : Reachability.LATE;
	}

	SortedMap<ReplicaId, Reachability> opinions() {
		SortedMap<ReplicaId, Reachability> opinions = new TreeMap<>();
		for (Peer peer : this.neighbourhood.watched()) {
			Reachability hearing = hearing(peer);
			if (hearing != Reachability.HEARD) {
				opinions.put(peer.id(), hearing);
			}
		}
		return opinions;
	}

	/* The longest silence that is at present taken for slowness (M3). */
	Duration bound() {
		long now = this.clock.now();
		long bound = this.ownBound.current(now);
		for (Peer peer : this.members.linked()) {
			bound = Math.max(bound, peer.bound.current(now));
		}
		return Duration.ofNanos(bound);
	}

	void evaluate(Peer peer) {
		if (peer.hasLeft() || this.members.peer(peer.id()) != peer || !this.clock.mayJudge()) {
			return;
		}
		long now = this.clock.now();
		if (peer.verdict == Suspicion.DOWN) {
			if (testimonyAge(peer, now) < now - peer.downAt) {
				apply(peer, Suspicion.UNREACHABLE, testimony(peer));
			}
			return;
		}
		Limits limits = limits(peer, now);
		Suspicion verdict = Suspicion.of(evidence(peer, now), limits);
		if (verdict == Suspicion.INQUIRE) {
			this.inquiries.begin(peer, now);
			verdict = Suspicion.of(evidence(peer, now), limits);
		}
		if (verdict == Suspicion.ALIVE && peer.inquiry != null && now - peer.inquiry.started > 2 * limits.confirm()) {
			peer.inquiry = null;
		}
		apply(peer, verdict, reason(peer, verdict, now));
		if (verdict == Suspicion.UNREACHABLE && peer.inquiry != null && testimonyAge(peer, now) < limits.silence()) {
			peer.inquiry = null;
			peer.remark = reason(peer, verdict, now);
			this.members.changed();
		}
	}

	private void apply(Peer peer, Suspicion verdict, String reason) {
		if (verdict == Suspicion.DOWN) {
			peer.downAt = this.clock.now();
			peer.inquiry = null;
		}
		if (peer.verdict != verdict) {
			peer.verdict = verdict;
			peer.remark = reason;
			this.members.populationChanged();
			if (verdict != Suspicion.ALIVE) {
				reconsider();
			}
		}
	}

	/* Who is in doubt itself is not waited for. */
	private void reconsider() {
		for (Peer peer : List.copyOf(this.neighbourhood.watched())) {
			if (peer.inquiry != null) {
				evaluate(peer);
			}
		}
	}

	private Evidence evidence(Peer peer, long now) {
		return new Evidence(Peer.age(now, peer.lastHeard), peer.isClosed(), peer.refused, testimonyAge(peer, now),
				this.inquiries.result(peer, (other) -> hearing(other) == Reachability.HEARD, now));
	}

	/*
	 * Beside explicit testimony, the heartbeat of a member that knows the same records
	 * and doesn't list this one among those it misses says that it hears it. Such a
	 * heartbeat may be older than a close, so against death only explicit testimony
	 * counts.
	 */
	private long testimonyAge(Peer peer, long now) {
		long age = Long.MAX_VALUE;
		for (Peer other : this.members.linked()) {
			age = Math.min(age, testimonyAge(peer, other, now));
		}
		Peer witness = (peer.witness != null) ? this.members.peer(peer.witness) : null;
		return (witness != null) ? Math.min(age, testimonyAge(peer, witness, now)) : age;
	}

	private long testimonyAge(Peer peer, Peer other, long now) {
		long age = Long.MAX_VALUE;
		if (other == peer || !other.isAlive() || other.accuses(peer)) {
			return age;
		}
		if (other.id().equals(peer.witness) && peer.testimony > peer.closedAt) {
			age = Peer.age(now, peer.testimony);
		}
		if (!peer.isClosed() && other.isLinked() && other.sameRecords && !other.sparse
				&& !other.isInDoubtAbout(peer.id())) {
			age = Math.min(age, Peer.age(now, other.heartbeatAt));
		}
		return age;
	}

	private Limits limits(Peer peer, long now) {
		long base = this.settings.silenceTimeout().toNanos();
		long silence = othersMiss(peer) ? base : Math.max(peer.bound.current(now), this.ownBound.current(now));
		return new Limits(silence, this.settings.confirmTimeout().toNanos(), DEATH_CONFIRMATION.toNanos());
	}

	/* If all others miss it too, neither this node nor its link is the slow one. */
	private boolean othersMiss(Peer peer) {
		boolean any = false;
		boolean sparse = this.neighbourhood.isSparse();
		for (Peer other : this.neighbourhood.hearers(peer)) {
			if (other.isAlive() && (sparse || other.isLinked())) {
				if (!(sparse ? other.accuses(peer) : other.isInDoubtAbout(peer.id()))) {
					return false;
				}
				any = true;
			}
		}
		return any;
	}

	private String reason(Peer peer, Suspicion verdict, long now) {
		if (verdict == Suspicion.ALIVE) {
			return "";
		}
		String evidence = peer.isClosed()
				? "its link was closed" + (peer.refused ? " and nobody listens at " + peer.record().address() : "")
				: "no sign of it for " + seconds(Peer.age(now, peer.lastHeard));
		if (testimonyAge(peer, now) < limits(peer, now).silence()) {
			return evidence + ", " + testimony(peer);
		}
		Peer.Inquiry inquiry = peer.inquiry;
		if (inquiry == null || inquiry.asked.isEmpty()) {
			return evidence + ", and there is nobody to ask";
		}
		String names = String.join(", ", inquiry.asked.stream().map(ReplicaId::node).toList());
		return (verdict == Suspicion.DOWN) ? evidence + ", and none of those asked (" + names + ") hears it"
				: evidence + "; asking " + names;
	}

	private String testimony(Peer peer) {
		long now = this.clock.now();
		long newest = testimonyAge(peer, now);
		for (Peer other : this.neighbourhood.hearers(peer)) {
			if (testimonyAge(peer, other, now) == newest) {
				return "but " + other.name() + " hears it";
			}
		}
		return "but others hear it";
	}

	private static String seconds(long nanos) {
		return (nanos == Long.MAX_VALUE) ? "as long as it is known" : nanos / 100_000_000 / 10.0 + " s";
	}

}
