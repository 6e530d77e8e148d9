package io.horde.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

import io.horde.HordeException;
import io.horde.cluster.Member;
import io.horde.distribution.ClusterView;
import io.horde.distribution.NoEligibleMemberException;
import io.horde.distribution.PlacementRequest;
import io.horde.node.Changed;
import io.horde.payload.PayloadException;
import io.horde.process.IgnoreProcessException;
import io.horde.process.ProcessState;
import io.horde.process.RestartPolicy;
import io.horde.registry.NameAlreadyRegisteredException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Starts, and what can go wrong with them.
 */
class SupervisorStartTests {

	@Test
	void aStartedChildIsKnownByNameToItsCallerAtOnce() {
		TestCluster cluster = new TestCluster(1).with("n1", "n2", "n3");
		for (int i = 0; i < 20; i++) {
			String name = "room-" + i;
			StartResult result = cluster.get(cluster.supervisor("n1").startChild(TestCluster.spec(name)));
			assertThat(result.created()).isTrue();
			assertThat(cluster.node("n1").registry().lookup(name)).get()
				.satisfies((entry) -> assertThat(entry.node()).isEqualTo(cluster.places(name).get(0)));
			assertThat(cluster.supervisor("n1").child(name)).get()
				.isEqualTo(result.process())
				.satisfies((process) -> assertThat(process.state()).isEqualTo(ProcessState.RUNNING));
		}
		assertThat(cluster.supervisor("n1").countChildren()).isEqualTo(new ChildCounts(20, 20, 0, 0));
	}

	@Test
	void oneNameIsOneChildWhoeverAsksForIt() {
		TestCluster cluster = new TestCluster(2).with("n1", "n2", "n3");
		List<CompletableFuture<StartResult>> starts = List.of("n1", "n2", "n3", "n1")
			.stream()
			.map((node) -> cluster.supervisor(node).startChild(TestCluster.spec("lobby")))
			.toList();
		starts.forEach(cluster::get);
		cluster.awaitRest(1);
		assertThat(starts.stream().filter((start) -> start.join().created())).hasSizeBetween(1, 3);
		assertThat(cluster.get(cluster.supervisor("n2").startChild(TestCluster.spec("lobby")))).satisfies((result) -> {
			assertThat(result.created()).isFalse();
			assertThat(result.process()).isEqualTo(cluster.supervisor("n2").child("lobby").orElseThrow());
		});
	}

	@Test
	void aTakenNameGivesItsHolder() {
		TestCluster cluster = new TestCluster(3).with("n1", "n2", "n3");
		cluster.get(cluster.supervisor("n1").startChild(ChildSpec.of(TestCluster.ROOM).id("first").name("lobby")));
		StartResult second = cluster
			.get(cluster.supervisor("n2").startChild(ChildSpec.of(TestCluster.ROOM).id("second").name("lobby")));
		assertThat(second.created()).isFalse();
		assertThat(second.process()).isNotNull().satisfies((process) -> assertThat(process.id()).isEqualTo("first"));
		cluster.awaitRest(1);
	}

