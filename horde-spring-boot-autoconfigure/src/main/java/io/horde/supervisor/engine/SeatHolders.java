package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import io.horde.cluster.QuorumNotMetException;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.quorum.SeatConfiguration;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.supervisor.engine.SupervisorMessage.HoldAnswer;
import io.horde.supervisor.engine.SupervisorMessage.HoldQuestion;
import io.horde.supervisor.ownership.Ledger;
import io.horde.time.clock.Timers;

/**
 * Waits until a majority of the voting seats has merged a write of this node (O9): then
 * every side that may run children under quorum knows of it. Confined to the loop.
 */
final class SeatHolders {

	private static final Duration PAUSE = Duration.ofMillis(200);

	private final Commons commons;

	private final Ledger ledger;

	private final TreeMap<Long, Question> questions = new TreeMap<>();

	private long number;

	SeatHolders(Commons commons) {
		this.commons = commons;
		this.ledger = commons.ledger();
	}

	/**
	 * Wait for a majority.
	 * @param limit how long to wait at most
	 * @return completes on the loop; with a {@link QuorumNotMetException} if there was no
	 * majority in time
	 */
	CompletableFuture<Void> await(Dot dot, Duration limit) {
		Question question = new Question(dot, new CompletableFuture<>(), new TreeSet<>(),
				new Timers(this.commons.loop()));
		long number = ++this.number;
		this.questions.put(number, question);
		question.timers.after(limit, () -> {
			if (end(number, question)) {
				question.confirmed.completeExceptionally(new QuorumNotMetException("Only " + question.holders
						+ " of the voters " + configuration().voters() + " have confirmed it within " + limit
						+ ". It is written here and spreads when they can be reached"));
			}
		});
		ask(number, question);
		return question.confirmed;
	}

	/* Nothing of it is left. */
	private boolean end(long number, Question question) {
		question.timers.cancel();
		return this.questions.remove(number, question);
	}

	private SeatConfiguration configuration() {
		return this.ledger.membership().leases().state().configuration();
	}

	private void ask(long number, Question question) {
		if (this.questions.get(number) != question || isDone(number, question)) {
			return;
		}
		for (String voter : configuration().voters()) {
			MemberState member = this.ledger.view().living(voter);
			if (member != null && !question.holders.contains(voter)) {
				this.commons.outbox().offer(member.id(), new HoldQuestion(number, question.dot));
			}
		}
		question.timers.again(PAUSE, () -> ask(number, question));
	}

	private boolean isDone(long number, Question question) {
		question.holders.add(this.ledger.node());
		boolean done = configuration().isMajority(question.holders);
		if (done) {
			end(number, question);
			question.confirmed.complete(null);
		}
		return done;
	}

	void asked(ReplicaId from, HoldQuestion question) {
		if (this.ledger.desired().knows(question.dot())) {
			this.commons.outbox().offer(from, new HoldAnswer(question.number()));
		}
	}

	void answered(ReplicaId from, HoldAnswer answer) {
		Question question = this.questions.get(answer.number());
		if (question != null) {
			question.holders.add(from.node());
			isDone(answer.number(), question);
		}
	}

	private record Question(Dot dot, CompletableFuture<Void> confirmed, Set<String> holders, Timers timers) {

	}

}
