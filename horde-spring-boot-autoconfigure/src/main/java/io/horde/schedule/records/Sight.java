package io.horde.schedule.records;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.Membership;
import io.horde.cluster.quorum.SeatConfiguration;
import io.horde.crdt.ReplicaId;
import io.horde.replication.Replicator;
import io.horde.schedule.records.ScheduleMessage.SightAnswer;
import io.horde.schedule.records.ScheduleMessage.SightQuestion;
import io.horde.time.EventLoop;
import io.horde.time.clock.Timers;
import io.horde.transport.Channels;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out when all is merged here that others knew (T3). Confined to the loop.
 */
final class Sight {

	/*
	 * Who asks after he has become owner, and has merged what was merged by all who
	 * answer, knows all floors that they held. Without a quorum these are the members
	 * that are UP. Under quorum they are a majority of the voters, which shares one with
	 * each majority that held a floor - unless that voter has begun anew since and has
	 * lost it. So a voter's answer counts only when it has been told what so many other
	 * voters knew that one of them was in each majority: then it knows what it had known
	 * before.
	 *
	 * What is asked for in one turn is one question.
	 */

	private static final Duration REPETITION = Duration.ofMillis(500);

	private static final Duration LOOK = Duration.ofMillis(50);

	private static final Duration WORD = Duration.ofSeconds(5);

	private static final Logger logger = LoggerFactory.getLogger(Sight.class);

	private final EventLoop loop;

	private final Membership membership;

	private final Replicator replicator;

	private final Duration limit;

	private final TreeMap<Long, Round> rounds = new TreeMap<>();

	private final Set<String> otherZones = new HashSet<>();

	private final String zone;

	private long number;

	private List<Wish> next = new ArrayList<>();

	private SeatConfiguration seats = SeatConfiguration.NONE;

	private boolean informed;

	private boolean stopped;

	private @Nullable Round informing;

	/**
	 * Creates it.
	 * @param zone the time zone of this JVM
	 * @param limit how long a majority is waited for
	 */
	Sight(EventLoop loop, Membership membership, Replicator replicator, String zone, Duration limit) {
		this.loop = loop;
		this.membership = membership;
		this.replicator = replicator;
		this.zone = zone;
		this.limit = limit;
	}

	/**
	 * Wait until all is merged here that is known now.
	 * @param quorum whether a majority of voters is asked, or all that are up
	 * @param clear told on the loop; {@code false} if no majority has answered in time
	 */
	void whenClear(boolean quorum, Consumer<Boolean> clear) {
		this.next.add(quorum ? new Wish(this::hasMajority, true, clear) : new Wish(this::hasAll, false, clear));
		if (this.next.size() == 1) {
			this.loop.execute(() -> {
				List<Wish> wishes = this.next;
				this.next = new ArrayList<>();
				Round round = begin(wishes);
				if (this.rounds.containsKey(round.number)) {
					round.timers.after(WORD, () -> tell(round));
					round.timers.after(this.limit, () -> end(round, Wish::bounded, false));
				}
			});
		}
	}

	/**
	 * Ask nobody any more. Who waits is not told.
	 */
	void stop() {
		this.stopped = true;
		this.rounds.values().forEach((round) -> round.timers.cancel());
		this.rounds.clear();
	}

	private Round begin(List<Wish> wishes) {
		Round round = new Round(++this.number, wishes, new Timers(this.loop));
		if (!this.stopped) {
			this.rounds.put(round.number, round);
		}
		ask(round);
		check(round);
		return round;
	}

	private void tell(Round round) {
		if (this.rounds.containsKey(round.number)) {
			logger.warn(
					"{} schedules of node '{}' wait: their cron ticks begin when it is known how far they have come, and"
							+ " these have not told yet what they know: {}",
					round.wishes.size(), this.membership.selfId().node(),
					others().stream()
						.filter((member) -> !round.done.contains(member.id()))
						.map(MemberState::name)
						.collect(Collectors.joining(", ")));
		}
	}

	/* What is on its way when a link breaks is lost. */
	private void ask(Round round) {
		if (this.rounds.containsKey(round.number)) {
			for (MemberState member : others()) {
				if (round.isOpen(member.id())) {
					send(member.id(), new SightQuestion(round.number, this.zone));
				}
			}
			round.timers.again(REPETITION, () -> ask(round));
		}
	}

	private void send(ReplicaId to, ScheduleMessage message) {
		this.membership.send(to, Channels.SCHEDULES, message.toFrame());
	}

	private List<MemberState> others() {
		return this.membership.view().othersUp();
	}

	void asked(ReplicaId from, SightQuestion question) {
		look();
		compare(from, question.zone());
		if (this.replicator.isSynchronized()) {
			send(from, new SightAnswer(question.number(), this.replicator.seen(), this.informed, this.zone));
		}
	}

