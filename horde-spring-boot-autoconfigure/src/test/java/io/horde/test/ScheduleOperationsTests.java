package io.horde.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.horde.HordeException;
import io.horde.cluster.QuorumNotMetException;
import io.horde.schedule.NoSuchScheduleException;
import io.horde.schedule.ProcessSchedule;
import io.horde.schedule.ScheduleBusyException;
import io.horde.schedule.ScheduleListing;
import io.horde.schedule.ScheduleNotRunningException;
import io.horde.schedule.SchedulePause;
import io.horde.schedule.SchedulePausedEvent;
import io.horde.schedule.ScheduleResumedEvent;
import io.horde.schedule.TickLostEvent;
import io.horde.schedule.TickOutcome;
import io.horde.schedule.TickOutcomeUnknownException;
import io.horde.schedule.TickRecord;
import io.horde.schedule.TickRequestedEvent;
import io.horde.schedule.TicksSkippedEvent;
import io.horde.supervisor.ChildSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What operators do with schedules in a cluster of three (T6).
 */
@ExtendWith(Quiet.class)
class ScheduleOperationsTests {

	private static final String CHILD = "shop/invoices";

	private static final String POLL = CHILD + "#poll";

	private static final String REPORT = CHILD + "#report";

	private static final String DAILY = CHILD + "#report#2";

	private TickingCluster world = new TickingCluster(false);

	@Test
	void schedulesOfAllNodesAreListed() {
		String owner = this.world.startChild(CHILD);
		this.world.run(30);
		ScheduleListing listing = this.world.done(this.world.at(other(owner)).list());
		assertThat(listing.silent()).isEmpty();
		assertThat(listing.schedules()).extracting(ProcessSchedule::id)
			.containsExactly(POLL, REPORT, DAILY, "singleton#poll", "singleton#report", "singleton#report#2");
		ProcessSchedule poll = listing.schedules().get(0);
		assertThat(poll.process()).isEqualTo(CHILD);
		assertThat(poll.type()).isEqualTo(SimulatedCluster.PERMANENT);
		assertThat(poll.method()).isEqualTo("poll");
		assertThat(poll.expression()).isEqualTo("fixedRate PT0.5S");
		assertThat(poll.zone()).isNull();
		assertThat(poll.node()).isEqualTo(owner);
		assertThat(poll.paused()).isNull();
		assertThat(poll.ticks()).hasSize(20)
			.allMatch((tick) -> tick.outcome() == TickOutcome.OK && tick.node().equals(owner))
			.isSortedAccordingTo((first, second) -> first.due().compareTo(second.due()));
		ProcessSchedule daily = listing.schedules().get(2);
		assertThat(daily.method()).isEqualTo("report");
		assertThat(daily.zone()).isEqualTo("Z");
		assertThat(daily.ticks()).isEmpty();
		assertThat(daily.nextDue().toEpochMilli() % 86_400_000).isZero();
		assertThat(this.world.done(this.world.at(other(owner)).find(DAILY))).hasValue(daily);
	}

	@Test
	void manySchedulesAreListedInParts() {
		this.world.done(this.world.cluster()
			.supervisor("a")
			.startChildren(IntStream.range(0, 200)
				.mapToObj((i) -> ChildSpec.of(SimulatedCluster.PERMANENT).id("child-" + i))
				.toList()));
		this.world.run(15);
		assertThat(this.world.done(this.world.at("a").list()).schedules()).hasSize(603)
			.isSortedAccordingTo((first, second) -> first.id().compareTo(second.id()))
			.filteredOn((schedule) -> schedule.method().equals("poll"))
			.allMatch((schedule) -> schedule.ticks().size() == 20);
	}

	@Test
	void memberThatDoesNotAnswerIsTold() {
		String owner = this.world.startChild(CHILD);
		this.world.cluster().pause(owner);
		ScheduleListing listing = this.world.done(this.world.at(other(owner)).list());
		assertThat(listing.silent()).containsExactly(owner);
	}

	@Test
	void ticksOfFormerNodesAreListedToo() {
		String owner = this.world.startChild(CHILD);
		this.world.run(5);
		String next = other(owner);
		this.world.done(this.world.cluster().supervisor(owner).moveChild(CHILD, next));
		this.world.run(2);
		ProcessSchedule poll = this.world.done(this.world.at(owner).find(POLL)).orElseThrow();
		assertThat(poll.node()).isEqualTo(next);
		assertThat(poll.ticks()).extracting(TickRecord::node).contains(owner, next).startsWith(owner).endsWith(next);
	}

