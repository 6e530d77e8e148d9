package io.horde.cluster.membership;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.horde.cluster.protocol.ClusterMessage.Answer;
import io.horde.cluster.protocol.ClusterMessage.Ask;
import io.horde.cluster.protocol.ClusterMessage.Effort;
import io.horde.cluster.protocol.ClusterMessage.Ping;
import io.horde.cluster.protocol.Reachability;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;
import io.horde.transport.Transport;
import io.horde.transport.Transport.ProbeResult;
import org.jspecify.annotations.Nullable;

/**
 * Asks around about members in doubt: other members by message, the member itself by a
 * dial (M1, M2).
 */
final class IndirectProbes {

	/**
	 * A process that is being killed may accept a connection yet: its sockets are closed
	 * one after the other. So an accepted dial is repeated before it is believed.
	 */
	private static final int DIALS = 5;

	/** After the first dial; each further pause is twice as long. */
	private static final Duration DIAL_PAUSE = Duration.ofMillis(25);

	private final EventLoop loop;

	private final Transport transport;

	private final Members members;

	private final Router router;

	private final Neighbourhood neighbourhood;

	private final MembershipSettings settings;

	private final SplittableRandom random;

	private final Consumer<Peer> evaluate;

	private long number;

	IndirectProbes(EventLoop loop, Transport transport, Members members, Router router, Neighbourhood neighbourhood,
			MembershipSettings settings, SplittableRandom random, Consumer<Peer> evaluate) {
		this.loop = loop;
		this.transport = transport;
		this.members = members;
		this.router = router;
		this.neighbourhood = neighbourhood;
		this.settings = settings;
		this.random = random;
		this.evaluate = evaluate;
	}

	void begin(Peer peer, long now) {
		Peer.Inquiry inquiry = new Peer.Inquiry(++this.number, now, peer.isClosed());
		peer.inquiry = inquiry;
		List<Peer> others = new ArrayList<>();
		for (Peer other : this.neighbourhood.hearers(peer)) {
			if (other.isAlive() && !other.isClosed()) {
				others.add(other);
			}
		}
		shuffle(others);
		int pings = this.settings.indirectProbes();
		for (Peer other : others) {
			Effort effort = inquiry.dialled ? Effort.DIAL : (pings-- > 0) ? Effort.PING : Effort.RECALL;
			if (this.router.send(other, new Ask(inquiry.number, peer.id(), effort))) {
				inquiry.asked.add(other.id());
			}
		}
		if (inquiry.dialled) {
			dial(peer, inquiry, 1);
			later(Detector.DEATH_CONFIRMATION, peer);
		}
		else {
			this.router.sendDirectly(peer, new Ping(0));
		}
		later(this.settings.confirmTimeout(), peer);
	}

	/**
	 * Note an answer.
	 * @param from who answers
	 * @param answer the answer
	 * @return the member in doubt, or {@code null} if nobody asks about it any more
	 */
	@Nullable Peer answered(Peer from, Answer answer) {
		Peer peer = this.members.peer(answer.target());
		if (peer == null || peer.inquiry == null || peer.inquiry.number != answer.number()) {
			return null;
		}
		peer.inquiry.answers.put(from.id(), answer.hearing());
		return peer;
	}

	/* What is known so far, by those who answered and those who are heard well. */
	Suspicion.Inquiry result(Peer peer, Predicate<Peer> heard, long now) {
		Peer.Inquiry inquiry = peer.inquiry;
		if (inquiry == null) {
			return Suspicion.Inquiry.NONE;
		}
		int open = 0;
		int awaited = 0;
		for (ReplicaId asked : inquiry.asked) {
			Peer other = this.members.peer(asked);
			if (!inquiry.answers.containsKey(asked) && other != null && other.isAlive() && !other.isClosed()) {
				open++;
				awaited += heard.test(other) ? 1 : 0;
			}
		}
		int closed = Collections.frequency(inquiry.answers.values(), Reachability.CLOSED);
		return new Suspicion.Inquiry(now - inquiry.started, inquiry.asked.size(), open, awaited, closed);
	}

	private void dial(Peer peer, Peer.Inquiry inquiry, int attempt) {
		this.transport.probe(peer.record().address(), (result) -> probed(peer, inquiry, attempt, result));
	}

	private void probed(Peer peer, Peer.Inquiry inquiry, int attempt, ProbeResult result) {
		if (peer.inquiry != inquiry || !peer.isClosed()) {
			return;
		}
		if (result == ProbeResult.REFUSED) {
			peer.refused = true;
		}
		else if (result == ProbeResult.ACCEPTED && !peer.refused) {
			if (attempt < DIALS) {
				this.loop.schedule(DIAL_PAUSE.multipliedBy(1L << (attempt - 1)), () -> {
					if (peer.inquiry == inquiry && peer.isClosed()) {
						dial(peer, inquiry, attempt + 1);
					}
				});
				return;
			}
			/* The process is there: a lost connection is no evidence of death. */
			peer.closedAt = Peer.NEVER;
			peer.inquiry = null;
		}
		this.evaluate.accept(peer);
		this.members.publish();
	}

	private void later(Duration delay, Peer peer) {
		this.loop.schedule(delay, () -> {
			this.evaluate.accept(peer);
			this.members.publish();
		});
	}

	private void shuffle(List<Peer> peers) {
		for (int i = peers.size() - 1; i > 0; i--) {
			Collections.swap(peers, i, this.random.nextInt(i + 1));
		}
	}

}