	void answered(ReplicaId from, SightAnswer answer) {
		compare(from, answer.zone());
		Round round = this.rounds.get(answer.number());
		if (round == null || !round.isOpen(from)) {
			return;
		}
		round.answers.put(from, answer);
		check(round);
		if (round.answers.containsKey(from)) {
			this.replicator.catchUp(from, answer.seen());
			lookAgain(round);
		}
	}

	private void lookAgain(Round round) {
		if (!round.looking) {
			round.looking = true;
			this.loop.schedule(LOOK, () -> {
				round.looking = false;
				check(round);
				if (this.rounds.containsKey(round.number) && !round.answers.isEmpty()) {
					lookAgain(round);
				}
			});
		}
	}

	private void compare(ReplicaId from, String zone) {
		if (!zone.equals(this.zone) && this.otherZones.add(from.node() + " " + zone)) {
			logger
				.warn("The time zone of node '{}' is {}, and that of node '{}' is {}: a cron schedule that names none goes by"
						+ " the one of the node where it first ran. Set horde.schedules.zone on all nodes to say which",
						this.membership.selfId().node(), this.zone, from.node(), zone);
		}
	}

	/**
	 * Find out whether this node's own knowledge counts for a vote.
	 */
	void look() {
		if (!this.membership.leases().isEnabled()) {
			return;
		}
		SeatConfiguration now = this.membership.leases().state().configuration();
		if (!now.equals(this.seats)) {
			String self = self();
			boolean fresh = now.voters().contains(self) && !this.seats.voters().contains(self);
			this.seats = now;
			if (fresh) {
				this.informed = false;
				this.informing = null;
			}
		}
		if (!this.informed && this.informing == null && now.isKnown() && this.replicator.isSynchronized()) {
			this.informing = begin(new ArrayList<>());
			Round round = this.informing;
			round.wishes.add(new Wish(this::hasEnough, false, (clear) -> this.informed |= this.informing == round));
			check(round);
		}
	}

	private String self() {
		return this.membership.selfId().node();
	}

	private boolean hasAll(Round round) {
		return others().stream().allMatch((member) -> round.done.contains(member.id()));
	}

	private boolean hasMajority(Round round) {
		Set<String> counted = new TreeSet<>();
		round.informed.stream().map(ReplicaId::node).forEach(counted::add);
		look();
		if (this.informed) {
			counted.add(self());
		}
		return this.seats.isMajority(counted);
	}

	/**
	 * Tell whether one of those who have answered was in each majority there has been.
	 */
	private boolean hasEnough(Round round) {
		List<String> others = this.seats.voters().stream().filter((name) -> !name.equals(self())).toList();
		Set<String> told = new TreeSet<>();
		round.done.stream().map(ReplicaId::node).filter(others::contains).forEach(told::add);
		int counted = (this.seats.seats().size() - 1) / 2 * 2 + 1;
		return told.size() >= Math.min(counted - this.seats.required() + 1, others.size());
	}

	void viewChanged() {
		look();
		List.copyOf(this.rounds.values()).forEach(this::check);
	}

	private void check(Round round) {
		if (this.rounds.get(round.number) != round) {
			return;
		}
		round.answers.entrySet().removeIf((answer) -> {
			boolean done = this.replicator.hasSeen(answer.getValue().seen());
			if (done) {
				round.done.add(answer.getKey());
				if (answer.getValue().informed()) {
					round.informed.add(answer.getKey());
				}
			}
			return done;
		});
		end(round, (wish) -> wish.isClear().test(round), true);
	}

	private void end(Round round, Predicate<Wish> which, boolean clear) {
		List<Wish> ended = round.wishes.stream().filter(which).toList();
		round.wishes.removeAll(ended);
		if (round.wishes.isEmpty() && !ended.isEmpty()) {
			this.rounds.remove(round.number);
			round.timers.cancel();
		}
		ended.forEach((wish) -> wish.then().accept(clear));
	}

	private record Wish(Predicate<Round> isClear, boolean bounded, Consumer<Boolean> then) {

	}

	private static final class Round {

		private final long number;

		private final List<Wish> wishes;

		private final TreeMap<ReplicaId, SightAnswer> answers = new TreeMap<>();

		private final Set<ReplicaId> done = new TreeSet<>();

		private final Set<ReplicaId> informed = new TreeSet<>();

		private final Timers timers;

		private boolean looking;

		Round(long number, List<Wish> wishes, Timers timers) {
			this.number = number;
			this.wishes = wishes;
			this.timers = timers;
		}

		/**
		 * Tell whether a member is still to be asked: it may know too little as yet.
		 */
		boolean isOpen(ReplicaId member) {
			boolean votes = this.wishes.stream().anyMatch(Wish::bounded);
			return !this.answers.containsKey(member) && !(votes ? this.informed : this.done).contains(member);
		}

	}

}
