package io.horde.schedule.records;

import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.horde.HordeException;
import io.horde.cluster.QuorumNotMetException;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.process.engine.LocalProcess;
import io.horde.schedule.ScheduleNotRunningException;
import io.horde.schedule.SchedulePause;
import io.horde.schedule.SchedulePausedEvent;
import io.horde.schedule.ScheduleResumedEvent;
import io.horde.schedule.records.ScheduleMessage.PauseAnswer;
import io.horde.schedule.records.ScheduleMessage.PauseQuestion;
import io.horde.schedule.records.ScheduleMessage.Verdict;
import io.horde.supervisor.ownership.Wanted;
import io.horde.time.clock.Timers;
import org.jspecify.annotations.Nullable;

/**
 * Pauses and resumes schedules, on the caller's side and on the owner's (T6). Confined to
 * the loop.
 */
final class PauseRequests {

	/*-
	 *  is there such a child? --> has it such a schedule? --> (resume: what do others know?)
	 *                                                               |
	 *      done <-- does the owner obey? <-- is it held? <-- write -'
	 *
	 * The owner obeys as soon as it has merged the write: each tick looks at the register
	 * when it begins, and a tick that waits is dropped in the turn in which the register
	 * changes. A resume replaces only the pauses that it has seen; so it waits until this
	 * node has seen all that were answered.
	 */

	private static final Duration REPETITION = Duration.ofMillis(100);

	private final ScheduleOperations room;

	private final LocalSchedules locals;

	private final TreeMap<Long, Request> requests = new TreeMap<>();

	private long number;

	PauseRequests(ScheduleOperations room, LocalSchedules locals) {
		this.room = room;
		this.locals = locals;
	}

	/**
	 * Pause a schedule.
	 * @return completes on the loop
	 */
	CompletableFuture<SchedulePause> pause(ScheduleId id, String by) {
		return within(id, (request) -> exists(request).thenCompose((nothing) -> {
			ScheduleKey key = request.key();
			Pause known = floors().pause(key);
			boolean paused = known != null && known.paused();
			Pause pause = (known != null && paused) ? known
					: new Pause(key.desired(), true, by, this.room.records().now());
			CompletableFuture<Void> written = write(request, pause);
			if (!paused) {
				this.room.records().publish(new SchedulePausedEvent(id.toString(), id.child(), by));
			}
			return written.thenApply((obeyed) -> new KnownSchedule.Pausing(pause.by(), pause.since()).toPause());
		}));
	}

	/**
	 * Resume a schedule.
	 * @return completes on the loop: whether it was paused
	 */
	CompletableFuture<Boolean> resume(ScheduleId id, String by) {
		return within(id,
				(request) -> exists(request).thenCompose((nothing) -> sees(request)).thenCompose((nothing) -> {
					ScheduleKey key = request.key();
					Pause known = floors().pause(key);
					if (known == null || !known.paused()) {
						return CompletableFuture.completedFuture(false);
					}
					CompletableFuture<Void> written = write(request,
							new Pause(key.desired(), false, by, this.room.records().now()));
					this.room.records().publish(new ScheduleResumedEvent(id.toString(), id.child(), by));
					return written.thenApply((obeyed) -> isResumed(id, key));
				}));
	}

	private boolean isResumed(ScheduleId id, ScheduleKey key) {
		Pause now = floors().pause(key);
		if (now != null && now.paused()) {
			throw new HordeException("Schedule '" + id + "' was resumed, and '" + now.by()
					+ "' has paused it at the same time, which counts");
		}
		return true;
	}

	private Floors floors() {
		return this.room.records().floors();
	}

	private <T> CompletableFuture<T> within(ScheduleId id, Function<Request, CompletableFuture<T>> steps) {
		Request request = new Request(++this.number, id, new Timers(this.room.loop()));
		CompletableFuture<T> done = new CompletableFuture<>();
		this.requests.put(request.number, request);
		done.whenComplete((result, failure) -> {
			this.requests.remove(request.number);
			request.timers.cancel();
			CompletableFuture<Void> held = request.held;
			if (held != null) {
				held.complete(null);
			}
		});
		request.timers.after(this.room.limit(), () -> done.completeExceptionally(late(request)));
		this.room.whenKnown(id).thenCompose((wanted) -> {
			if (isOver(request)) {
				return done;
			}
			request.known(wanted, ScheduleKey.of(this.room.ledger(), wanted, id.schedule()));
			QuorumNotMetException absence = request.quorum ? this.room.ledger().membership().leases().absence() : null;
			return (absence != null) ? CompletableFuture.<T>failedFuture(absence) : steps.apply(request);
		}).whenComplete((result, failure) -> {
			if (failure != null) {
				done.completeExceptionally(failure);
			}
			else {
				done.complete(result);
			}
		});
		return done;
	}

	private CompletableFuture<Void> exists(Request request) {
		request.phase = Phase.EXISTS;
		return ask(request);
	}

	private CompletableFuture<Void> sees(Request request) {
		request.phase = Phase.SEES;
		CompletableFuture<Void> seen = new CompletableFuture<>();
		this.room.records().sight().whenClear(request.quorum, (clear) -> {
			if (!clear) {
				seen.completeExceptionally(late(request));
			}
			else if (!isOver(request)) {
				seen.complete(null);
			}
		});
		return seen;
	}

