package io.horde.supervisor;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;

import io.horde.cluster.QuorumNotMetException;
import io.horde.node.Changed;
import io.horde.process.ProcessState;
import io.horde.process.RestartPolicy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SupervisorQuorumTests {

	private final TestCluster cluster = quorum(new TestCluster(31));

	private static TestCluster quorum(TestCluster cluster) {
		return cluster.settings((settings) -> settings.with(Changed.of(settings.membership(), "seats", 3))
			.with(Changed.of(settings.supervisor(), "distribution", "quorum")));
	}

	@Test
	void childrenRunWhenAMajorityHasGrantedThem() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 20);
		this.cluster.awaitRest(20);
		assertThat(this.cluster.living()).allMatch((run) -> run.context.isOwner())
			.allMatch((run) -> run.context.ownedFor().compareTo(Duration.ofSeconds(5)) <= 0);
	}

	@Test
	void withoutAMajorityNothingRuns() {
		this.cluster.with("n1");
		assertThat(this.cluster.supervisor("n1").startChild(TestCluster.spec("room-0"))).isNotCompleted();
		this.cluster.simulation.run(Duration.ofSeconds(30));
		assertThat(this.cluster.living()).isEmpty();
	}

	@Test
	void childrenOfACrashedNodeRunAgainWhenPromisesHaveRunOut() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 30);
		this.cluster.awaitRest(30);
		List<TestCluster.Run> lost = this.cluster.living()
			.stream()
			.filter((run) -> run.node.name.equals("n3"))
			.toList();
		assertThat(lost).isNotEmpty();
		Duration died = this.cluster.simulation.now();
		this.cluster.crash("n3");
		this.cluster.awaitRest(30);
		assertThat(this.cluster.simulation.now().minus(died)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(8));
		assertThat(tokens(lost)).allSatisfy((id, token) -> assertThat(
				this.cluster.living().stream().filter((run) -> run.id().equals(id)).findFirst().orElseThrow().context
					.fencingToken())
			.isGreaterThan(token));
	}

	@Test
	void minorityStopsItsChildrenBeforeTheMajorityStartsThem() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 30);
		this.cluster.awaitRest(30);
		this.cluster.simulation.network().partition(List.of("n1", "n2"), List.of("n3"));
		Duration end = this.cluster.simulation.now().plusSeconds(20);
		while (this.cluster.simulation.now().compareTo(end) < 0) {
			this.cluster.simulation.run(Duration.ofMillis(20));
			assertThat(this.cluster.placesById()).allSatisfy((id, nodes) -> assertThat(nodes).hasSizeLessThan(2));
		}
		assertThat(this.cluster.placesById()).hasSize(30)
			.allSatisfy((id, nodes) -> assertThat(nodes).doesNotContain("n3"));
		this.cluster.simulation.network().heal();
		this.cluster.awaitRest(30);
	}

	@Test
	void suspendedNodeIsNoOwnerWhenItWakes() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 30);
		this.cluster.awaitRest(30);
		List<TestCluster.Run> asleep = this.cluster.living()
			.stream()
			.filter((run) -> run.node.name.equals("n3"))
			.toList();
		this.cluster.node("n3").loop.suspend();
		this.cluster.simulation.run(Duration.ofSeconds(12));
		this.cluster.node("n3").loop.resume();
		assertThat(asleep).isNotEmpty().noneMatch((run) -> run.context.isOwner());
		this.cluster.awaitRest(30);
	}

	@Test
	void leavingNodeHandsItsChildrenOverWithoutWaitingForPromises() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 30);
		this.cluster.awaitRest(30);
		this.cluster.living().forEach((run) -> run.state = "state of " + run.id());
		Duration began = this.cluster.simulation.now();
		this.cluster.get(this.cluster.supervisor("n3").leave());
		this.cluster.node("n3").left = true;
		assertThat(this.cluster.simulation.now().minus(began)).isLessThan(Duration.ofSeconds(2));
		this.cluster.awaitRest(30);
		assertThat(this.cluster.living()).allMatch((run) -> run.state.equals("state of " + run.id()));
	}

	@Test
	void movedChildKeepsItsStateAndGetsAHigherToken() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 1);
		TestCluster.Run before = this.cluster.living().get(0);
		before.state = "state";
		String target = before.node.name.equals("n1") ? "n2" : "n1";
		this.cluster.get(this.cluster.supervisor("n3").moveChild("room-0", target));
		TestCluster.Run after = this.cluster.living().get(0);
		assertThat(after.node.name).isEqualTo(target);
		assertThat(after.state).isEqualTo("state");
		assertThat(after.context.fencingToken()).isGreaterThan(before.context.fencingToken());
	}

	@Test
	void terminatedChildIsGone() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 3);
		assertThat(this.cluster.get(this.cluster.supervisor("n2").terminateChild("room-1"))).isTrue();
		this.cluster.awaitRest(2);
	}

	@Test
	void terminationThatNoMajorityConfirmsFails() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 3);
		this.cluster.awaitRest(3);
		this.cluster.simulation.network().partition(List.of("n1"), List.of("n2", "n3"));
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> this.cluster.get(this.cluster.supervisor("n1").terminateChild("room-1")))
			.withCauseInstanceOf(QuorumNotMetException.class)
			.withMessageContaining("[n1]");
	}

	@Test
	void failedChildIsStartedAgainAtOnceUnderAHigherToken() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 1);
		TestCluster.Run before = this.cluster.living().get(0);
		before.context.fail(new IllegalStateException("a failure"));
		this.cluster.await("it runs again", () -> this.cluster.living().stream().anyMatch((run) -> run != before));
		this.cluster.awaitRest(1);
		assertThat(this.cluster.living().get(0).context.fencingToken()).isGreaterThan(before.context.fencingToken());
	}

	@Test
	void staticChildRunsUnderQuorum() {
		TestCluster cluster = quorum(new TestCluster(32)).types(TestCluster.type("single", 1, RestartPolicy.PERMANENT));
		cluster.with("n1", "n2", "n3");
		cluster.await("it runs", () -> !cluster.living().isEmpty());
		assertThat(cluster.living().get(0).context.ownedFor()).isLessThanOrEqualTo(Duration.ofSeconds(5));
		cluster.await("it is known to run",
				() -> cluster.supervisor("n2")
					.child("single")
					.filter((row) -> row.state() == ProcessState.RUNNING)
					.isPresent());
	}

	@Test
	void nodeWithoutTheTypeStartsItInTheModeOfThoseThatHaveIt() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 1);
		this.cluster.settings((settings) -> settings.with(Changed.of(settings.membership(), "seats", 3)));
		this.cluster.types(TestCluster.type("other", 0, RestartPolicy.PERMANENT));
		this.cluster.with("n4");
		this.cluster.get(this.cluster.supervisor("n4").startChild(TestCluster.spec("room-9")));
		assertThat(this.cluster.living()).hasSize(2)
			.allMatch((run) -> run.context.ownedFor().compareTo(Duration.ofSeconds(5)) <= 0);
	}

	@Test
	void annotationThatDiffersFromARunningChildIsReportedUntilTheChildIsGone() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 2);
		this.cluster.settings((settings) -> settings);
		this.cluster.with("n4");
		this.cluster.await("it is reported",
				() -> this.cluster.engine("n4").typesInAnotherMode().equals(Set.of(TestCluster.ROOM)));
		assertThat(this.cluster.engine("n1").typesInAnotherMode()).isEmpty();
		this.cluster.get(this.cluster.supervisor("n1").terminateChild("room-0"));
		this.cluster.get(this.cluster.supervisor("n1").terminateChild("room-1"));
		this.cluster.await("it is over", () -> this.cluster.engine("n4").typesInAnotherMode().isEmpty());
	}

	@Test
	void restartedNodesRunTheirChildrenAgain() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 20);
		for (String name : List.of("n1", "n2", "n3")) {
			this.cluster.crash(name);
			this.cluster.simulation.run(Duration.ofSeconds(1));
			this.cluster.start(name);
			this.cluster.simulation.run(Duration.ofSeconds(20));
		}
		this.cluster.awaitRest(20);
		assertThat(new TreeSet<>(this.cluster.placesById().keySet())).hasSize(20);
	}

	private static TreeMap<String, Long> tokens(List<TestCluster.Run> runs) {
		TreeMap<String, Long> tokens = new TreeMap<>();
		runs.forEach((run) -> tokens.put(run.id(), run.context.fencingToken()));
		return tokens;
	}

}