	@Test
	void tickThatItsNodeHasTakenAlongIsListedAsLost() {
		String owner = this.world.startChild(CHILD);
		this.world.run(5);
		this.world.lasting(new CompletableFuture<>());
		this.world.run(3);
		this.world.lasting(null);
		this.world.cluster().crash(owner);
		this.world.run(10);
		String next = this.world.owner(CHILD);
		ProcessSchedule report = this.world.done(this.world.at(next).find(REPORT)).orElseThrow();
		TickRecord lost = report.ticks()
			.stream()
			.filter((tick) -> tick.outcome() == TickOutcome.LOST)
			.findFirst()
			.orElseThrow();
		assertThat(lost.node()).isEqualTo(owner);
		assertThat(lost.begun()).isNull();
		assertThat(told(TickLostEvent.class)).filteredOn((event) -> event.process().equals(CHILD))
			.extracting(TickLostEvent::schedule, TickLostEvent::due, TickLostEvent::node)
			.containsExactly(tuple(REPORT, lost.due(), owner));
	}

	@Test
	void eventsTellWhatBecameOfSchedules() {
		String owner = this.world.startChild(CHILD);
		this.world.done(this.world.at(owner).pause(REPORT, "one"));
		this.world.run(3);
		this.world.done(this.world.at(owner).resume(REPORT, "two"));
		this.world.done(this.world.at(owner).runNow(DAILY, "three"));
		List<TicksSkippedEvent> skipped = told(TicksSkippedEvent.class);
		assertThat(skipped).isNotEmpty().allSatisfy((event) -> {
			assertThat(event.schedule()).isEqualTo(REPORT);
			assertThat(event.process()).isEqualTo(CHILD);
			assertThat(event.reason()).isEqualTo("paused");
			assertThat(event.count()).isOne();
			assertThat(event.due().toEpochMilli() % 1000).isZero();
		});
		ProcessSchedule report = this.world.done(this.world.at("a").find(REPORT)).orElseThrow();
		assertThat(report.ticks()).as("one after the other are one")
			.filteredOn((tick) -> tick.outcome() == TickOutcome.SKIPPED)
			.singleElement()
			.satisfies((tick) -> assertThat(tick.skipped()).isEqualTo(skipped.size()));
		assertThat(told(SchedulePausedEvent.class))
			.extracting(SchedulePausedEvent::schedule, SchedulePausedEvent::process, SchedulePausedEvent::by)
			.containsExactly(tuple(REPORT, CHILD, "one"));
		assertThat(told(ScheduleResumedEvent.class))
			.extracting(ScheduleResumedEvent::schedule, ScheduleResumedEvent::process, ScheduleResumedEvent::by)
			.containsExactly(tuple(REPORT, CHILD, "two"));
		assertThat(told(TickRequestedEvent.class))
			.extracting(TickRequestedEvent::schedule, TickRequestedEvent::process, TickRequestedEvent::by)
			.containsExactly(tuple(DAILY, CHILD, "three"));
	}

