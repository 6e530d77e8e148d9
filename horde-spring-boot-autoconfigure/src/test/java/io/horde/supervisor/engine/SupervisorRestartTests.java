package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.process.ProcessState;
import io.horde.process.RestartPolicy;
import io.horde.process.StartReason;
import io.horde.supervisor.ChildCounts;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.ProcessStartedEvent;
import io.horde.supervisor.ProcessStoppedEvent;
import io.horde.supervisor.StartResult;
import io.horde.supervisor.TestCluster;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ends, restarts, quarantine and termination.
 */
class SupervisorRestartTests {

	@Test
	void aPermanentChildIsStartedAgainAfterAnyEnd() {
		TestCluster cluster = new TestCluster(1).with("n1", "n2");
		start(cluster, TestCluster.ROOM);
		run(cluster).context.exit();
		awaitRuns(cluster, 2);
		assertThat(run(cluster).context.startReason()).isEqualTo(StartReason.RESTART);
		long epoch = run(cluster).context.fencingToken();
		run(cluster).context.fail(new IllegalStateException("failed"));
		awaitRuns(cluster, 3);
		assertThat(run(cluster).context.fencingToken()).isGreaterThan(epoch);
		cluster.awaitRest(1);
	}

	@Test
	void aTransientChildIsStartedAgainAfterAFailureOnly() {
		TestCluster cluster = new TestCluster(2).with("n1", "n2");
		start(cluster, TestCluster.JOB);
		run(cluster).context.fail(new IllegalStateException("failed"));
		awaitRuns(cluster, 2);
		run(cluster).context.exit();
		cluster.awaitRest(0);
		cluster.simulation.run(Duration.ofSeconds(40));
		assertThat(cluster.runs).hasSize(2);
		assertThat(cluster.supervisor("n1").child("x")).isEmpty();
	}

	@Test
	void aTemporaryChildIsNeverStartedAgain() {
		TestCluster cluster = new TestCluster(3).with("n1", "n2");
		start(cluster, TestCluster.TEMP);
		run(cluster).context.fail(new IllegalStateException("failed"));
		cluster.awaitRest(0);
		cluster.simulation.run(Duration.ofSeconds(40));
		assertThat(cluster.runs).hasSize(1);
	}

	/* Horde for Elixir starts them again when their node dies. */
	@Test
	void temporaryChildrenAreNotRestartedWhenTheirNodeDies() {
		TestCluster cluster = new TestCluster(4).with("n1", "n2", "n3");
		List<ChildSpec> specs = new ArrayList<>();
		for (int i = 0; i < 60; i++) {
			specs.add(ChildSpec.of(TestCluster.TEMP).id("temp-" + i));
		}
		cluster.get(cluster.supervisor("n1").startChildren(specs));
		cluster.crash("n2");
		cluster.simulation.run(Duration.ofSeconds(20));
		assertThat(cluster.runs).hasSize(60);
		int left = cluster.living().size();
		assertThat(left).isBetween(25, 55);
		cluster.start("n2");
		cluster.awaitUp();
		cluster.awaitRest(left);
	}

	@Test
	void theRestartPolicyOfASpecGoesBeforeThatOfItsType() {
		TestCluster cluster = new TestCluster(5).with("n1");
		cluster.get(cluster.supervisor("n1")
			.startChild(ChildSpec.of(TestCluster.ROOM).id("x").restart(RestartPolicy.TEMPORARY)));
		run(cluster).context.exit();
		cluster.awaitRest(0);
	}

	/* Horde for Elixir takes down the supervisor, then that of the next node. */
	@Test
	void aCrashLoopEndsInQuarantineAndConcernsNobodyElse() {
		TestCluster cluster = new TestCluster(6).with("n1", "n2", "n3");
		cluster.startChildren("n1", 30);
		cluster.behaviour((run) -> {
			if (run.id().equals("bad") && run.context.startReason() != StartReason.FIRST) {
				throw new IllegalStateException("crash loop");
			}
		});
		cluster.get(cluster.supervisor("n1").startChild(ChildSpec.of(TestCluster.ROOM).id("bad")));
		String node = run(cluster, "bad").node.name;
		run(cluster, "bad").context.fail(new IllegalStateException("first failure"));
		cluster.simulation.run(Duration.ofSeconds(10));
		ProcessRef bad = cluster.supervisor("n2").child("bad").orElseThrow();
		assertThat(bad.state()).isEqualTo(ProcessState.QUARANTINED);
		assertThat(bad.node()).isEqualTo(node);
		assertThat(cluster.supervisor("n2").countChildren()).isEqualTo(new ChildCounts(31, 30, 0, 1));
		assertThat(cluster.runs).hasSize(31);
		assertThat(cluster.supervisor("n3").explain("bad").summary()).contains("crash loop");
	}