	private CompletableFuture<Void> write(Request request, Pause pause) {
		Dot dot = floors().put(request.key(), pause);
		request.write = dot;
		request.phase = Phase.HELD;
		CompletableFuture<Void> held = this.room.records().held(dot, request.quorum);
		request.held = held;
		return held.thenCompose((nothing) -> {
			request.phase = Phase.OBEYED;
			return ask(request);
		});
	}

	private boolean isOver(Request request) {
		return this.requests.get(request.number) != request;
	}

	private CompletableFuture<Void> ask(Request request) {
		CompletableFuture<Void> answer = new CompletableFuture<>();
		request.answer = answer;
		ask(request, answer);
		return answer;
	}

	private void ask(Request request, CompletableFuture<Void> answer) {
		if (isOver(request) || request.answer != answer || answer.isDone()) {
			return;
		}
		ScheduleId id = request.id;
		ReplicaId owner = this.room.owner(id.child());
		if (owner != null) {
			this.room.send(owner, new PauseQuestion(request.number, id.child(), id.schedule(), request.write));
		}
		else if (request.write != null || isKnown(request)) {
			// Who runs it next looks at the register
			answer.complete(null);
		}
		request.timers.again(REPETITION, () -> ask(request, answer));
	}

	private boolean isKnown(Request request) {
		ScheduleKey key = request.key();
		return floors().get(key) != null || floors().pause(key) != null
				|| this.room.runtime().tickers().formers().containsKey(request.id.toString());
	}

	void asked(ReplicaId from, PauseQuestion question) {
		Dot write = question.write();
		Verdict verdict;
		if (write == null) {
			verdict = verdict(question);
		}
		else if (!floors().knows(write)) {
			return;
		}
		else {
			verdict = this.room.self().equals(this.room.owner(question.child())) ? Verdict.OBEYED : Verdict.NOT_HERE;
		}
		this.room.send(from, new PauseAnswer(question.number(), write, verdict));
	}

	private Verdict verdict(PauseQuestion question) {
		LocalProcess process = this.locals.process(question.child());
		if (process == null) {
			return Verdict.NOT_HERE;
		}
		return (this.locals.ticker(process, question.schedule()) != null) ? Verdict.OBEYED : Verdict.NO_SCHEDULE;
	}

	void answered(ReplicaId from, PauseAnswer answer) {
		Request request = this.requests.get(answer.number());
		if (request == null || request.answer == null
				|| !((request.write != null) ? request.write.equals(answer.write()) : answer.write() == null)
				|| !from.equals(this.room.owner(request.id.child()))) {
			return;
		}
		switch (answer.verdict()) {
			case OBEYED -> request.answer.complete(null);
			case NO_SCHEDULE -> request.answer.completeExceptionally(ScheduleOperations.unknown(request.id, from));
			case NOT_HERE -> {
				if (request.write == null && isKnown(request)) {
					request.answer.complete(null);
				}
			}
		}
	}

	private HordeException late(Request request) {
		String within = " within " + this.room.limit() + " (horde.supervisor.call-timeout)";
		ReplicaId owner = this.room.owner(request.id.child());
		String who = (owner != null) ? "node '" + owner.node() + "'" : "any node";
		return switch (request.phase) {
			case KNOWN -> new HordeException("The other members have not told" + within
					+ " whether there is a process '" + request.id.child() + "': nothing was changed");
			case EXISTS -> new ScheduleNotRunningException("Process '" + request.id.child() + "' does not run on " + who
					+ within + ", or that does not answer. So it is not known whether there is a schedule '"
					+ request.id + "': nothing was changed");
			case SEES -> request.quorum
					? new QuorumNotMetException("No majority of the voters has told" + within + " whether schedule '"
							+ request.id + "' is paused: nothing was changed")
					: new HordeException("Not all members that are UP have told" + within + " whether schedule '"
							+ request.id + "' is paused: nothing was changed");
			case HELD -> request.quorum
					? new QuorumNotMetException("No majority of the voters has confirmed" + within
							+ " what was done to schedule '" + request.id + "'. " + written())
					: new HordeException("No other member has confirmed" + within + " what was done to schedule '"
							+ request.id + "'. " + written());
			case OBEYED ->
				new HordeException("Process '" + request.id.child() + "' runs on " + who + ", which has not confirmed"
						+ within + " what was done to schedule '" + request.id + "'. " + written());
		};
	}

	private String written() {
		return "It is written on node '" + this.room.node() + "', and takes effect where it arrives";
	}

	/**
	 * What is waited for.
	 */
	private enum Phase {

		KNOWN, EXISTS, SEES, HELD, OBEYED

	}

	private static final class Request {

		private final long number;

		private final ScheduleId id;

		private Phase phase = Phase.KNOWN;

		private boolean quorum;

		private @Nullable ScheduleKey key;

		private @Nullable Dot write;

		private @Nullable CompletableFuture<Void> held;

		private @Nullable CompletableFuture<Void> answer;

		private final Timers timers;

		Request(long number, ScheduleId id, Timers timers) {
			this.number = number;
			this.id = id;
			this.timers = timers;
		}

		void known(Wanted wanted, ScheduleKey key) {
			this.quorum = wanted.spec().quorum();
			this.key = key;
		}

		ScheduleKey key() {
			ScheduleKey key = this.key;
			if (key == null) {
				throw new IllegalStateException("The child of " + this.id + " is not known");
			}
			return key;
		}

	}

}
