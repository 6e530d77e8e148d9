package io.horde.schedule.records;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import io.horde.crdt.ReplicaId;
import io.horde.schedule.ScheduleBusyException;
import io.horde.schedule.ScheduleNotRunningException;
import io.horde.schedule.TickOutcomeUnknownException;
import io.horde.schedule.TickRecord;
import io.horde.schedule.TickRequestedEvent;
import io.horde.schedule.records.ScheduleMessage.RunAnswer;
import io.horde.schedule.records.ScheduleMessage.RunRequest;
import io.horde.time.clock.Timers;
import org.jspecify.annotations.Nullable;

/**
 * Asks the owners of schedules for ticks (T6). Confined to the loop.
 */
final class RunRequests {

	/*
	 * What is on its way when a link breaks is lost, so a request is repeated until it is
	 * answered, and then until the tick has ended. It goes to one incarnation, which acts
	 * on its number once. Another node is asked, under another number, only if that one
	 * was certainly not sent, or was refused. Who asked a node that is gone does not know
	 * what it did.
	 */

	private static final Duration REPETITION = Duration.ofMillis(200);

	private static final Duration REPETITION_WHILE_IT_RUNS = Duration.ofSeconds(1);

	private final ScheduleOperations room;

	private final List<Request> requests = new ArrayList<>();

	private final TreeMap<Long, Request> attempts = new TreeMap<>();

	private long number;

	RunRequests(ScheduleOperations room) {
		this.room = room;
	}

	/**
	 * Ask for a tick.
	 * @return completes on the loop
	 */
	CompletableFuture<TickRecord> run(ScheduleId id, String by) {
		Request request = new Request(id, by, new Timers(this.room.loop()));
		request.timers.after(this.room.limit(), () -> late(request));
		request.done.whenComplete((tick, lost) -> request.timers.cancel());
		this.room.whenKnown(id).whenComplete((wanted, failure) -> {
			if (failure != null) {
				request.done.completeExceptionally(failure);
			}
			else if (!request.done.isDone()) {
				this.requests.add(request);
				request.done.whenComplete((tick, lost) -> forget(request));
				repeat(request);
			}
		});
		return request.done;
	}

	private void forget(Request request) {
		this.requests.remove(request);
		this.attempts.remove(request.number, request);
	}

	private void repeat(Request request) {
		if (!request.done.isDone()) {
			look(request);
		}
		if (!request.done.isDone()) {
			request.timers.again(request.accepted ? REPETITION_WHILE_IT_RUNS : REPETITION, () -> repeat(request));
		}
	}

	void viewChanged() {
		List.copyOf(this.requests).forEach(this::look);
	}

	private void look(Request request) {
		ReplicaId target = request.target;
		if (target != null && this.room.view().hides(target)) {
			if (request.sent) {
				request.done.completeExceptionally(new TickOutcomeUnknownException(
						"Node '" + target.node() + "' was asked for a tick of schedule '" + request.id
								+ "' and is lost: whether it has run is not known. It is not asked for again"));
				return;
			}
			target = null;
		}
		if (target == null) {
			target = this.room.owner(request.id.child());
			if (target == null || this.room.view().hides(target)) {
				request.target = null;
				return;
			}
			next(request, target);
		}
		request.sent |= this.room.send(target,
				new RunRequest(request.number, request.id.child(), request.id.schedule()));
	}

	private void next(Request request, ReplicaId target) {
		this.attempts.remove(request.number, request);
		if (request.number == 0) {
			this.room.records().publish(new TickRequestedEvent(request.id.toString(), request.id.child(), request.by));
		}
		request.number = ++this.number;
		request.target = target;
		request.sent = false;
		request.accepted = false;
		this.attempts.put(request.number, request);
	}

	void answered(ReplicaId from, RunAnswer answer) {
		Request request = this.attempts.get(answer.number());
		if (request == null || !from.equals(request.target)) {
			return;
		}
		ScheduleId id = request.id;
		switch (answer.progress()) {
			case ACCEPTED -> request.accepted = true;
			case ENDED -> {
				if (answer.tick() != null) {
					request.done.complete(answer.tick().toRecord(from.node()));
				}
			}
			case NO_SCHEDULE -> request.done.completeExceptionally(ScheduleOperations.unknown(id, from));
			case BUSY -> request.done.completeExceptionally(
					new ScheduleBusyException("A tick of schedule '" + id + "' runs or waits on node '" + from.node()
							+ "' already: no other one was begun. See when that one has ended"));
			case ABANDONED ->
				request.done.completeExceptionally(new TickOutcomeUnknownException("The tick of schedule '" + id
						+ "' that was asked for goes on though its process has ended on node '" + from.node()
						+ "': nobody waits for its end any more"));
			case NOT_HERE -> {
				request.target = null;
				if (request.late) {
					request.done.completeExceptionally(notRunning(request));
				}
			}
		}
	}

	private void late(Request request) {
		request.late = true;
		if (request.accepted) {
			return;
		}
		ReplicaId target = request.target;
		request.done.completeExceptionally((target == null || !request.sent) ? notRunning(request)
				: new TickOutcomeUnknownException("Node '" + target.node() + "' was asked for a tick of schedule '"
						+ request.id + "' and has not answered within " + this.room.limit()
						+ " (horde.supervisor.call-timeout): whether it has run, or will, is not known"));
	}

	private ScheduleNotRunningException notRunning(Request request) {
		return new ScheduleNotRunningException("Process '" + request.id.child() + "' does not run, or is no owner, and"
				+ " this has not changed within " + this.room.limit() + " (horde.supervisor.call-timeout). No tick of"
				+ " schedule '" + request.id + "' was begun");
	}

	private static final class Request {

		private final ScheduleId id;

		private final String by;

		private final CompletableFuture<TickRecord> done = new CompletableFuture<>();

		/** Who is asked, under {@link #number}. */
		private @Nullable ReplicaId target;

		private long number;

		private boolean sent;

		private boolean accepted;

		private boolean late;

		private final Timers timers;

		Request(ScheduleId id, String by, Timers timers) {
			this.id = id;
			this.by = by;
			this.timers = timers;
		}

	}

}