	@Test
	void aQuarantinedChildIsStartedAgainByAnOperatorOnAnyNode() {
		TestCluster cluster = new TestCluster(7).with("n1", "n2", "n3");
		quarantine(cluster);
		cluster.behaviour((run) -> {
		});
		String owner = cluster.supervisor("n1").child("x").orElseThrow().node();
		String other = cluster.nodes.keySet().stream().filter((name) -> !name.equals(owner)).findFirst().orElseThrow();
		cluster.engine(other).restart("x");
		cluster.awaitRest(1);
	}

	@Test
	void aQuarantinedChildIsStartedAgainAfterTheLongestDelay() {
		TestCluster cluster = new TestCluster(8).with("n1", "n2", "n3");
		quarantine(cluster);
		cluster.behaviour((run) -> {
		});
		cluster.simulation.run(Duration.ofSeconds(10));
		assertThat(cluster.living()).isEmpty();
		cluster.simulation.run(Duration.ofSeconds(25));
		cluster.awaitRest(1);
	}

	@Test
	void aQuarantineSurvivesTheDeathOfItsNodeAndDoesNotTravelRoundTheCluster() {
		TestCluster cluster = new TestCluster(9).with("n1", "n2", "n3");
		quarantine(cluster);
		int before = attempts;
		cluster.crash(cluster.supervisor("n1").child("x").orElseThrow().node());
		cluster.simulation.run(Duration.ofSeconds(10));
		assertThat(attempts).isEqualTo(before);
		String survivor = cluster.nodes.values()
			.stream()
			.filter((node) -> node.loop.isAlive())
			.findFirst()
			.orElseThrow().name;
		assertThat(cluster.supervisor(survivor).child("x")).get()
			.satisfies((child) -> assertThat(child.state()).isEqualTo(ProcessState.QUARANTINED));
	}

	private static int attempts;

	/* Horde for Elixir loses the spec. */
	@Test
	void aTakeoverWhoseStartFailsIsRetriedAndTheSpecIsNotLost() {
		TestCluster cluster = new TestCluster(10).with("n1", "n2", "n3");
		cluster.startChildren("n1", 60);
		int[] failures = { 60 };
		cluster.behaviour((run) -> {
			if (run.context.startReason() != StartReason.FIRST && failures[0]-- > 0) {
				throw new IllegalStateException("not now");
			}
		});
		cluster.crash("n3");
		cluster.awaitRest(60);
	}

	@Test
	void aTakeoverWhoseNewOwnerDiesTooIsTakenOverAgain() {
		TestCluster cluster = new TestCluster(11).with("n1", "n2", "n3");
		cluster.startChildren("n1", 60);
		cluster.behaviour((run) -> {
			if (run.context.startReason() == StartReason.TAKEOVER && run.node.name.equals("n2")) {
				throw new IllegalStateException("n2 can't");
			}
		});
		cluster.crash("n3");
		cluster.simulation.run(Duration.ofSeconds(1));
		cluster.crash("n2");
		cluster.behaviour((run) -> {
		});
		cluster.awaitRest(60);
	}

	/* Horde for Elixir hands over only what runs at that moment. */
	@Test
	void aChildBetweenRestartsIsHandedOverWhenItsNodeLeaves() {
		TestCluster cluster = new TestCluster(12).with("n1", "n2");
		quarantineOn(cluster, "n1");
		cluster.get(cluster.supervisor("n1").leave());
		cluster.node("n1").left = true;
		cluster.simulation.run(Duration.ofSeconds(1));
		assertThat(cluster.supervisor("n2").child("x")).get()
			.satisfies((child) -> assertThat(child.node()).isEqualTo("n2"));
		cluster.behaviour((run) -> {
		});
		cluster.simulation.run(Duration.ofSeconds(40));
		cluster.awaitRest(1);
	}

