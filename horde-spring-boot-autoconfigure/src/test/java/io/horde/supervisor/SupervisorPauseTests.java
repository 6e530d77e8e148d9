package io.horde.supervisor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.horde.cluster.MemberStatus;
import io.horde.node.Changed;
import io.horde.supervisor.TestCluster.Run;
import io.horde.supervisor.engine.SupervisorCounters;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of the ownership of a node that has stood still (T10).
 */
class SupervisorPauseTests {

	private static final Duration TAKEN_OVER = Duration.ofSeconds(10);

	/** Longer than others bear, too short to be taken for gone by several. */
	private static final Duration BRIEF = Duration.ofMillis(3200);

	private final TestCluster cluster = new TestCluster(71);

	@Test
	void nodeThatIsAloneGoesOnAtOnce() {
		startOn("n1");
		this.cluster.node("n1").loop.pause();
		this.cluster.simulation.run(TAKEN_OVER);
		this.cluster.node("n1").loop.resume();
		assertThat(owners("n1")).isZero();
		assertThat(this.cluster.living()).allSatisfy((run) -> assertThat(run.context.ownedFor()).isZero());
		assertThat(this.cluster.simulation.runUntil(() -> owners("n1") == 20, Duration.ofMillis(1))).isTrue();
		assertThat(counters("n1").pauses().sum()).isOne();
		assertThat(resting("n1")).isZero();
	}

	@Test
	void copiesThatWereTakenOverAreNeverOwnersAgain() {
		startOn("n1", "n2");
		this.cluster.node("n1").loop.pause();
		this.cluster.simulation.run(TAKEN_OVER);
		assertThat(owners("n2")).isEqualTo(20);
		this.cluster.node("n1").loop.resume();
		assertNoOwnerOn("n1", Duration.ofSeconds(10));
		assertThat(this.cluster.living()).allMatch((run) -> run.node.name.equals("n2")).hasSize(20);
		assertThat(counters("n1").pauses().sum()).isOne();
		assertThat(resting("n1")).isZero();
	}

	@Test
	void monotonicClockThatStoodStillHidesNoPause() {
		startOn("n1", "n2");
		this.cluster.node("n1").loop.suspend();
		this.cluster.simulation.run(TAKEN_OVER);
		assertThat(owners("n2")).isEqualTo(20);
		this.cluster.node("n1").loop.resume();
		assertNoOwnerOn("n1", Duration.ofSeconds(10));
		assertThat(counters("n1").pauses().sum()).isOne();
	}

	@Test
	void copiesThatNobodyTookOverGoOnWhenAllHaveAnswered() {
		startOn("n1", "n2", "n3");
		long before = owners("n1");
		briefPause("n1");
		assertThat(owners("n1")).isZero();
		this.cluster.await("they are owners again", () -> owners("n1") == before);
		assertThat(this.cluster.runs).hasSize(20);
		assertThat(counters("n1").pauses().sum()).isOne();
	}

	@Test
	void wallClockThatIsSetForwardCausesAShortRest() {
		startOn("n1", "n2", "n3");
		long before = owners("n1");
		this.cluster.node("n1").loop.clock().step(Duration.ofHours(1));
		assertThat(owners("n1")).isZero();
		assertThat(this.cluster.simulation.runUntil(() -> owners("n1") == before, Duration.ofSeconds(1))).isTrue();
		this.cluster.simulation.run(Duration.ofSeconds(20));
		assertThat(this.cluster.runs).hasSize(20);
		assertThat(counters("n1").pauses().sum()).isOne();
	}

	@Test
	void wallClockThatIsSetBackCausesNone() {
		startOn("n1", "n2", "n3");
		this.cluster.node("n1").loop.clock().step(Duration.ofHours(-1));
		this.cluster.simulation.run(Duration.ofSeconds(20));
		assertThat(this.cluster.living()).hasSize(20).allMatch((run) -> run.context.isOwner());
		assertThat(counters("n1").pauses().sum()).isZero();
	}

	@Test
	void memberThatDoesNotAnswerIsWaitedForUntilItIsDown() {
		startOn("n1", "n2", "n3");
		long before = owners("n1");
		this.cluster.node("n1").loop.pause();
		this.cluster.simulation.run(BRIEF);
		this.cluster.node("n3").loop.pause();
		this.cluster.node("n1").loop.resume();
		this.cluster.await("it rests", () -> resting("n1") == before);
		this.cluster.await("it takes n3 for down", () -> {
			assertThat(isDown("n1", "n3") || owners("n1") == 0).isTrue();
			return isDown("n1", "n3");
		});
		this.cluster.await("they are owners again", () -> owners("n1") >= before);
		this.cluster.simulation.run(Duration.ofSeconds(2));
		this.cluster.node("n3").loop.resume();
		assertNoOwnerOn("n3", Duration.ofSeconds(5));
		this.cluster.awaitRest(20);
	}