	@Test
	void aNameThatANodeHoldsIsRefused() {
		TestCluster cluster = new TestCluster(4).with("n1", "n2");
		cluster.node("n1").registry().register("lobby", null);
		cluster.simulation.run(Duration.ofMillis(100));
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> cluster.get(cluster.supervisor("n2").startChild(TestCluster.spec("lobby"))))
			.withCauseInstanceOf(NameAlreadyRegisteredException.class);
		cluster.awaitRest(0);
	}

	@Test
	void identicalSpecsWithoutAnIdAreDifferentChildren() {
		TestCluster cluster = new TestCluster(5).with("n1", "n2", "n3");
		ChildSpec spec = ChildSpec.of(TestCluster.ROOM);
		List<StartResult> results = cluster
			.get(cluster.supervisor("n1").startChildren(IntStream.range(0, 60).mapToObj((i) -> spec).toList()));
		assertThat(results).extracting((result) -> result.spec().id()).doesNotHaveDuplicates();
		cluster.awaitRest(60);
		assertThat(cluster.placesById().values().stream().distinct()).hasSize(3);
	}

	@Test
	void aStartThatFailsIsReportedAndLeavesNothing() {
		TestCluster cluster = new TestCluster(6).with("n1", "n2", "n3");
		cluster.behaviour((run) -> {
			throw new IllegalStateException("no room");
		});
		for (int i = 0; i < 6; i++) {
			ChildSpec spec = TestCluster.spec("room-" + i);
			assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(() -> cluster.get(cluster.supervisor("n1").startChild(spec)))
				.withCauseInstanceOf(ChildStartException.class)
				.withMessageContaining("no room");
		}
		cluster.awaitRest(0);
		cluster.simulation.run(Duration.ofSeconds(40));
		cluster.behaviour((run) -> {
		});
		cluster.awaitRest(0);
	}

	@Test
	void failuresOfABatchComeInOrderWithTheResults() {
		TestCluster cluster = new TestCluster(7).with("n1", "n2", "n3");
		cluster.behaviour((run) -> {
			if (Integer.parseInt(run.id().substring(5)) % 3 == 0) {
				throw new IllegalStateException("divisible");
			}
		});
		List<StartResult> results = cluster.get(cluster.supervisor("n1")
			.startChildren(IntStream.range(0, 60).mapToObj((i) -> TestCluster.spec("room-" + i)).toList()));
		for (int i = 0; i < 60; i++) {
			assertThat(results.get(i).spec().id()).isEqualTo("room-" + i);
			assertThat(results.get(i).failure() != null).isEqualTo(i % 3 == 0);
			assertThat(results.get(i).process() == null).isEqualTo(i % 3 == 0);
		}
		cluster.awaitRest(40);
	}

	@Test
	void aProcessThatAsksToBeIgnoredIsForgottenWithoutAnError() {
		TestCluster cluster = new TestCluster(8).with("n1", "n2");
		cluster.behaviour((run) -> {
			throw new IgnoreProcessException("not needed");
		});
		StartResult result = cluster.get(cluster.supervisor("n1").startChild(TestCluster.spec("lobby")));
		assertThat(result.process()).isNull();
		assertThat(result.failure()).isNull();
		cluster.awaitRest(0);
	}

	@Test
	void aTypeThatNobodyCanRunIsNotStarted() {
		TestCluster cluster = new TestCluster(9).with("n1", "n2");
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> cluster.get(cluster.supervisor("n1").startChild(ChildSpec.of("unknown").id("x"))))
			.withCauseInstanceOf(NoEligibleMemberException.class)
			.withMessageContaining("n1")
			.withMessageContaining("can't run the type 'unknown'");
		cluster.awaitRest(0);
	}

	@Test
	void aGatewayStartsTypesThatItLacks() {
		TestCluster cluster = new TestCluster(10).types().with("gateway");
		cluster.types(TestCluster.type("game", 0, RestartPolicy.PERMANENT)).with("n1", "n2");
		StartResult result = cluster.get(cluster.supervisor("gateway").startChild(ChildSpec.of("game").name("chess")));
		assertThat(result.process()).isNotNull().satisfies((process) -> assertThat(process.node()).startsWith("n"));
		cluster.awaitRest(1);
	}

	@Test
	void moreChildrenThanANodeMayRunAreRefusedAndNotHalfStarted() {
		TestCluster cluster = new TestCluster(11).supervisor((settings) -> Changed.of(settings, "maxChildren", 10))
			.with("n1");
		cluster.startChildren("n1", 10);
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> cluster.get(cluster.supervisor("n1").startChild(TestCluster.spec("one-more"))))
			.withCauseInstanceOf(MaxChildrenException.class)
			.withMessageContaining("horde.supervisor.max-children");
		cluster.awaitRest(10);
	}

	@Test
	void anArgumentThatCanNotBeEncodedFailsTheStartOnly() {
		TestCluster cluster = new TestCluster(12).with("n1");
		ChildSpec bad = TestCluster.spec("bad").argument(new Thread());
		List<StartResult> results = cluster
			.get(cluster.supervisor("n1").startChildren(List.of(TestCluster.spec("good"), bad)));
		assertThat(results.get(0).failure()).isNull();
		assertThat(results.get(1).failure()).isInstanceOf(PayloadException.class)
			.hasMessageContaining("the argument of child 'bad'");
		cluster.awaitRest(1);
	}

	@Test
	void aNameOfTenKilobytesIsRefused() {
		TestCluster cluster = new TestCluster(13).with("n1");
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> cluster.get(cluster.supervisor("n1").startChild(TestCluster.spec("x".repeat(10_000)))))
			.withCauseInstanceOf(HordeException.class)
			.withMessageContaining("10000 bytes");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  ", "half a pair \uD83D", "\uDE00 the other half", "a\u0000b" })
	void whatWouldNotBeTheSameOnEveryNodeIsRefused(String text) {
		TestCluster cluster = new TestCluster(23).with("n1", "n2");
		List<ChildSpec> specs = new ArrayList<>(
				List.of(ChildSpec.of(TestCluster.ROOM).id(text), ChildSpec.of(TestCluster.ROOM).id("x").name(text),
						ChildSpec.of(text).id("x"), ChildSpec.of(TestCluster.ROOM).id("x").label(text, "value")));
		if (!text.isEmpty()) {
			specs.add(ChildSpec.of(TestCluster.ROOM).id("x").label("key", text));
		}
		assertThat(cluster.get(cluster.supervisor("n1").startChildren(specs))).hasSameSizeAs(specs)
			.allSatisfy((result) -> assertThat(result.failure()).isInstanceOf(InvalidChildSpecException.class)
				.hasMessageMatching(
						"A child was not started: its (id|name|type|label's key|label 'key') (is|contains) .*"));
		assertThat(cluster.get(cluster.supervisor("n1").terminateChild(text))).isFalse();
		cluster.awaitRest(0);
	}

	@Test
	void aStartOnANodeThatJoinsWaitsUntilItIsUp() {
		TestCluster cluster = new TestCluster(14);
		cluster.start("n1");
		CompletableFuture<StartResult> start = cluster.supervisor("n1").startChild(TestCluster.spec("early"));
		assertThat(cluster.get(start).created()).isTrue();
	}

	@Test
	void aStartOnANodeThatLeavesFails() {
		TestCluster cluster = new TestCluster(15).with("n1", "n2");
		cluster.startChildren("n1", 50);
		CompletableFuture<Void> leaving = cluster.supervisor("n1").leave();
		cluster.simulation.run(Duration.ofMillis(1));
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> cluster.get(cluster.supervisor("n1").startChild(TestCluster.spec("late"))))
			.withCauseInstanceOf(LeavingException.class);
		cluster.get(leaving);
	}

	/* In Horde for Elixir that is a deadlock. */
	@Test
	void aProcessStartsAChildFromItsOwnInitialisation() {
		TestCluster cluster = new TestCluster(16).with("n1", "n2", "n3");
		cluster.behaviour((run) -> {
			if (run.id().startsWith("room-")) {
				run.node.supervisor().startChild(TestCluster.spec("child-of-" + run.id()));
			}
		});
		cluster.startChildren("n1", 20);
		cluster.awaitRest(40);
	}

	/* In Horde for Elixir the caller hangs. */
	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })
	void theCallerFollowsAChildWhoseNodeDiesWhileItStarts(long seed) {
		TestCluster cluster = new TestCluster(100 + seed).with("n1", "n2", "n3");
		CompletableFuture<List<StartResult>> starts = cluster.supervisor("n1")
			.startChildren(IntStream.range(0, 50).mapToObj((i) -> TestCluster.spec("room-" + i)).toList());
		cluster.simulation.run(Duration.ofNanos(150_000 * seed));
		cluster.crash("n2");
		assertThat(cluster.get(starts)).allSatisfy((result) -> assertThat(result.failure()).isNull());
		cluster.awaitRest(50);
	}

	/* R10: the defect that loses 64 to 106 of 1,000 children in the original. */
	@ParameterizedTest
	@ValueSource(strings = { "n1", "n2", "n3" })
	void anAcknowledgedStartSurvivesTheDeathOfAnyNodeAtTheWorstMoment(String victim) {
		for (long seed = 0; seed < 5; seed++) {
			TestCluster cluster = new TestCluster(200 + seed).with("n1", "n2", "n3");
			CompletableFuture<List<StartResult>> starts = cluster.supervisor("n1")
				.startChildren(IntStream.range(0, 200).mapToObj((i) -> TestCluster.spec("room-" + i)).toList());
			starts.thenRun(() -> cluster.crash(victim));
			cluster.await("the start is acknowledged", starts::isDone);
			assertThat(starts.join()).allMatch((result) -> result.failure() == null);
			cluster.awaitRest(200);
		}
	}

	@Test
	void everySingleAcknowledgedStartSurvivesItsCallersDeath() {
		for (long seed = 0; seed < 20; seed++) {
			TestCluster cluster = new TestCluster(300 + seed).with("n1", "n2", "n3");
			CompletableFuture<StartResult> start = cluster.supervisor("n1").startChild(TestCluster.spec("one"));
			start.thenRun(() -> cluster
				.crash((cluster.simulation.random().nextBoolean()) ? "n1" : start.join().process().node()));
			cluster.await("the start is acknowledged", start::isDone);
			cluster.awaitRest(1);
		}
	}

	/* O6: the strategies send it round in circles, and nobody can run it. */
	@Test
	void aStartThatIsOutOfHopsAtANodeThatMayNotRunItFails() {
		List<String> asked = new ArrayList<>();
		TestCluster cluster = new TestCluster(21).strategy("circle", (request, view) -> {
			asked.add(view.members().stream().filter(Member::self).findFirst().orElseThrow().name());
			return next(request, view);
		}).supervisor((settings) -> Changed.of(settings, "distribution", "circle")).with("n1", "n2", "n3");
		CompletableFuture<StartResult> start = cluster.supervisor("n1").startChild(ChildSpec.of("unknown").id("x"));
		cluster.simulation.run(Duration.ofMillis(10));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> start.getNow(null))
			.withCauseInstanceOf(NoEligibleMemberException.class)
			.withMessageContaining("the members that were asked to start it can't run it");
		assertThat(asked).containsExactly("n1", "n2", "n3");
		assertThat(cluster.runs).isEmpty();
		cluster.awaitRest(0);
	}

	/* O6: hops are bounded, and then the receiver starts the child itself. */
	@Test
	void aStartThatIsOutOfHopsAtANodeThatCanRunItRunsThere() {
		TestCluster cluster = new TestCluster(22).types()
			.strategy("circle", SupervisorStartTests::next)
			.supervisor((settings) -> Changed.of(settings, "distribution", "circle"))
			.with("n1", "n2");
		cluster.types(TestCluster.type("game", 0, RestartPolicy.PERMANENT)).with("n3");
		StartResult result = cluster.get(cluster.supervisor("n1").startChild(ChildSpec.of("game").name("chess")));
		assertThat(result.process()).isNotNull().satisfies((process) -> assertThat(process.node()).isEqualTo("n3"));
		cluster.awaitRest(1);
	}

	@Test
	void quorumChildrenAreRefusedAndNeverRunWithoutQuorum() {
		TestCluster cluster = new TestCluster(17)
			.supervisor((settings) -> Changed.of(settings, "distribution", "quorum"))
			.with("n1", "n2", "n3");
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> cluster.get(cluster.supervisor("n1").startChild(TestCluster.spec("ledger"))))
			.withCauseInstanceOf(NoEligibleMemberException.class)
			.withMessageContaining("horde.cluster.expected-size");
		cluster.awaitRest(0);
	}

	@Test
	void aUsersStrategyDecidesAndIsNotAskedAgainWhileTheViewStands() {
		int[] asked = new int[1];
		TestCluster cluster = new TestCluster(18).strategy("last", (request, view) -> {
			asked[0]++;
			return view.candidates(request).stream().reduce((first, second) -> second);
		}).supervisor((settings) -> Changed.of(settings, "distribution", "last")).with("n1", "n2", "n3");
		cluster.startChildren("n1", 30);
		assertThat(cluster.living()).allMatch((run) -> run.node.name.equals("n3"));
		assertThat(asked[0]).isLessThanOrEqualTo(90);
		cluster.crash("n3");
		cluster.awaitRest(30);
		assertThat(cluster.living()).allMatch((run) -> run.node.name.equals("n2"));
	}

	@Test
	void aStrategyThatThrowsCountsAsNoNode() {
		TestCluster cluster = new TestCluster(19).strategy("broken", (request, view) -> {
			throw new IllegalStateException("broken");
		}).supervisor((settings) -> Changed.of(settings, "distribution", "broken")).with("n1");
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> cluster.get(cluster.supervisor("n1").startChild(TestCluster.spec("x"))))
			.withCauseInstanceOf(NoEligibleMemberException.class);
	}

	@Test
	void labelsChooseTheNode() {
		TestCluster cluster = new TestCluster(20).with("n1", "n2");
		cluster.settings((all) -> all.with(Changed.of(all.membership(), "labels", Map.of("disk", "ssd")))).with("n3");
		List<ChildSpec> specs = IntStream.range(0, 20)
			.mapToObj((i) -> TestCluster.spec("room-" + i).label("disk", "ssd"))
			.toList();
		cluster.get(cluster.supervisor("n1").startChildren(specs));
		assertThat(cluster.living()).hasSize(20).allMatch((run) -> run.node.name.equals("n3"));
		PlacementExplanation explanation = cluster.supervisor("n1").explain("room-3");
		assertThat(explanation.chosen()).isEqualTo("n3");
		assertThat(explanation.excluded()).containsOnlyKeys("n1", "n2").containsEntry("n1", "lacks the label disk=ssd");
		assertThat(explanation.summary()).contains("RUNNING on node 'n3'");
		cluster.crash("n3");
		cluster.simulation.run(Duration.ofSeconds(10));
		assertThat(cluster.living()).isEmpty();
		assertThat(cluster.supervisor("n1").explain("room-3").summary()).contains("No member may run it");
		cluster.start("n3");
		cluster.awaitUp();
		cluster.awaitRest(20);
	}

	/* Each node holds the next one for the right one. */
	private static Optional<Member> next(PlacementRequest request, ClusterView view) {
		List<Member> members = view.members();
		int self = IntStream.range(0, members.size()).filter((i) -> members.get(i).self()).findFirst().orElseThrow();
		return Optional.of(members.get((self + 1) % members.size()));
	}

}
