package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.horde.HordeException;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.crdt.Dot;
import io.horde.crdt.DotState;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.supervisor.engine.SupervisorMessage.ChildAnswer;
import io.horde.supervisor.engine.SupervisorMessage.ChildQuestion;
import io.horde.supervisor.ownership.DesiredEntry;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Wanted;
import io.horde.time.EventLoop;
import io.horde.time.clock.Timers;
import io.horde.wire.NameLimits;
import org.jspecify.annotations.Nullable;

/**
 * What other members know of a child. Confined to the loop.
 */
final class PeerKnowledge {

	/*
	 * An acknowledged start is held by two members (R10), and a third one may not have
	 * heard of it: before that one says that there is no such child, or that the death of
	 * the owner can't lose it, it asks. It is the same rule for whom: the members that
	 * are UP. One of them that does not answer is waited for until it is UP no longer.
	 */

	private static final Duration REPETITION = Duration.ofMillis(500);

	private final Commons commons;

	private final Ledger ledger;

	private final TreeMap<Long, Question> questions = new TreeMap<>();

	private long number;

	PeerKnowledge(Commons commons) {
		this.commons = commons;
		this.ledger = commons.ledger();
	}

	/**
	 * Ask all other members that are up for the desired entries of a child.
	 * @param enough whether one member's entries settle the question
	 * @param then told, once, whether some member's did; {@code false} also if the
	 * members have not answered within the call timeout
	 */
	void ask(String id, Predicate<List<Dot>> enough, Consumer<Boolean> then) {
		Question question = new Question(++this.number, enough, then, new TreeSet<>(), new Timers(this.commons.loop()));
		for (MemberState member : others()) {
			question.open.add(member.id());
		}
		this.questions.put(question.number, question);
		question.timers.after(this.commons.settings().callTimeout(), () -> end(question, false));
		put(question, id);
		check(question);
	}

	/* What is on its way when a link breaks is lost. */
	private void put(Question question, String id) {
		if (this.questions.containsKey(question.number)) {
			question.open
				.forEach((member) -> this.commons.outbox().offer(member, new ChildQuestion(question.number, id)));
			question.timers.again(REPETITION, () -> put(question, id));
		}
	}

	List<MemberState> others() {
		return this.ledger.view().othersUp();
	}

	/**
	 * Look a child up; wait for it if this node does not know it and another member does.
	 * @return completes on the loop, perhaps at once, with what is wanted or {@code null}
	 * if nothing is; exceptionally if it has not arrived in time
	 */
	CompletableFuture<@Nullable Wanted> whenKnown(String id) {
		CompletableFuture<@Nullable Wanted> known = new CompletableFuture<>();
		if (this.ledger.wanted(id) != null || NameLimits.problem(id) != null) {
			known.complete(this.ledger.wanted(id));
			return known;
		}
		List<Dot> missing = new ArrayList<>();
		ask(id, (dots) -> {
			dots.stream().filter((dot) -> isUnknown(id, dot)).forEach(missing::add);
			return !missing.isEmpty();
		}, (found) -> {
			EventLoop.Timer late = found
					? this.commons.loop().schedule(this.commons.settings().callTimeout(), () -> late(id, known)) : null;
			this.commons.waiters().await(id, () -> {
				if (missing.stream().noneMatch((dot) -> isUnknown(id, dot))) {
					known.complete(this.ledger.wanted(id));
				}
				return known.isDone();
			});
			if (late != null) {
				known.whenComplete((wanted, failure) -> {
					late.cancel();
					this.commons.waiters().changed(id);
				});
			}
		});
		return known;
	}

	private boolean isUnknown(String id, Dot dot) {
		return this.ledger.desired().state(id, dot) == DotState.UNKNOWN;
	}

	private void late(String id, CompletableFuture<@Nullable Wanted> known) {
		Wanted wanted = this.ledger.wanted(id);
		if (wanted != null) {
			known.complete(wanted);
		}
		else {
			known.completeExceptionally(new HordeException("Other members know child '" + id
					+ "', but what they know of it has not reached node '" + this.ledger.node() + "' within "
					+ this.commons.settings().callTimeout() + " (horde.supervisor.call-timeout): nothing was done"));
		}
	}

	/**
	 * Answer another member.
	 */
	void asked(ReplicaId from, ChildQuestion question) {
		List<Dot> dots = new ArrayList<>();
		for (Versioned<DesiredEntry> entry : this.ledger.desired().siblings(question.id())) {
			if (entry.value().child() != null) {
				dots.add(entry.dot());
			}
		}
		this.commons.outbox().send(from, new ChildAnswer(question.number(), dots));
	}

	/**
	 * Take the answer of another member.
	 */
	void answered(ReplicaId from, ChildAnswer answer) {
		Question question = this.questions.get(answer.number());
		if (question != null && question.open.remove(from)) {
			if (question.enough.test(answer.dots())) {
				end(question, true);
			}
			else {
				check(question);
			}
		}
	}

	void viewChanged() {
		List.copyOf(this.questions.values()).forEach(this::check);
	}

	private void check(Question question) {
		question.open.removeIf((id) -> {
			MemberState member = this.ledger.view().member(id);
			return member == null || member.status() != MemberStatus.UP;
		});
		if (question.open.isEmpty()) {
			end(question, false);
		}
	}

	private void end(Question question, boolean found) {
		if (this.questions.remove(question.number, question)) {
			question.timers.cancel();
			question.then.accept(found);
		}
	}

	private record Question(long number, Predicate<List<Dot>> enough, Consumer<Boolean> then, TreeSet<ReplicaId> open,
			Timers timers) {

	}

}