	@Test
	void memberThatCrashesDuringTheQuestionIsNotWaitedFor() {
		startOn("n1", "n2", "n3");
		long before = owners("n1");
		briefPause("n1");
		this.cluster.crash("n3");
		assertThat(this.cluster.simulation.runUntil(() -> owners("n1") >= before, Duration.ofSeconds(2))).isTrue();
	}

	/* The answer to the first question is there when it wakes for the second time. */
	@Test
	void answerFromBeforeAnotherPauseDoesNotCount() {
		startOn("n1", "n2");
		this.cluster.node("n2").loop.pause();
		this.cluster.simulation.run(Duration.ofMillis(100));
		this.cluster.node("n1").loop.pause();
		this.cluster.simulation.run(Duration.ofSeconds(4));
		this.cluster.node("n1").loop.resume();
		this.cluster.simulation.run(Duration.ofMillis(600));
		assertThat(resting("n1")).isPositive();
		this.cluster.node("n1").loop.pause();
		this.cluster.node("n2").loop.resume();
		this.cluster.await("n2 has taken them over", () -> owners("n2") == 20);
		this.cluster.simulation.run(Duration.ofSeconds(1));
		this.cluster.node("n1").loop.resume();
		assertNoOwnerOn("n1", Duration.ofSeconds(10));
		assertThat(counters("n1").pauses().sum()).isEqualTo(2);
	}

	/*
	 * Else the claimant, whose constructor has just returned, would be owner beside it.
	 */
	@Test
	void claimantObeysBeforeAnAssertedCopyIsOwnerAgain() {
		startOn("n1", "n2");
		List<Run> ours = this.cluster.living().stream().filter((run) -> run.node.name.equals("n1")).toList();
		List<Long> tokens = tokens(ours);
		Deque<Runnable> constructors = new ArrayDeque<>();
		hold("n2", constructors, ours.size());
		this.cluster.node("n1").loop.pause();
		this.cluster.await("n2 claims them", () -> constructors.size() == ours.size());
		this.cluster.node("n1").loop.resume();
		boolean[] returned = { false };
		this.cluster.await("they are owners again", () -> {
			if (!returned[0] && !tokens(ours).equals(tokens)) {
				returned[0] = true;
				constructors.forEach(this.cluster.node("n2").loop::execute);
			}
			assertThat(ours).noneMatch((run) -> run.context.isOwner() && hasOtherOwner(run));
			return ours.stream().allMatch((run) -> run.context.isOwner());
		});
		assertThat(returned[0]).isTrue();
		this.cluster.awaitRest(20);
		assertThat(ours).allMatch((run) -> run.context.isOwner());
	}

	@Test
	void copyOfAChildThatWasTerminatedMeanwhileIsNeverOwnerAgain() {
		startOn("n1", "n2");
		Run run = this.cluster.living().stream().filter((one) -> one.node.name.equals("n1")).findFirst().orElseThrow();
		this.cluster.node("n1").loop.pause();
		this.cluster.simulation.run(TAKEN_OVER);
		assertThat(this.cluster.get(this.cluster.supervisor("n2").terminateChild(run.id()))).isTrue();
		this.cluster.simulation.run(Duration.ofSeconds(1));
		this.cluster.node("n1").loop.resume();
		assertNoOwnerOn("n1", Duration.ofSeconds(10));
		this.cluster.awaitRest(19);
	}

	@Test
	void processThatIsCreatedMeanwhileBeginsAfterwards() {
		startOn("n1", "n2", "n3");
		Deque<Runnable> constructors = new ArrayDeque<>();
		hold("n1", constructors, 1);
		String id = startHeld("n2", constructors);
		this.cluster.node("n1").loop.pause();
		this.cluster.simulation.run(BRIEF);
		this.cluster.node("n1").loop.resume();
		constructors.forEach(this.cluster.node("n1").loop::execute);
		this.cluster.await("it runs", () -> this.cluster.living().stream().anyMatch((run) -> run.id().equals(id)));
		Run run = this.cluster.living().stream().filter((one) -> one.id().equals(id)).findFirst().orElseThrow();
		this.cluster.await("it is owner", () -> {
			boolean open = Objects.requireNonNull(this.cluster.node("n1").horde.runtime().process(id)).isOpen();
			assertThat(open).isEqualTo(run.context.isOwner());
			return open;
		});
		assertThat(resting("n1")).isZero();
	}

	@Test
	void processesUnderQuorumDoNotRest() {
		this.cluster.settings((settings) -> settings
			.with(Changed.of(settings.membership(), "seats", 3, "leaseDuration", Duration.ofSeconds(8)))
			.with(Changed.of(settings.supervisor(), "distribution", "quorum")));
		startOn("n1", "n2", "n3");
		long before = owners("n1");
		briefPause("n1");
		assertThat(owners("n1")).isEqualTo(before);
		this.cluster.simulation.run(Duration.ofMillis(500));
		assertThat(resting("n1")).isZero();
		assertThat(counters("n1").pauses().sum()).isOne();
	}

