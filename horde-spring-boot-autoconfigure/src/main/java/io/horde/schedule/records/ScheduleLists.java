package io.horde.schedule.records;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.crdt.ReplicaId;
import io.horde.schedule.ProcessSchedule;
import io.horde.schedule.ScheduleListing;
import io.horde.schedule.TickRecord;
import io.horde.schedule.engine.TickHistory;
import io.horde.schedule.records.LocalSchedules.Part;
import io.horde.schedule.records.ScheduleMessage.ListAnswer;
import io.horde.schedule.records.ScheduleMessage.ListQuestion;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Lists the schedules of the cluster. Confined to the loop.
 */
final class ScheduleLists {

	/*
	 * Each member tells what it knows in parts, in the order of the ids. Who asks names
	 * the last id that he has: so nothing is remembered for him, what got lost is asked
	 * for again, and he is told no faster than he reads.
	 */

	private static final Duration REPETITION = Duration.ofMillis(500);

	private static final int MOST_IN_A_PART = 250;

	private static final int BYTES_OF_A_PART = 256 << 10;

	private final ScheduleOperations room;

	private final LocalSchedules locals;

	private final TreeMap<Long, Round> rounds = new TreeMap<>();

	private long number;

	ScheduleLists(ScheduleOperations room, LocalSchedules locals) {
		this.room = room;
		this.locals = locals;
	}

	/**
	 * Ask all members that run processes, this one included.
	 * @param only the one schedule that is wanted, or {@code null} for all
	 * @return completes on the loop, never exceptionally
	 */
	CompletableFuture<Answers> ask(@Nullable ScheduleId only) {
		Round round = new Round(++this.number, only);
		this.rounds.put(round.number, round);
		round.answer.whenComplete((answers, failure) -> {
			this.rounds.remove(round.number);
			round.cancelTimers();
		});
		for (MemberState member : this.room.view().members()) {
			if (member.status() == MemberStatus.UNREACHABLE) {
				round.silent.add(member.name());
			}
			else if (member.status() == MemberStatus.UP || member.status() == MemberStatus.LEAVING
					|| member.id().equals(this.room.self())) {
				askNext(round, member.id(), "");
			}
		}
		repeat(round);
		return round.answer;
	}

	private void askNext(Round round, ReplicaId member, String after) {
		round.asked.put(member, after);
		this.room.send(member, round.question(after));
		EventLoop.Timer before = round.limits.put(member,
				this.room.loop().schedule(this.room.limit(), () -> silent(round, member)));
		if (before != null) {
			before.cancel();
		}
	}

	private void silent(Round round, ReplicaId member) {
		told(round, member);
		round.silent.add(member.node());
		check(round);
	}

	/* Nothing more is expected of a member. */
	private static void told(Round round, ReplicaId member) {
		round.asked.remove(member);
		EventLoop.Timer limit = round.limits.remove(member);
		if (limit != null) {
			limit.cancel();
		}
	}

	private void repeat(Round round) {
		if (!round.answer.isDone()) {
			round.repetition = this.room.loop().schedule(REPETITION, () -> {
				round.asked.forEach((member, after) -> this.room.send(member, round.question(after)));
				repeat(round);
			});
		}
	}

	void asked(ReplicaId from, ListQuestion question) {
		Part part = (question.child() != null && question.schedule() != null)
				? this.locals.known(new ScheduleId(question.child(), question.schedule()))
				: this.locals.knownAfter(question.after(), MOST_IN_A_PART, BYTES_OF_A_PART);
		this.room.send(from, new ListAnswer(question.number(), question.after(), part.schedules(), part.more()));
	}

	void answered(ReplicaId from, ListAnswer answer) {
		Round round = this.rounds.get(answer.number());
		if (round == null || !answer.after().equals(round.asked.get(from))) {
			return;
		}
		for (KnownSchedule known : answer.schedules()) {
			round.known.computeIfAbsent(known.id(), (id) -> new ArrayList<>(1)).add(new Told(from.node(), known));
		}
		if (answer.more() && !answer.schedules().isEmpty()) {
			askNext(round, from, answer.schedules().get(answer.schedules().size() - 1).id());
		}
		else {
			told(round, from);
			check(round);
		}
	}

	void viewChanged() {
		for (Round round : List.copyOf(this.rounds.values())) {
			for (ReplicaId member : List.copyOf(round.asked.keySet())) {
				if (this.room.view().hides(member)) {
					silent(round, member);
				}
			}
		}
	}

	private void check(Round round) {
		if (round.asked.isEmpty()) {
			round.answer.complete(new Answers(round.known, List.copyOf(round.silent)));
		}
	}

	/**
	 * What the members have answered.
	 *
	 * @param known what they know of each schedule
	 * @param silent who has not answered
	 */
	record Answers(Map<String, List<Told>> known, List<String> silent) {

		/**
		 * Put it together. May be called from any thread.
		 */
		ScheduleListing toListing() {
			List<ProcessSchedule> schedules = new ArrayList<>();
			this.known.forEach((id, told) -> {
				ProcessSchedule schedule = schedule(told);
				if (schedule != null) {
					schedules.add(schedule);
				}
			});
			return new ScheduleListing(List.copyOf(schedules), this.silent);
		}

		/* While a process moves two nodes may run it. */
		private static @Nullable ProcessSchedule schedule(List<Told> told) {
			String node = "";
			KnownSchedule.Run run = null;
			for (Told one : told) {
				KnownSchedule.Run other = one.known.run();
				if (other != null && (run == null || other.epoch() > run.epoch())) {
					node = one.node;
					run = other;
				}
			}
			return (run != null) ? run.toSchedule(node, ticks(told)) : null;
		}

		private static List<TickRecord> ticks(List<Told> told) {
			List<TickRecord> ticks = told.stream()
				.flatMap((one) -> one.known.ticks().stream().map((tick) -> tick.toRecord(one.node)))
				.sorted(Comparator.comparing((tick) -> (tick.begun() != null) ? tick.begun() : tick.due()))
				.toList();
			return ticks.subList(Math.max(0, ticks.size() - TickHistory.LENGTH), ticks.size());
		}

	}

	/**
	 * What one node knows of a schedule.
	 */
	record Told(String node, KnownSchedule known) {

	}

	private static final class Round {

		private final long number;

		private final @Nullable ScheduleId only;

		private final CompletableFuture<Answers> answer = new CompletableFuture<>();

		/** Who has not told all, and the last id of what he has told. */
		private final Map<ReplicaId, String> asked = new TreeMap<>();

		private final Map<ReplicaId, EventLoop.Timer> limits = new TreeMap<>();

		private final Map<String, List<Told>> known = new TreeMap<>();

		private EventLoop.@Nullable Timer repetition;

		private final TreeSet<String> silent = new TreeSet<>();

		Round(long number, @Nullable ScheduleId only) {
			this.number = number;
			this.only = only;
		}

		void cancelTimers() {
			this.limits.values().forEach(EventLoop.Timer::cancel);
			if (this.repetition != null) {
				this.repetition.cancel();
			}
		}

		ListQuestion question(String after) {
			return (this.only != null) ? new ListQuestion(this.number, after, this.only.child(), this.only.schedule())
					: new ListQuestion(this.number, after, null, null);
		}

	}

}
