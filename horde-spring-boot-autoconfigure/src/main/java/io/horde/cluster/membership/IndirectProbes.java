package io.horde.cluster.membership;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.horde.cluster.protocol.ClusterMessage.Answer;
import io.horde.cluster.protocol.ClusterMessage.Ask;
import io.horde.cluster.protocol.ClusterMessage.Effort;
import io.horde.cluster.protocol.ClusterMessage.Ping;
import io.horde.cluster.protocol.Reachability;
import io.horde.crdt.ReplicaId;
import io.horde.transport.Transport.ProbeResult;
import org.jspecify.annotations.Nullable;

/**
 * Asks around about members in doubt: other members by message, as in SWIM, the member
 * itself by a dial (M1, M2).
 */
final class IndirectProbes {

	/**
	 * A process that is being killed may accept a connection yet: its sockets are closed
	 * one after the other. So an accepted dial is repeated before it is believed.
	 */
	private static final int DIALS = 5;

	/** After the first dial; each further pause is twice as long. */
	private static final Duration DIAL_PAUSE = Duration.ofMillis(25);

	private final MembershipContext context;

	private final Router router;

	private final Topologies topologies;

	private final SplittableRandom random;

	private final Consumer<Peer> evaluate;

	private long number;

	IndirectProbes(MembershipContext context, Router router, Topologies topologies, SplittableRandom random,
			Consumer<Peer> evaluate) {
		this.context = context;
		this.router = router;
		this.topologies = topologies;
		this.random = random;
		this.evaluate = evaluate;
	}

	void begin(Peer peer, long now) {
		Round round = new Round(++this.number, now, peer.life().isClosed());
		peer.life().probe(round);
		List<Peer> others = new ArrayList<>();
		for (Peer other : this.topologies.hearers(peer)) {
			if (other.isAlive() && !other.life().isClosed()) {
				others.add(other);
			}
		}
		shuffle(others);
		int pings = this.context.settings().indirectProbes();
		for (Peer other : others) {
			Effort effort = round.dialled() ? Effort.DIAL : (pings-- > 0) ? Effort.PING : Effort.RECALL;
			if (this.router.send(other, new Ask(round.number(), peer.id(), effort))) {
				round.asked().add(other.id());
			}
		}
		if (round.dialled()) {
			dial(peer, round, 1);
			later(Detector.DEATH_CONFIRMATION, peer);
		}
		else {
			this.router.sendDirectly(peer, new Ping(0));
		}
		later(this.context.settings().confirmTimeout(), peer);
	}

	/**
	 * Note an answer.
	 * @param from who answers
	 * @param answer the answer
	 * @return the member in doubt, or {@code null} if nobody asks about it any more
	 */
	@Nullable Peer answered(Peer from, Answer answer) {
		Peer peer = this.context.members().peer(answer.target());
		Round round = (peer != null) ? peer.life().probes() : null;
		if (round == null || round.number() != answer.number()) {
			return null;
		}
		round.answers().put(from.id(), answer.reachability());
		return peer;
	}

	/* What is known so far, by those who answered and those who are heard well. */
	Suspicion.ProbeAnswers result(Peer peer, Predicate<Peer> heard, long now) {
		Round round = peer.life().probes();
		if (round == null) {
			return Suspicion.ProbeAnswers.NONE;
		}
		int open = 0;
		int awaited = 0;
		for (ReplicaId asked : round.asked()) {
			Peer other = this.context.members().peer(asked);
			if (!round.answers().containsKey(asked) && other != null && other.isAlive() && !other.life().isClosed()) {
				open++;
				awaited += heard.test(other) ? 1 : 0;
			}
		}
		int closed = Collections.frequency(round.answers().values(), Reachability.CLOSED);
		return new Suspicion.ProbeAnswers(now - round.started(), round.asked().size(), open, awaited, closed);
	}

	private void dial(Peer peer, Round round, int attempt) {
		this.context.transport().probe(peer.record().address(), (result) -> probed(peer, round, attempt, result));
	}

	private void probed(Peer peer, Round round, int attempt, ProbeResult result) {
		if (peer.life().probes() != round || !peer.life().isClosed()) {
			return;
		}
		if (result == ProbeResult.REFUSED) {
			peer.life().refused();
		}
		else if (result == ProbeResult.ACCEPTED && !peer.life().isRefused()) {
			if (attempt < DIALS) {
				this.context.loop().schedule(DIAL_PAUSE.multipliedBy(1L << (attempt - 1)), () -> {
					if (peer.life().probes() == round && peer.life().isClosed()) {
						dial(peer, round, attempt + 1);
					}
				});
				return;
			}
			/* The process is there: a lost connection is no evidence of death. */
			peer.life().notClosed();
		}
		this.evaluate.accept(peer);
		this.context.members().publish();
	}

	private void later(Duration delay, Peer peer) {
		this.context.loop().schedule(delay, () -> {
			this.evaluate.accept(peer);
			this.context.members().publish();
		});
	}

	private void shuffle(List<Peer> peers) {
		for (int i = peers.size() - 1; i > 0; i--) {
			Collections.swap(peers, i, this.random.nextInt(i + 1));
		}
	}

	/**
	 * What others are being asked about a member.
	 *
	 * @param number comes back with the answers
	 * @param started when they were asked
	 * @param dialled whether the member itself is dialled too
	 * @param asked who was asked
	 * @param answers who has answered what
	 */
	record Round(long number, long started, boolean dialled, SortedSet<ReplicaId> asked,
			SortedMap<ReplicaId, Reachability> answers) {

		Round(long number, long started, boolean dialled) {
			this(number, started, dialled, new TreeSet<>(), new TreeMap<>());
		}

	}

}
