package io.horde.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.horde.HordeException;
import io.horde.distribution.NoEligibleMemberException;
import io.horde.process.StartReason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Hand-overs and what can go wrong with them (O6, O7).
 */
class SupervisorMoveTests {

	@Test
	void aMovedChildRunsOnItsTargetWithItsState() {
		TestCluster cluster = cluster(1);
		String target = other(cluster);
		long epoch = cluster.living().get(0).context.fencingToken();
		for (String caller : List.of("n1", "n2", "n3")) {
			ProcessRef process = cluster.get(cluster.supervisor(caller).moveChild("x", target));
			assertThat(process.node()).isEqualTo(target);
		}
		assertThat(cluster.runs).hasSize(2);
		TestCluster.Run run = cluster.living().get(0);
		assertThat(run.state).isEqualTo("precious");
		assertThat(run.context.startReason()).isEqualTo(StartReason.HAND_OFF);
		assertThat(run.context.fencingToken()).isGreaterThan(epoch);
		cluster.awaitRest(1);
		assertThat(cluster.node("n1").registry().lookup("x")).get()
			.satisfies((entry) -> assertThat(entry.node()).isEqualTo(target));
	}

	@Test
	void nobodySeesARunBeforeItHasTakenItsStateOver() {
		TestCluster cluster = cluster(6);
		String target = other(cluster);
		List<String> seen = new ArrayList<>();
		cluster.behaviour((run) -> {
			seen.add(run.state);
			cluster.nodes.values()
				.forEach((node) -> node.registry().lookup("x").ifPresent((entry) -> seen.add(entry.node())));
			run.node.supervisor().localInstances(TestCluster.Run.class).forEach((instance) -> seen.add("instance"));
		});
		cluster.get(cluster.supervisor("n1").moveChild("x", target));
		String source = cluster.runs.get(0).node.name;
		assertThat(seen).isNotEmpty().isSubsetOf("", source);
		assertThat(cluster.living().get(0).state).isEqualTo("precious");
	}

	@Test
	void aMoveToANodeThatIsNoCandidateIsRefused() {
		TestCluster cluster = cluster(2);
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> cluster.get(cluster.supervisor("n1").moveChild("x", "nobody")))
			.withCauseInstanceOf(NoEligibleMemberException.class);
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> cluster.get(cluster.supervisor("n1").moveChild("unknown", "n2")))
			.withCauseInstanceOf(HordeException.class)
			.withMessageContaining("no child 'unknown'");
		cluster.awaitRest(1);
		assertThat(cluster.runs).hasSize(1);
	}

	@Test
	void stateThatTheTargetCanNotTakeGoesToTheNextNode() {
		TestCluster cluster = cluster(3);
		String target = other(cluster);
		cluster.behaviour((run) -> {
			if (run.node.name.equals(target)) {
				throw new IllegalStateException("not here");
			}
		});
		CompletableFuture<ProcessRef> move = cluster.supervisor("n1").moveChild("x", target);
		cluster.awaitRest(1);
		assertThat(cluster.living()).hasSize(1).allMatch((run) -> run.state.equals("precious"));
		assertThat(cluster.living().get(0).node.name).isNotEqualTo(target);
		cluster.simulation.run(Duration.ofSeconds(50));
		assertThat(move).isCompletedExceptionally();
	}

	@Test
	void stateSurvivesTheDeathOfTheTargetAtAnyMoment() {
		for (long seed = 0; seed < 30; seed++) {
			TestCluster cluster = cluster(100 + seed);
			String target = other(cluster);
			cluster.supervisor("n1").moveChild("x", target);
			cluster.simulation.run(Duration.ofNanos(cluster.simulation.random().nextLong(3_000_000)));
			boolean arrived = cluster.places("x").contains(target) && cluster.living().get(0).context.isOwner();
			cluster.crash(target);
			cluster.awaitRest(1);
			if (!arrived) {
				assertThat(cluster.living().get(0).state).as("seed %s", seed).isIn("precious", "");
			}
		}
	}

	@Test
	void aChildSurvivesTheDeathOfItsOldNodeAtAnyMoment() {
		for (long seed = 0; seed < 30; seed++) {
			TestCluster cluster = cluster(200 + seed);
			String source = cluster.living().get(0).node.name;
			String target = other(cluster);
			cluster.supervisor("n1").moveChild("x", target);
			cluster.simulation.run(Duration.ofNanos(cluster.simulation.random().nextLong(3_000_000)));
			cluster.crash(source);
			cluster.awaitRest(1);
		}
	}

	@Test
	void aChildThatIsTerminatedWhileItMovesDoesNotComeBack() {
		for (long seed = 0; seed < 30; seed++) {
			TestCluster cluster = cluster(300 + seed);
			cluster.supervisor("n1").moveChild("x", other(cluster));
			cluster.simulation.run(Duration.ofNanos(cluster.simulation.random().nextLong(3_000_000)));
			assertThat(cluster.get(cluster.supervisor("n2").terminateChild("x"))).isTrue();
			cluster.awaitRest(0);
			cluster.simulation.run(Duration.ofSeconds(5));
			cluster.awaitRest(0);
		}
	}

	@Test
	void aCallToAMovingChildFindsItsNameExpected() {
		TestCluster cluster = cluster(4);
		for (int i = 0; i < 10; i++) {
			cluster.get(cluster.supervisor("n1").moveChild("x", other(cluster)));
			cluster.awaitRest(1);
		}
		assertThat(cluster.runs).hasSize(11);
		assertThat(cluster.living().get(0).state).isEqualTo("precious");
	}

	@Test
	void allNodesMayLeaveOneAfterTheOther() {
		TestCluster cluster = new TestCluster(5).with("n1", "n2", "n3", "n4");
		cluster.startChildren("n1", 100);
		cluster.living().forEach((run) -> run.state = "state of " + run.id());
		for (String name : List.of("n1", "n2", "n3")) {
			cluster.get(cluster.supervisor(name).leave());
			cluster.node(name).left = true;
			cluster.node(name).horde.stop();
			cluster.awaitRest(100);
		}
		assertThat(cluster.living()).allMatch((run) -> run.node.name.equals("n4"))
			.allSatisfy((run) -> assertThat(run.state).isEqualTo("state of " + run.id()));
	}

	@Test
	void twoNodesMayLeaveAtTheSameTime() {
		for (long seed = 0; seed < 10; seed++) {
			TestCluster cluster = new TestCluster(400 + seed).with("n1", "n2", "n3");
			cluster.startChildren("n1", 60);
			CompletableFuture<Void> first = cluster.supervisor("n1").leave();
			CompletableFuture<Void> second = cluster.supervisor("n2").leave();
			cluster.get(first);
			cluster.get(second);
			cluster.node("n1").left = true;
			cluster.node("n2").left = true;
			cluster.awaitRest(60);
			assertThat(cluster.living()).allMatch((run) -> run.node.name.equals("n3"));
		}
	}

	private static TestCluster cluster(long seed) {
		TestCluster cluster = new TestCluster(seed).with("n1", "n2", "n3");
		cluster.get(cluster.supervisor("n1").startChild(TestCluster.spec("x")));
		cluster.awaitRest(1);
		cluster.living().get(0).state = "precious";
		return cluster;
	}

	private static String other(TestCluster cluster) {
		String owner = cluster.living().get(0).node.name;
		return cluster.nodes.keySet().stream().filter((name) -> !name.equals(owner)).findFirst().orElseThrow();
	}

}
