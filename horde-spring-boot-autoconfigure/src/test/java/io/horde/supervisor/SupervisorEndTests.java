package io.horde.supervisor;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.horde.cluster.MemberStatus;
import io.horde.node.Changed;
import io.horde.process.IgnoreProcessException;
import io.horde.process.ProcessState;
import io.horde.process.RestartPolicy;
import io.horde.registry.NameAlreadyRegisteredException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ends that are out of the ordinary: at once, while nobody hears it, for want of a name,
 * by a process's own wish.
 */
class SupervisorEndTests {

	@Test
	void aShutdownTimeoutOfZeroInterruptsABusyProcessAtOnce() {
		TestCluster cluster = new TestCluster(1).with("n1");
		Runnable rest = busy(cluster, Duration.ZERO);
		CompletableFuture<Boolean> terminated = cluster.supervisor("n1").terminateChild("x");
		cluster.simulation.run(Duration.ofMillis(10));
		assertThat(cluster.node("n1").horde.runtime().stats().interrupted()).isOne();
		rest.run();
		assertThat(cluster.get(terminated)).isTrue();
		cluster.awaitRest(0);
	}

	@Test
	void aLongShutdownTimeoutLetsABusyProcessEnd() {
		TestCluster cluster = new TestCluster(2).with("n1");
		Runnable rest = busy(cluster, ChronoUnit.FOREVER.getDuration());
		CompletableFuture<Boolean> terminated = cluster.supervisor("n1").terminateChild("x");
		cluster.simulation.run(Duration.ofHours(1));
		assertThat(cluster.node("n1").horde.runtime().stats().interrupted()).isZero();
		assertThat(cluster.places("x")).hasSize(1);
		assertThat(terminated).isNotDone();
		rest.run();
		assertThat(cluster.get(terminated)).isTrue();
		cluster.awaitRest(0);
	}

	@Test
	void aNodeThatLeavesWhileItIsCutOffStopsItsChildrenAndTheOthersRunThemOnce() {
		TestCluster cluster = new TestCluster(3).with("n1", "n2", "n3");
		cluster.startChildren("n1", 30);
		cluster.awaitRest(30);
		cluster.simulation.network().partition(List.of("n1", "n2"), List.of("n3"));
		CompletableFuture<Void> left = cluster.supervisor("n3").leave();
		cluster.get(left);
		cluster.node("n3").left = true;
		assertThat(cluster.living()).extracting((run) -> run.node.name).doesNotContain("n3");
		cluster.awaitRest(30);
		cluster.simulation.network().heal();
		cluster.simulation.run(Duration.ofSeconds(10));
		assertThat(cluster.isAtRest(30)).isTrue();
		assertThat(cluster.living()).extracting((run) -> run.node.name).containsOnly("n1", "n2");
		assertThat(cluster.node("n1").horde.cluster().members())
			.filteredOn((member) -> member.status() == MemberStatus.UP)
			.hasSize(2);
	}

	@Test
	void aNodeThatLeavesOnceItKnowsThatItIsCutOffStopsWhatItHasTakenOverToo() {
		TestCluster cluster = new TestCluster(4).with("n1", "n2", "n3");
		cluster.startChildren("n1", 30);
		cluster.awaitRest(30);
		cluster.simulation.network().partition(List.of("n1", "n2"), List.of("n3"));
		cluster.await("n3 runs all children", () -> cluster.supervisor("n3").countChildren().active() == 30
				&& cluster.living().stream().filter((run) -> run.node.name.equals("n3")).count() == 30);
		cluster.get(cluster.supervisor("n3").leave());
		cluster.node("n3").left = true;
		assertThat(cluster.living()).extracting((run) -> run.node.name).doesNotContain("n3");
		cluster.simulation.network().heal();
		cluster.simulation.run(Duration.ofSeconds(10));
		cluster.awaitRest(30);
	}

	@Test
	void aNodeOfTheMajorityThatLeavesHandsItsChildrenToTheRestOfIt() {
		TestCluster cluster = new TestCluster(5).with("n1", "n2", "n3");
		cluster.startChildren("n1", 30);
		cluster.awaitRest(30);
		cluster.simulation.network().partition(List.of("n1", "n2"), List.of("n3"));
		cluster.simulation.run(Duration.ofSeconds(10));
		cluster.get(cluster.supervisor("n1").leave());
		cluster.node("n1").left = true;
		assertThat(cluster.living()).extracting((run) -> run.node.name).doesNotContain("n1");
		cluster.simulation.network().heal();
		cluster.awaitRest(30);
	}

	/**
	 * A permanent child whose name somebody else has keeps losing: it ends by asking to
	 * be ignored, without a storm of restarts.
	 */
	@Test
	void aPermanentLoserOfANameAsksToBeIgnoredAndIsForgotten() {
		TestCluster cluster = apart(6);
		cluster.behaviour((run) -> {
			try {
				run.node.registry().ownedBy(run.context).register("leader", null);
			}
			catch (NameAlreadyRegisteredException ex) {
				throw new IgnoreProcessException("'" + ex.holder().owner().processId() + "' leads");
			}
		});
		start(cluster, "n1", ChildSpec.of(TestCluster.ROOM).id("left"));
		start(cluster, "n2", ChildSpec.of(TestCluster.ROOM).id("right"));
		cluster.simulation.network().heal();
		cluster.awaitUp();
		cluster.awaitRest(1);
		cluster.simulation.run(Duration.ofMinutes(2));
		assertThat(cluster.living()).extracting(TestCluster.Run::id).containsExactly("right");
		assertThat(cluster.runs).hasSize(2);
		assertThat(cluster.supervisor("n1").child("left")).isEmpty();
	}

