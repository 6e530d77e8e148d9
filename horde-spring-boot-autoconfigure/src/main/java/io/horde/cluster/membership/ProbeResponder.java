package io.horde.cluster.membership;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.cluster.protocol.ClusterMessage.Answer;
import io.horde.cluster.protocol.ClusterMessage.Ask;
import io.horde.cluster.protocol.ClusterMessage.Effort;
import io.horde.cluster.protocol.ClusterMessage.Ping;
import io.horde.cluster.protocol.Reachability;
import io.horde.crdt.ReplicaId;
import io.horde.transport.Transport.ProbeResult;
import org.jspecify.annotations.Nullable;

/**
 * Answers what others ask about a member, by looking again rather than by its last
 * opinion (M2).
 */
final class ProbeResponder {

	/**
	 * After a refused dial, an answer over a link that is still up is waited for so long.
	 */
	private static final Duration LAST_WORD = Duration.ofMillis(50);

	private final MembershipContext context;

	private final Router router;

	private final Detector detector;

	private final List<Examination> examinations = new ArrayList<>();

	private long number;

	ProbeResponder(MembershipContext context, Router router, Detector detector) {
		this.context = context;
		this.router = router;
		this.detector = detector;
	}

	void ask(Peer from, Ask ask) {
		Peer target = this.context.members().peer(ask.target());
		if (target == null || target.hasLeft()) {
			answer(from.id(), ask, Reachability.LOST);
			return;
		}
		Reachability known = known(target, ask.effort());
		if (known != null) {
			answer(from.id(), ask, known);
			return;
		}
		Examination examination = new Examination(++this.number, from.id(), ask);
		this.examinations.add(examination);
		this.router.sendDirectly(target, new Ping(examination.number));
		if (ask.effort() == Effort.DIAL) {
			this.context.transport().probe(target.record().address(), (result) -> probed(examination, result));
		}
		boolean dial = ask.effort() == Effort.DIAL;
		Duration patience = dial ? Detector.DEATH_CONFIRMATION : this.context.settings().confirmTimeout();
		this.context.loop()
			.schedule(patience.multipliedBy(3).dividedBy(4),
					() -> conclude(examination, dial ? Reachability.LOST : recall(target)));
	}

	/**
	 * What is answered without another look, if the question or the lost link allows it.
	 */
	private @Nullable Reachability known(Peer target, Effort effort) {
		if (effort == Effort.RECALL) {
			return recall(target);
		}
		Reachability last = lastOpinion(target);
		if (!target.isLinked() && (effort == Effort.PING || last == Reachability.CLOSED)) {
			return (last != Reachability.HEARD) ? last : Reachability.LATE;
		}
		return null;
	}

	Reachability lastOpinion(Peer target) {
		return this.detector.reachability(target);
	}

	/*
	 * Whoever has been silent for the whole timeout elsewhere, and was heard here in the
	 * second half of it, is there, though on a bad line it may answer too late.
	 */
	private Reachability recall(Peer target) {
		long age = Peer.age(this.context.clock().now(), target.life().lastHeard());
		return (target.isLinked() && age < this.context.settings().silenceTimeout().toNanos() / 2) ? Reachability.HEARD
				: Reachability.LOST;
	}

	void pong(Peer from, long number) {
		for (Examination examination : List.copyOf(this.examinations)) {
			if (examination.number == number && examination.ask.target().equals(from.id())) {
				conclude(examination, Reachability.HEARD);
			}
		}
	}

	void linkDown(Peer peer) {
		for (Examination examination : List.copyOf(this.examinations)) {
			if (examination.refused && examination.ask.target().equals(peer.id())) {
				conclude(examination, Reachability.CLOSED);
			}
		}
	}

	private void probed(Examination examination, ProbeResult result) {
		if (result != ProbeResult.REFUSED) {
			return;
		}
		examination.refused = true;
		Peer target = this.context.members().peer(examination.ask.target());
		if (target == null || !target.isLinked()) {
			conclude(examination, Reachability.CLOSED);
		}
		else {
			this.context.loop().schedule(LAST_WORD, () -> conclude(examination, Reachability.CLOSED));
		}
	}

	private void conclude(Examination examination, Reachability reachability) {
		if (this.examinations.remove(examination)) {
			answer(examination.asker, examination.ask, reachability);
		}
	}

	private void answer(ReplicaId to, Ask ask, Reachability reachability) {
		Peer asker = this.context.members().peer(to);
		if (asker != null) {
			this.router.send(asker, new Answer(ask.number(), ask.target(), reachability));
		}
	}

	/**
	 * A question being looked into.
	 */
	private static final class Examination {

		private final long number;

		private final ReplicaId asker;

		private final Ask ask;

		private boolean refused;

		private Examination(long number, ReplicaId asker, Ask ask) {
			this.number = number;
			this.asker = asker;
			this.ask = ask;
		}

	}

}
