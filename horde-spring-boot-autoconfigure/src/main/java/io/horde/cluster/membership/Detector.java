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
import io.horde.transport.TransportHandler.LinkDown;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which members are gone. Gathers the evidence; {@link Suspicion} judges it.
 */
final class Detector implements Topologies.Judge {

	private static final Logger logger = LoggerFactory.getLogger(Detector.class);

	/** How long others may take to confirm a close (M2). */
	static final Duration DEATH_CONFIRMATION = Duration.ofMillis(200);

	/** After so many missing heartbeats a member no longer testifies for another one. */
	private static final int LATE_HEARTBEATS = 3;

	private final Members members;

	private final Topologies topologies;

	private final AwakeClock clock;

	private final MembershipSettings settings;

	private final IndirectProbes probes;

	private final SilenceBound ownBound;

	Detector(MembershipContext context, Router router, Topologies topologies, SplittableRandom random) {
		this.members = context.members();
		this.topologies = topologies;
		this.clock = context.clock();
		this.settings = context.settings();
		this.probes = new IndirectProbes(context, router, topologies, random, this::evaluate);
		this.ownBound = new SilenceBound(this.settings.silenceTimeout().toNanos());
	}

	void tick() {
		if (this.clock.takeLateness() > 0) {
			this.ownBound.late(this.clock.now());
		}
		long now = this.clock.now();
		for (Peer peer : List.copyOf(this.topologies.watched())) {
			LifeSigns life = peer.life();
			boolean quiet = life.isAlive() && life.probes() == null && !life.isClosed()
					&& Peer.age(now, life.lastHeard()) < this.settings.silenceTimeout().toNanos();
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
	@Override
	public boolean reported(Peer peer, boolean lives) {
		long now = this.clock.now();
		if (peer.hasLeft()) {
			return true;
		}
		if (!this.clock.mayJudge()) {
			return false;
		}
		long silence = this.settings.silenceTimeout().toNanos();
		boolean heard = Peer.age(now, peer.life().learnedAt()) < silence
				|| Peer.age(now, peer.life().testifiedAt()) < this.settings.heartbeatInterval().toNanos();
		peer.life().endProbes();
		if (lives) {
			apply(peer, Suspicion.ALIVE, "");
		}
		else if (!heard) {
			apply(peer, Suspicion.DOWN, "none of the members that should hear it does");
		}
		return lives || !heard;
	}

	/*
	 * Any frame over its own link is a sign of life (M3), and takes a suspicion back at
	 * once. Returns whether there was one to take back.
	 */
	boolean heard(Peer peer) {
		long now = this.clock.now();
		peer.life().heard(now);
		boolean back = !peer.life().isAlive();
		apply(peer, Suspicion.ALIVE, "");
		return back;
	}

	/** This node should hear a member from now on. */
	@Override
	public void expected(Peer peer) {
		peer.life().expected(this.clock.now());
	}

	/* Another member hears it. */
	void testified(Peer peer, Peer witness) {
		peer.life().testified(witness.id(), this.clock.now());
		if (!peer.tie().isWatched()) {
			if (!peer.life().isAlive()) {
				apply(peer, Suspicion.ALIVE, "");
			}
			return;
		}
		if (peer.life().isDown() || peer.life().probes() != null) {
			evaluate(peer);
		}
	}

	/*
	 * Of somebody else: there is time to link up with it, unless it is said to be gone.
	 */
	void learned(Peer peer, Peer teller, Reachability reachability) {
		long now = this.clock.now();
		if (reachability == Reachability.HEARD || reachability == Reachability.LATE) {
			peer.life().learned(now);
			return;
		}
		apply(peer, Suspicion.DOWN, teller.name() + " knew it and says that it is gone");
	}

	void linkUp(Peer peer) {
		peer.life().linkUp(this.clock.now());
		heard(peer);
		this.members.changed();
	}

	void linkDown(Peer peer, LinkDown evidence) {
		this.members.changed();
		if (!peer.tie().isWatched() || !mayHaveDied(peer, evidence)) {
			return;
		}
		logger.debug("The link to {} was closed", peer.name());
		peer.life().closed(this.clock.now(), evidence == LinkDown.REPLACED);
		evaluate(peer);
		reconsider();
	}

	/** A close, unlike silence, is evidence that the process has ended (M2). */
	private static boolean mayHaveDied(Peer peer, LinkDown evidence) {
		return !peer.hasLeft() && (evidence == LinkDown.CLOSED || evidence == LinkDown.REPLACED);
	}

	void answer(Peer from, Answer answer) {
		Peer peer = this.probes.answered(from, answer);
		if (peer == null) {
			return;
		}
		if (answer.reachability() == Reachability.HEARD) {
			testified(peer, from);
		}
		evaluate(peer);
	}

	/* Whether there was any sign of it over a link within the silence timeout. */
	@Override
	public boolean hears(Peer peer) {
		return peer.isLinked() && !peer.life().isDown()
				&& Peer.age(this.clock.now(), peer.life().lastHeard()) < this.settings.silenceTimeout().toNanos();
	}

	/* How well this node itself hears a member. */
	@Override
	public Reachability reachability(Peer peer) {
		LifeSigns life = peer.life();
		long silence = Peer.age(this.clock.now(), life.lastHeard());
		if (life.isClosed() && life.isRefused()) {
			return Reachability.CLOSED;
		}
		if (peer.isLinked() && !life.isDown()
				&& silence < this.settings.heartbeatInterval().toNanos() * LATE_HEARTBEATS) {
			return Reachability.HEARD;
		}
		return life.isAlive() ? Reachability.LATE : Reachability.LOST;
	}

	SortedMap<ReplicaId, Reachability> opinions() {
		SortedMap<ReplicaId, Reachability> opinions = new TreeMap<>();
		for (Peer peer : this.topologies.watched()) {
			Reachability reachability = reachability(peer);
			if (reachability != Reachability.HEARD) {
				opinions.put(peer.id(), reachability);
			}
		}
		return opinions;
	}

	/* The longest silence that is at present taken for slowness (M3). */
	Duration bound() {
		long now = this.clock.now();
		long bound = this.ownBound.current(now);
		for (Peer peer : this.members.linked()) {
			bound = Math.max(bound, peer.life().bound(now));
		}
		return Duration.ofNanos(bound);
	}

	void evaluate(Peer peer) {
		if (peer.hasLeft() || this.members.peer(peer.id()) != peer || !this.clock.mayJudge()) {
			return;
		}
		long now = this.clock.now();
		LifeSigns life = peer.life();
		if (life.isDown()) {
			if (testimonyAge(peer, now) < now - life.downAt()) {
				apply(peer, Suspicion.UNREACHABLE, testimony(peer));
			}
			return;
		}
		Limits limits = limits(peer, now);
		Suspicion suspicion = Suspicion.of(evidence(peer, now), limits);
		if (suspicion == Suspicion.PROBE) {
			this.probes.begin(peer, now);
			suspicion = Suspicion.of(evidence(peer, now), limits);
		}
		IndirectProbes.Round round = life.probes();
		if (suspicion == Suspicion.ALIVE && round != null && now - round.started() > 2 * limits.confirm()) {
			life.endProbes();
		}
		apply(peer, suspicion, reason(peer, suspicion, now));
		if (suspicion == Suspicion.UNREACHABLE && life.probes() != null && testimonyAge(peer, now) < limits.silence()) {
			life.endProbes();
			life.remark(reason(peer, suspicion, now));
			this.members.changed();
		}
	}

	private void apply(Peer peer, Suspicion suspicion, String reason) {
		if (peer.life().suspect(suspicion, reason, this.clock.now())) {
			this.members.populationChanged();
			if (suspicion != Suspicion.ALIVE) {
				reconsider();
			}
		}
	}

	/* Who is in doubt itself is not waited for. */
	private void reconsider() {
		for (Peer peer : List.copyOf(this.topologies.watched())) {
			if (peer.life().probes() != null) {
				evaluate(peer);
			}
		}
	}

	private Evidence evidence(Peer peer, long now) {
		return new Evidence(Peer.age(now, peer.life().lastHeard()), peer.life().isClosed(), peer.life().isRefused(),
				testimonyAge(peer, now),
				this.probes.result(peer, (other) -> reachability(other) == Reachability.HEARD, now));
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
		ReplicaId id = peer.life().witness();
		Peer witness = (id != null) ? this.members.peer(id) : null;
		return (witness != null) ? Math.min(age, testimonyAge(peer, witness, now)) : age;
	}

	private long testimonyAge(Peer peer, Peer other, long now) {
		long age = Long.MAX_VALUE;
		if (other == peer || !other.isAlive() || other.accuses(peer)) {
			return age;
		}
		LifeSigns life = peer.life();
		if (peer.isHeardBy(other) && life.testifiedAt() > life.closedAt()) {
			age = Peer.age(now, life.testifiedAt());
		}
		if (!life.isClosed() && other.isLinked() && other.hasSameRecords() && !other.watchesNeighboursOnly()
				&& !other.isInDoubtAbout(peer)) {
			age = Math.min(age, Peer.age(now, other.conversation().heartbeatAt()));
		}
		return age;
	}

	private Limits limits(Peer peer, long now) {
		long base = this.settings.silenceTimeout().toNanos();
		long silence = othersMiss(peer) ? base : Math.max(peer.life().bound(now), this.ownBound.current(now));
		return new Limits(silence, this.settings.confirmTimeout().toNanos(), DEATH_CONFIRMATION.toNanos());
	}

	/** If all others miss it too, neither this node nor its link is the slow one. */
	private boolean othersMiss(Peer peer) {
		return this.topologies.now().othersMiss(peer);
	}

	private String reason(Peer peer, Suspicion suspicion, long now) {
		if (suspicion == Suspicion.ALIVE) {
			return "";
		}
		String evidence = peer.life().isClosed()
				? "its link was closed"
						+ (peer.life().isRefused() ? " and nobody listens at " + peer.record().address() : "")
				: "no sign of it for " + seconds(Peer.age(now, peer.life().lastHeard()));
		if (testimonyAge(peer, now) < limits(peer, now).silence()) {
			return evidence + ", " + testimony(peer);
		}
		IndirectProbes.Round round = peer.life().probes();
		if (round == null || round.asked().isEmpty()) {
			return evidence + ", and there is nobody to ask";
		}
		String names = String.join(", ", round.asked().stream().map(ReplicaId::node).toList());
		return (suspicion == Suspicion.DOWN) ? evidence + ", and none of those asked (" + names + ") hears it"
				: evidence + "; asking " + names;
	}

	private String testimony(Peer peer) {
		long now = this.clock.now();
		long newest = testimonyAge(peer, now);
		for (Peer other : this.topologies.hearers(peer)) {
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