	/* It is tried again, and not as fast as the loop turns. */
	@Test
	void callWaitsUntilTheProcessIsOwnerAgain() {
		startOn("n1", "n2");
		this.cluster.node("n2").loop.pause();
		this.cluster.node("n1").loop.pause();
		this.cluster.simulation.run(BRIEF);
		this.cluster.node("n1").loop.resume();
		this.cluster.await("it rests", () -> resting("n1") > 0);
		Run run = this.cluster.living().stream().filter((one) -> one.node.name.equals("n1")).findFirst().orElseThrow();
		CompletableFuture<Long> call = this.cluster.node("n1").registry().proxy(RoomApi.class, run.id()).token();
		Duration end = this.cluster.simulation.now().plusSeconds(1);
		int steps = 0;
		while (this.cluster.simulation.now().compareTo(end) < 0) {
			this.cluster.simulation.step();
			steps++;
		}
		assertThat(steps).isLessThan(1000);
		assertThat(call).isNotDone();
		this.cluster.node("n2").loop.resume();
		assertThat(this.cluster.get(call)).isEqualTo(run.context.fencingToken());
	}

	@Test
	void codeThatAPauseCaughtInACopyThatWasTakenOverIsInterruptedAndCounted() throws InterruptedException {
		startOn("n1", "n2");
		Run run = this.cluster.living().stream().filter((one) -> one.node.name.equals("n1")).findFirst().orElseThrow();
		TestCluster.Node node = this.cluster.node("n1");
		Thread[] thread = new Thread[1];
		node.elsewhere = (task) -> {
			thread[0] = new Thread(task, "caught");
			thread[0].start();
		};
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		Objects.requireNonNull(node.horde.runtime().process(run.id())).offer(() -> {
			begun.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
			}
			awaitUninterruptibly(goOn);
		});
		assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
		node.loop.pause();
		this.cluster.simulation.run(TAKEN_OVER);
		node.loop.resume();
		this.cluster.simulation.run(Duration.ofSeconds(6));
		assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(counters("n1").caught().sum()).isOne();
		goOn.countDown();
		thread[0].join(10_000);
		this.cluster.awaitRest(20);
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			awaitUninterruptibly(latch);
		}
	}

	private void startOn(String... nodes) {
		this.cluster.with(nodes).startChildren("n1", 20);
		this.cluster.awaitRest(20);
		this.cluster.await("all are owners",
				() -> this.cluster.living().stream().allMatch((run) -> run.context.isOwner()));
	}

	private static List<Long> tokens(List<Run> runs) {
		return runs.stream().map((run) -> run.context.fencingToken()).toList();
	}

	private void briefPause(String node) {
		this.cluster.node(node).loop.pause();
		this.cluster.simulation.run(BRIEF);
		this.cluster.node(node).loop.resume();
	}

	/* Hold the next constructors back. */
	private void hold(String node, Deque<Runnable> constructors, int count) {
		if (constructors.size() < count) {
			this.cluster.node(node).elsewhere = (task) -> {
				constructors.add(task);
				hold(node, constructors, count);
			};
		}
	}

	private String startHeld(String at, Deque<Runnable> constructors) {
		int started = 0;
		while (constructors.isEmpty()) {
			this.cluster.supervisor(at).startChild(TestCluster.spec("held-" + ++started));
			this.cluster.simulation.run(Duration.ofMillis(20));
		}
		return "held-" + started;
	}

	private boolean hasOtherOwner(Run run) {
		return this.cluster.living()
			.stream()
			.anyMatch((other) -> other != run && other.id().equals(run.id()) && other.context.isOwner());
	}

	private boolean isDown(String at, String node) {
		return this.cluster.node(at).horde.cluster()
			.members()
			.stream()
			.anyMatch((member) -> member.name().equals(node) && member.status() == MemberStatus.DOWN);
	}

	private void assertNoOwnerOn(String node, Duration time) {
		Duration end = this.cluster.simulation.now().plus(time);
		while (this.cluster.simulation.now().compareTo(end) < 0) {
			assertThat(owners(node)).as("owners on %s at %s", node, this.cluster.simulation.now()).isZero();
			this.cluster.simulation.step();
		}
	}

	private long owners(String node) {
		return this.cluster.living()
			.stream()
			.filter((run) -> run.node.name.equals(node) && run.context.isOwner())
			.count();
	}

	private int resting(String node) {
		return this.cluster.engine(node).resting();
	}

	private SupervisorCounters counters(String node) {
		return this.cluster.engine(node).counters();
	}

}