	@Test
	void scheduleThatNobodyHasIsNotFound() {
		this.world.startChild(CHILD);
		for (String id : List.of(CHILD + "#other", "other#poll")) {
			assertThat(this.world.done(this.world.at("a").find(id))).isEmpty();
			assertThat(this.world.failure(this.world.at("a").pause(id))).isInstanceOf(NoSuchScheduleException.class);
			assertThat(this.world.failure(this.world.at("a").resume(id))).isInstanceOf(NoSuchScheduleException.class);
			assertThat(this.world.failure(this.world.at("a").runNow(id))).isInstanceOf(NoSuchScheduleException.class);
		}
		for (String id : List.of("", "#", "poll", "#poll", "a#", "a##2", "a#b\n", "a#2")) {
			assertThat(this.world.failure(this.world.at("a").pause(id))).as(id)
				.isInstanceOf(NoSuchScheduleException.class)
				.hasMessageContaining("is not that of a schedule")
				.hasMessageNotContaining("\n");
			assertThat(this.world.failure(this.world.at("a").find(id))).isInstanceOf(NoSuchScheduleException.class);
		}
		assertThat(this.world.failure(this.world.at("a").pause(POLL, "x\ny")))
			.isInstanceOf(IllegalArgumentException.class)
			.hasMessageContaining("control character");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void pausedScheduleDoesNotTickUntilItIsResumed(boolean quorum) {
		startAnew(quorum);
		String owner = this.world.startChild(CHILD);
		this.world.run(5);
		for (String asked : List.of(owner, other(owner))) {
			SchedulePause pause = this.world.done(this.world.at(asked).pause(REPORT));
			assertThat(pause.by()).isEqualTo(asked);
			assertThat(this.world.ticksWithin(5, CHILD, TickingCluster.REPORT)).isZero();
			ProcessSchedule paused = this.world.done(this.world.at("a").find(REPORT)).orElseThrow();
			assertThat(paused.paused()).isEqualTo(pause);
			assertThat(paused.nextDue()).isAfter(pause.since());
			assertThat(paused.ticks()).last()
				.satisfies((tick) -> assertThat(tick.outcome()).isEqualTo(TickOutcome.SKIPPED))
				.satisfies((tick) -> assertThat(tick.remark()).isEqualTo("paused"));
			assertThat(this.world.done(this.world.at(other(owner)).resume(REPORT, "an operator"))).isTrue();
			assertThat(this.world.ticksWithin(5, CHILD, TickingCluster.REPORT)).isBetween(4L, 6L);
			assertThat(this.world.done(this.world.at(asked).find(REPORT)).orElseThrow().paused()).isNull();
		}
		assertThat(this.world.done(this.world.at("a").resume(REPORT))).isFalse();
		assertThat(this.world.events()).contains(new SchedulePausedEvent(REPORT, CHILD, owner),
				new SchedulePausedEvent(REPORT, CHILD, other(owner)),
				new ScheduleResumedEvent(REPORT, CHILD, "an operator"));
	}

	@Test
	void whoPausedFirstIsTold() {
		this.world.startChild(CHILD);
		SchedulePause first = this.world.done(this.world.at("a").pause(POLL, "first"));
		assertThat(this.world.done(this.world.at("b").pause(POLL, "second"))).isEqualTo(first);
		assertThat(this.world.events()).filteredOn(SchedulePausedEvent.class::isInstance).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void pauseSurvivesTheCrashOfTheOwner(boolean quorum) {
		startAnew(quorum);
		String owner = this.world.startChild(CHILD);
		this.world.run(5);
		String asked = other(owner);
		SchedulePause pause = this.world.done(this.world.at(asked).pause(POLL));
		this.world.done(this.world.at(asked).pause(REPORT));
		this.world.ticks().clear();
		this.world.cluster().crash(owner);
		this.world.run(20);
		String next = this.world.owner(CHILD);
		assertThat(next).isNotEqualTo(owner);
		assertThat(this.world.ticks()).filteredOn((tick) -> tick.child().equals(CHILD)).isEmpty();
		assertThat(this.world.done(this.world.at(next).find(POLL)).orElseThrow().paused()).isEqualTo(pause);
		assertThat(this.world.done(this.world.at(asked).resume(POLL))).isTrue();
		assertThat(this.world.ticksWithin(5, CHILD, TickingCluster.POLL)).isBetween(9L, 11L);
	}

	@Test
	void pauseSurvivesTheCrashOfWhoWasAsked() {
		String owner = this.world.startChild(CHILD);
		String asked = other(owner);
		this.world.done(this.world.at(asked).pause(POLL));
		this.world.cluster().crash(asked);
		this.world.ticks().clear();
		this.world.run(20);
		assertThat(this.world.ticks()).filteredOn((tick) -> tick.child().equals(CHILD))
			.extracting(TickingCluster.Tick::key)
			.contains(TickingCluster.REPORT)
			.doesNotContain(TickingCluster.POLL);
	}

	@Test
	void pauseBeatsAResumeAtTheSameTime() {
		String owner = this.world.startChild(CHILD);
		String resumes = this.world.others(owner).get(0);
		String pauses = this.world.others(owner).get(1);
		SchedulePause first = this.world.done(this.world.at(owner).pause(POLL));
		this.world.simulation()
			.network()
			.faults(resumes, pauses, Faults.NONE.withDelay(Duration.ofSeconds(2), Duration.ofSeconds(2)));
		CompletableFuture<Boolean> resume = this.world.at(resumes).resume(POLL);
		this.world.simulation()
			.runUntil(() -> this.world.events().stream().anyMatch(ScheduleResumedEvent.class::isInstance),
					Duration.ofSeconds(20));
		assertThat(this.world.done(this.world.at(pauses).pause(POLL))).as("not seen to be resumed").isEqualTo(first);
		this.world.run(20);
		assertThat(resume).isDone();
		for (String node : List.of("a", "b", "c")) {
			assertThat(this.world.cluster().horde(node).schedules().paused()).isOne();
		}
		assertThat(this.world.ticksWithin(5, CHILD, TickingCluster.POLL)).isZero();
		assertThat(this.world.done(this.world.at(resumes).resume(POLL))).isTrue();
		assertThat(this.world.ticksWithin(5, CHILD, TickingCluster.POLL)).isPositive();
	}

	@Test
	void resumeWaitsForPausesThatOthersHaveSeen() {
		String owner = this.world.startChild(CHILD);
		String pauses = this.world.others(owner).get(0);
		String resumes = this.world.others(owner).get(1);
		this.world.simulation()
			.network()
			.faults(pauses, resumes, Faults.NONE.withDelay(Duration.ofSeconds(2), Duration.ofSeconds(2)));
		this.world.done(this.world.at(pauses).pause(POLL));
		assertThat(this.world.cluster().horde(resumes).schedules().paused()).as("not yet arrived").isZero();
		assertThat(this.world.done(this.world.at(resumes).resume(POLL))).isTrue();
		assertThat(this.world.ticksWithin(5, CHILD, TickingCluster.POLL)).isPositive();
	}

	@Test
	void pauseUnderQuorumFailsOnTheSideOfTheMinority() {
		startAnew(true);
		String owner = this.world.startChild(CHILD);
		String alone = other(owner);
		this.world.simulation().network().partition(List.of(alone), this.world.others(alone));
		this.world.run(20);
		assertThat(this.world.failure(this.world.at(alone).pause(POLL))).isInstanceOf(QuorumNotMetException.class)
			.hasMessageContaining("nothing was changed");
		assertThat(this.world.failure(this.world.at(alone).resume(POLL))).isInstanceOf(QuorumNotMetException.class);
		this.world.done(this.world.at(owner).pause(POLL));
		this.world.simulation().network().heal();
		this.world.run(20);
		assertThat(this.world.done(this.world.at(alone).resume(POLL))).isTrue();
	}

	@Test
	void pauseEndsWithItsProcess() {
		this.world.startChild(CHILD);
		this.world.done(this.world.at("a").pause(POLL));
		this.world.done(this.world.cluster().supervisor("b").terminateChild(CHILD));
		assertThat(this.world.failure(this.world.at("c").resume(POLL))).isInstanceOf(NoSuchScheduleException.class);
		this.world.startChild(CHILD);
		assertThat(this.world.done(this.world.at("c").find(POLL)).orElseThrow().paused()).isNull();
	}

	@Test
	void pauseOfAStaticChildIsHeldByItsTypeAndInstance() {
		this.world.done(this.world.at("a").pause("singleton#report"));
		assertThat(this.world.ticksWithin(5, "singleton", TickingCluster.REPORT)).isZero();
		this.world.cluster().crash(this.world.owner("singleton"));
		assertThat(this.world.ticksWithin(20, "singleton", TickingCluster.REPORT)).isZero();
		assertThat(this.world.cluster().running()).containsKey("singleton");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void tickIsRunNowFromAnyNode(boolean quorum) {
		startAnew(quorum);
		String owner = this.world.startChild(CHILD);
		for (String asked : List.of("a", "b", "c")) {
			this.world.ticks().clear();
			TickRecord tick = this.world.done(this.world.at(asked).runNow(DAILY, "me"));
			assertThat(tick.outcome()).isEqualTo(TickOutcome.OK);
			assertThat(tick.node()).isEqualTo(owner);
			assertThat(tick.begun()).isNotNull();
			assertThat(tick.duration()).isNotNull();
			this.world.run(5);
			assertThat(this.world.ticks()).filteredOn((one) -> one.key().equals(TickingCluster.DAILY))
				.containsExactly(new TickingCluster.Tick(CHILD, TickingCluster.DAILY, owner));
			ProcessSchedule daily = this.world.done(this.world.at(asked).find(DAILY)).orElseThrow();
			assertThat(daily.ticks()).last().isEqualTo(tick);
			assertThat(daily.nextDue().toEpochMilli() % 86_400_000).isZero();
		}
		assertThat(this.world.events()).contains(new TickRequestedEvent(DAILY, CHILD, "me"))
			.filteredOn(TickRequestedEvent.class::isInstance)
			.hasSize(3);
	}

	@Test
	void requestsThatAreLostOrDoubledRunOnce() {
		String owner = this.world.startChild(CHILD);
		String asked = other(owner);
		this.world.simulation()
			.network()
			.faults(Faults.NONE.withLoss(0.3).withDuplication(0.5).withDelay(Duration.ZERO, Duration.ofMillis(300)));
		for (int i = 0; i < 20; i++) {
			this.world.ticks().clear();
			assertThat(this.world.done(this.world.at(asked).runNow(DAILY)).outcome()).isEqualTo(TickOutcome.OK);
			this.world.run(2);
			assertThat(this.world.ticks()).filteredOn((tick) -> tick.key().equals(TickingCluster.DAILY)).hasSize(1);
		}
	}

	@Test
	void pausedScheduleIsRunNow() {
		this.world.startChild(CHILD);
		this.world.done(this.world.at("a").pause(DAILY));
		assertThat(this.world.done(this.world.at("b").runNow(DAILY)).outcome()).isEqualTo(TickOutcome.OK);
	}

	@Test
	void longTickIsAwaitedBeyondTheCallTimeout() {
		String owner = this.world.startChild(CHILD);
		CompletableFuture<Void> end = new CompletableFuture<>();
		this.world.lasting(end);
		CompletableFuture<TickRecord> tick = this.world.at(other(owner)).runNow(DAILY);
		this.world.simulation()
			.runUntil(() -> this.world.ticks().stream().anyMatch((one) -> one.key().equals(TickingCluster.DAILY)),
					Duration.ofSeconds(10));
		this.world.lasting(null);
		this.world.run(60);
		assertThat(tick).isNotDone();
		assertThat(this.world.done(this.world.at("a").find(DAILY)).orElseThrow().ticks()).last()
			.satisfies((running) -> assertThat(running.outcome()).isEqualTo(TickOutcome.RUNNING))
			.satisfies((running) -> assertThat(running.duration()).isNull());
		assertThat(this.world.failure(this.world.at("b").runNow(DAILY))).isInstanceOf(ScheduleBusyException.class);
		end.complete(null);
		assertThat(this.world.done(tick).duration()).isGreaterThan(Duration.ofSeconds(59));
	}

	@Test
	void outcomeIsUnknownWhenTheOwnerIsLost() {
		String owner = this.world.startChild(CHILD);
		this.world.lasting(new CompletableFuture<>());
		CompletableFuture<TickRecord> tick = this.world.at(other(owner)).runNow(DAILY);
		this.world.run(2);
		this.world.lasting(null);
		this.world.cluster().crash(owner);
		assertThat(this.world.failure(tick)).isInstanceOf(TickOutcomeUnknownException.class)
			.hasMessageContaining("'" + owner + "'");
		this.world.run(20);
		assertThat(this.world.ticks()).filteredOn((one) -> one.key().equals(TickingCluster.DAILY)).hasSize(1);
	}

	@Test
	void outcomeIsUnknownWhenTheOwnerDoesNotAnswer() {
		String owner = this.world.startChild(CHILD);
		String asked = other(owner);
		this.world.cluster().pause(owner);
		assertThat(this.world.failure(this.world.at(asked).runNow(DAILY)))
			.isInstanceOf(TickOutcomeUnknownException.class);
	}

	@Test
	void processThatDoesNotRunIsNotOperatedOn() {
		String owner = this.world.startChild(CHILD);
		this.world.others(owner).forEach((other) -> this.world.cluster().startFailures(other, 1));
		this.world.cluster().crash(owner);
		this.world.run(60);
		String asked = other(owner);
		assertThat(this.world.failure(this.world.at(asked).runNow(DAILY)))
			.isInstanceOf(ScheduleNotRunningException.class);
		assertThat(this.world.failure(this.world.at(asked).pause(CHILD + "#new")))
			.isInstanceOf(ScheduleNotRunningException.class);
		assertThat(this.world.done(this.world.at(asked).pause(DAILY)).by()).as("its floor is known").isEqualTo(asked);
	}

	@Test
	void whatIsAskedFailsWhenTheNodeIsStopped() {
		String owner = this.world.startChild(CHILD);
		this.world.lasting(new CompletableFuture<>());
		String asked = other(owner);
		CompletableFuture<TickRecord> tick = this.world.at(asked).runNow(DAILY);
		this.world.run(2);
		this.world.cluster().horde(asked).stop();
		assertThat(this.world.failure(tick)).isInstanceOf(HordeException.class).hasMessageContaining("is stopped");
		assertThat(this.world.failure(this.world.at(asked).pause(POLL))).isInstanceOf(HordeException.class);
	}

	@Test
	void operationsAreObeyedUnderFaults() {
		AtomicInteger done = new AtomicInteger();
		Seeds.asked(100).run((seed) -> {
			ScheduleOperationsSimulation operations = new ScheduleOperationsSimulation(seed);
			assertThat(operations.run()).isNull();
			done.addAndGet(operations.done());
		});
		assertThat(done).hasValueGreaterThan(200);
	}

	private <E> List<E> told(Class<E> type) {
		return this.world.events().stream().filter(type::isInstance).map(type::cast).toList();
	}

	private void startAnew(boolean quorum) {
		if (quorum) {
			this.world = new TickingCluster(true);
		}
	}

	private String other(String node) {
		return this.world.others(node).get(0);
	}

}
