package io.horde.schedule.records;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.crdt.ReplicaId;
import io.horde.process.engine.LocalProcess;
import io.horde.schedule.engine.TickEntry;
import io.horde.schedule.engine.Ticker;
import io.horde.schedule.records.ScheduleMessage.Progress;
import io.horde.schedule.records.ScheduleMessage.RunAnswer;
import io.horde.schedule.records.ScheduleMessage.RunRequest;
import org.jspecify.annotations.Nullable;

/**
 * The ticks that somebody has asked this node for (T6). Confined to the loop.
 */
final class RequestedRuns {

	/** How many are remembered of those who ask, when they have ended. */
	private static final int MOST_ENDED = 1000;

	private final ScheduleOperations room;

	private final LocalSchedules locals;

	private final Map<ReplicaId, Requests> requests = new TreeMap<>();

	RequestedRuns(ScheduleOperations room, LocalSchedules locals) {
		this.room = room;
		this.locals = locals;
	}

	void asked(ReplicaId from, RunRequest request) {
		Requests requests = this.requests.computeIfAbsent(from, (key) -> new Requests());
		RunAnswer answer = requests.answers.get(request.number());
		if (answer == null && request.number() > requests.forgotten) {
			answer = begin(from, requests, request);
		}
		if (answer != null) {
			this.room.send(from, answer);
		}
	}

	private @Nullable RunAnswer begin(ReplicaId from, Requests requests, RunRequest request) {
		LocalProcess process = this.locals.process(request.child());
		Ticker ticker = (process != null) ? this.locals.ticker(process, request.schedule()) : null;
		long number = request.number();
		if (process == null || !process.isOwner()) {
			requests.put(new RunAnswer(number, Progress.NOT_HERE, null));
		}
		else if (ticker == null) {
			requests.put(new RunAnswer(number, Progress.NO_SCHEDULE, null));
		}
		else if (ticker.isBusy()) {
			requests.put(new RunAnswer(number, Progress.BUSY, null));
		}
		else {
			requests.put(new RunAnswer(number, Progress.ACCEPTED, null));
			ticker.runNow().whenComplete((tick, failure) -> {
				requests.put(ended(number, tick, failure));
				this.room.send(from, requests.answers.getOrDefault(number, ended(number, tick, failure)));
			});
		}
		return requests.answers.get(number);
	}

	private static RunAnswer ended(long number, @Nullable TickEntry tick, @Nullable Throwable failure) {
		if (tick != null) {
			return new RunAnswer(number, Progress.ENDED, tick);
		}
		return new RunAnswer(number, (failure instanceof TimeoutException) ? Progress.ABANDONED : Progress.NOT_HERE,
				null);
	}

	/*
	 * One that is DOWN may be back, and repeats what it has asked for.
	 */
	void viewChanged() {
		this.requests.keySet().removeIf((from) -> {
			MemberState member = this.room.view().member(from);
			return member == null || member.status() == MemberStatus.LEFT || this.room.view().isReplaced(from);
		});
	}

	/**
	 * The requests of one member.
	 */
	private static final class Requests {

		private final TreeMap<Long, RunAnswer> answers = new TreeMap<>();

		/** Of the requests up to this one those are not acted on that are not there. */
		private long forgotten;

		void put(RunAnswer answer) {
			this.answers.put(answer.number(), answer);
			if (this.answers.size() > MOST_ENDED) {
				this.answers.values().stream().filter((one) -> one.progress().isLast()).findFirst().ifPresent((one) -> {
					this.answers.remove(one.number());
					this.forgotten = Math.max(this.forgotten, one.number());
				});
			}
		}

	}

}