	@Test
	void aTerminatedChildStopsOnWhicheverNodeItRuns() {
		TestCluster cluster = new TestCluster(13).with("n1", "n2", "n3");
		cluster.startChildren("n1", 30);
		cluster.awaitRest(30);
		for (int i = 0; i < 30; i++) {
			assertThat(cluster.get(cluster.supervisor("n" + (1 + i % 3)).terminateChild("room-" + i))).isTrue();
			assertThat(cluster.places("room-" + i)).isEmpty();
			assertThat(cluster.supervisor("n" + (1 + i % 3)).child("room-" + i)).isEmpty();
		}
		cluster.awaitRest(0);
		assertThat(cluster.get(cluster.supervisor("n1").terminateChild("room-1"))).isFalse();
		assertThat(cluster.node("n1").registry().lookup("room-1")).isEmpty();
	}

	@Test
	void aTerminatedChildCanBeStartedAgainAtOnceWithAnotherArgument() {
		TestCluster cluster = new TestCluster(14).with("n1", "n2", "n3");
		for (int i = 0; i < 20; i++) {
			StartResult result = cluster.get(
					cluster.supervisor("n" + (1 + i % 3)).startChild(TestCluster.spec("lobby").argument("round " + i)));
			assertThat(result.created()).isTrue();
			assertThat(run(cluster, "lobby").argument).isEqualTo("round " + i);
			HordeSupervisor next = cluster.supervisor("n" + (1 + (i + 1) % 3));
			cluster.await("the next node knows the child", () -> next.child("lobby").isPresent());
			assertThat(cluster.get(next.terminateChild("lobby"))).isTrue();
		}
		cluster.awaitRest(0);
	}

	@Test
	void listenersAreToldWhatBecomesOfProcesses() {
		TestCluster cluster = new TestCluster(15).with("n1");
		List<String> events = new ArrayList<>();
		cluster.engine("n1").onEvent((event) -> {
			ProcessRef process = event.process();
			if (event instanceof ProcessStartedEvent) {
				events.add("started " + process.id() + " on " + process.node());
			}
			else if (event instanceof ProcessStoppedEvent stopped) {
				events.add("stopped " + process.id() + " " + stopped.reason());
			}
		});
		start(cluster, TestCluster.ROOM);
		run(cluster).context.exit();
		awaitRuns(cluster, 2);
		cluster.get(cluster.supervisor("n1").terminateChild("x"));
		cluster.simulation.run(Duration.ofMillis(100));
		assertThat(events).containsExactly("started x on n1", "stopped x NORMAL", "started x on n1",
				"stopped x TERMINATED");
	}

	private static void quarantine(TestCluster cluster) {
		attempts = 0;
		cluster.behaviour((run) -> {
			if (run.context.startReason() != StartReason.FIRST) {
				attempts++;
				throw new IllegalStateException("crash loop");
			}
		});
		start(cluster, TestCluster.ROOM);
		run(cluster).context.fail(new IllegalStateException("first failure"));
		cluster.await("the child is quarantined",
				() -> cluster.nodes.values()
					.stream()
					.allMatch((node) -> node.supervisor()
						.child("x")
						.filter((child) -> child.state() == ProcessState.QUARANTINED)
						.isPresent()));
	}

	private static void quarantineOn(TestCluster cluster, String node) {
		quarantine(cluster);
		String owner = cluster.supervisor(node).child("x").orElseThrow().node();
		if (!owner.equals(node)) {
			cluster.behaviour((run) -> {
			});
			cluster.engine(owner).restart("x");
			cluster.awaitRest(1);
			cluster.get(cluster.supervisor(owner).moveChild("x", node));
			cluster.behaviour((run) -> {
				throw new IllegalStateException("crash loop");
			});
			run(cluster).context.fail(new IllegalStateException("again"));
			cluster.simulation.run(Duration.ofSeconds(5));
		}
	}

	private static void start(TestCluster cluster, String type) {
		cluster.get(cluster.supervisor("n1").startChild(ChildSpec.of(type).id("x")));
	}

	private static TestCluster.Run run(TestCluster cluster) {
		return run(cluster, "x");
	}

	private static TestCluster.Run run(TestCluster cluster, String id) {
		List<TestCluster.Run> living = cluster.living().stream().filter((run) -> run.id().equals(id)).toList();
		assertThat(living).hasSize(1);
		return living.get(0);
	}

	private static void awaitRuns(TestCluster cluster, int count) {
		cluster.await(count + " runs", () -> cluster.runs.size() == count && cluster.living().size() == 1
				&& cluster.living().get(0).context.isOwner());
	}

}