	@Test
	void aPermanentLoserOfItsOwnNameIsNotStartedAgainInAStorm() {
		TestCluster cluster = apart(7);
		start(cluster, "n1", ChildSpec.of(TestCluster.ROOM).id("left").name("leader"));
		start(cluster, "n2", ChildSpec.of(TestCluster.ROOM).id("right").name("leader"));
		cluster.simulation.network().heal();
		cluster.awaitUp();
		cluster.simulation.run(Duration.ofMinutes(5));
		assertThat(cluster.living()).extracting(TestCluster.Run::id).containsExactly("right");
		assertThat(cluster.runs.size()).isLessThan(20);
		assertThat(cluster.node("n1").registry().lookup("leader")).get()
			.satisfies((entry) -> assertThat(entry.owner().processId()).isEqualTo("right"));
	}

	@Test
	void aStaticChildThatIsIgnoredWaitsForTheLongestDelayAndIsAskedAgain() {
		TestCluster cluster = new TestCluster(8).types(TestCluster.type("poller", 1, RestartPolicy.PERMANENT))
			.supervisor((settings) -> Changed.of(settings, "maxRestarts", 3, "restartWindow", Duration.ofSeconds(5),
					"backoffInitial", Duration.ofMillis(100), "backoffMax", Duration.ofSeconds(30)));
		int[] asked = { 0 };
		cluster.behaviour((run) -> {
			asked[0]++;
			throw new IgnoreProcessException("nothing to poll");
		});
		cluster.with("n1", "n2");
		cluster.simulation.run(Duration.ofSeconds(25));
		assertThat(asked[0]).isOne();
		assertThat(cluster.supervisor("n2").child("poller")).get()
			.satisfies((child) -> assertThat(child.state()).isEqualTo(ProcessState.WAITING));
		assertThat(cluster.supervisor("n2").countChildren()).isEqualTo(new ChildCounts(1, 0, 1, 0));
		cluster.behaviour((run) -> {
		});
		cluster.awaitRest(1);
		assertThat(cluster.runs).hasSize(1);
	}

	@Test
	void whatIsKnownOfAChildIsExplained() {
		TestCluster cluster = new TestCluster(9).with("n1", "n2", "n3");
		StartResult result = cluster.get(cluster.supervisor("n1").startChild(TestCluster.spec("lobby")));
		PlacementExplanation explanation = cluster.supervisor("n1").explain("lobby");
		assertThat(explanation.id()).isEqualTo("lobby");
		assertThat(explanation.process()).isEqualTo(result.process());
		assertThat(explanation.candidates()).containsExactlyInAnyOrder("n1", "n2", "n3")
			.startsWith(explanation.chosen());
		assertThat(explanation.excluded()).isEmpty();
		assertThat(result.process()).isNotNull().satisfies((process) -> {
			assertThat(process.name()).isEqualTo("lobby");
			assertThat(process.epoch()).isEqualTo(cluster.living().get(0).context.fencingToken());
		});
	}

	@Test
	void childrenThatWaitForTheirRestartAreCounted() {
		TestCluster cluster = new TestCluster(10).with("n1");
		start(cluster, "n1", ChildSpec.of(TestCluster.ROOM).id("x"));
		cluster.behaviour((run) -> {
			throw new IllegalStateException("not yet");
		});
		cluster.living().get(0).context.fail(new IllegalStateException("first"));
		cluster.await("it waits", () -> cluster.supervisor("n1").countChildren().restarting() == 1);
		assertThat(cluster.supervisor("n1").countChildren().quarantined()).isZero();
		cluster.await("it is quarantined", () -> cluster.supervisor("n1").countChildren().quarantined() == 1);
		assertThat(cluster.supervisor("n1").countChildren()).isEqualTo(new ChildCounts(1, 0, 0, 1));
	}

	@Test
	void movesArePausedAndResumed() {
		Redistribution redistribution = new TestCluster(11).with("n1").supervisor("n1").redistribution();
		assertThat(redistribution.isPaused()).isFalse();
		redistribution.pause();
		assertThat(redistribution.isPaused()).isTrue();
		redistribution.resume();
		assertThat(redistribution.isPaused()).isFalse();
	}

	/**
	 * Start a child that is busy from now on, and return what it still has to do.
	 */
	private static Runnable busy(TestCluster cluster, Duration shutdownTimeout) {
		start(cluster, "n1", ChildSpec.of(TestCluster.ROOM).id("x").shutdownTimeout(shutdownTimeout));
		CompletableFuture<String> work = cluster.work("n1", "x", false);
		return () -> work.complete("done");
	}

	private static TestCluster apart(long seed) {
		TestCluster cluster = new TestCluster(seed);
		cluster.simulation.network().partition(List.of("n1"), List.of("n2"));
		cluster.start("n1");
		cluster.start("n2");
		cluster.await("both are up",
				() -> cluster.nodes.values()
					.stream()
					.allMatch((node) -> node.horde.cluster().self().status() == MemberStatus.UP));
		return cluster;
	}

	private static void start(TestCluster cluster, String node, ChildSpec spec) {
		assertThat(cluster.get(cluster.supervisor(node).startChild(spec)).process()).isNotNull();
	}

}
