package io.horde.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.horde.cluster.MemberStatus;
import io.horde.node.Changed;
import io.horde.process.StartReason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of children when nodes crash, pause, leave, join, and can't reach each
 * other.
 */
class SupervisorFailoverTests {

	@Test
	void aThousandChildrenSpreadOverThreeNodes() {
		TestCluster cluster = new TestCluster(1).with("n1", "n2", "n3");
		cluster.startChildren("n1", 1000);
		cluster.awaitRest(1000);
		assertThat(perNode(cluster)).hasSize(3).allSatisfy((node, count) -> assertThat(count).isBetween(270, 400));
		assertThat(cluster.runs).hasSize(1000).allSatisfy((run) -> {
			assertThat(run.argument).isEqualTo("argument of " + run.id());
			assertThat(run.context.isOwner()).isTrue();
			assertThat(run.context.startReason()).isEqualTo(StartReason.FIRST);
		});
	}

	@Test
	void theChildrenOfACrashedNodeAreRestartedInOneBatch() {
		TestCluster cluster = new TestCluster(2).with("n1", "n2", "n3");
		cluster.startChildren("n1", 1000);
		cluster.crash("n2");
		Duration crash = cluster.simulation.now();
		cluster.awaitRest(1000);
		assertThat(cluster.simulation.now().minus(crash)).isLessThan(Duration.ofMillis(500));
		assertThat(cluster.runs.stream().filter((run) -> run.context.startReason() == StartReason.TAKEOVER))
			.isNotEmpty()
			.allMatch((run) -> !run.node.name.equals("n2"));
		assertThat(cluster.runs.size() - 1000).isBetween(270, 400);
	}

	@Test
	void aNodeThatLeavesHandsItsChildrenOverWithTheirState() {
		TestCluster cluster = new TestCluster(3).with("n1", "n2", "n3");
		cluster.startChildren("n1", 300);
		cluster.living().forEach((run) -> run.state = "state of " + run.id());
		cluster.get(cluster.supervisor("n2").leave());
		cluster.node("n2").left = true;
		assertThat(cluster.living()).noneMatch((run) -> run.node.name.equals("n2"));
		cluster.awaitRest(300);
		assertThat(cluster.living()).allSatisfy((run) -> assertThat(run.state).isEqualTo("state of " + run.id()));
		cluster.await("n1 sees that n2 has left",
				() -> cluster.node("n1").horde.cluster()
					.members()
					.stream()
					.anyMatch((member) -> member.name().equals("n2") && member.status() == MemberStatus.LEFT));
	}

	@Test
	void theLastNodeLeavesAtOnceAndStopsItsChildren() {
		TestCluster cluster = new TestCluster(4).with("n1");
		cluster.startChildren("n1", 10);
		Duration begin = cluster.simulation.now();
		cluster.get(cluster.supervisor("n1").leave());
		assertThat(cluster.living()).isEmpty();
		assertThat(cluster.simulation.now().minus(begin)).isLessThan(Duration.ofSeconds(1));
	}

	@Test
	void aNodeThatPausesLosesItsChildrenAndOneCopyOfEachRemainsWhenItGoesOn() {
		TestCluster cluster = new TestCluster(5).with("n1", "n2", "n3");
		cluster.startChildren("n1", 300);
		cluster.node("n2").loop.pause();
		cluster.simulation.run(Duration.ofSeconds(10));
		Map<String, Long> elsewhere = cluster.living()
			.stream()
			.filter((run) -> !run.node.name.equals("n2"))
			.collect(Collectors.groupingBy(TestCluster.Run::id, Collectors.counting()));
		assertThat(elsewhere).hasSize(300).allSatisfy((id, count) -> assertThat(count).isOne());
		cluster.node("n2").loop.resume();
		cluster.awaitRest(300);
	}

	@Test
	void nothingMovesToANodeThatJoinsUnderPassiveRedistribution() {
		TestCluster cluster = new TestCluster(6).with("n1", "n2", "n3");
		cluster.startChildren("n1", 400);
		cluster.with("n4");
		cluster.simulation.run(Duration.ofSeconds(20));
		assertThat(cluster.runs).hasSize(400);
		assertThat(cluster.supervisor("n1").redistribution().preview()).isNotEmpty()
			.allSatisfy((id, target) -> assertThat(target).isEqualTo("n4"));
	}

	@Test
	void itsShareMovesToANodeThatJoinsUnderActiveRedistribution() {
		TestCluster cluster = new TestCluster(7)
			.supervisor((settings) -> Changed.of(settings, "activeRedistribution", true))
			.with("n1", "n2", "n3");
		cluster.startChildren("n1", 1000);
		cluster.living().forEach((run) -> run.state = "state of " + run.id());
		cluster.with("n4");
		cluster.simulation.run(Duration.ofSeconds(20));
		cluster.awaitRest(1000);
		assertThat(perNode(cluster).get("n4")).isBetween(200, 300);
		assertThat(cluster.runs.size() - 1000).isEqualTo(perNode(cluster).get("n4"));
		assertThat(cluster.living()).allSatisfy((run) -> assertThat(run.state).isEqualTo("state of " + run.id()));
	}

	@Test
	void pausedRedistributionWaitsForItsResumption() {
		TestCluster cluster = new TestCluster(8)
			.supervisor((settings) -> Changed.of(settings, "activeRedistribution", true))
			.with("n1", "n2");
		cluster.startChildren("n1", 100);
		cluster.supervisor("n1").redistribution().pause();
		cluster.supervisor("n2").redistribution().pause();
		cluster.with("n3");
		cluster.simulation.run(Duration.ofSeconds(10));
		assertThat(cluster.runs).hasSize(100);
		cluster.supervisor("n1").redistribution().resume();
		cluster.supervisor("n2").redistribution().resume();
		cluster.simulation.run(Duration.ofSeconds(10));
		cluster.awaitRest(100);
		assertThat(cluster.runs.size()).isBetween(115, 155);
	}

	/* Also of those without a name, which Horde for Elixir leaves running. */
	@Test
	void bothSidesOfAPartitionRunAllChildrenAndOneCopyOfEachRemainsAfterIt() {
		TestCluster cluster = new TestCluster(9).with("n1", "n2", "n3");
		List<ChildSpec> specs = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			specs.add(ChildSpec.of(TestCluster.ROOM).id("unnamed-" + i));
		}
		cluster.get(cluster.supervisor("n1").startChildren(specs));
		cluster.simulation.network().partition(List.of("n1"), List.of("n2", "n3"));
		cluster.simulation.run(Duration.ofSeconds(15));
		assertThat(cluster.placesById()).hasSize(300)
			.allSatisfy((id, nodes) -> assertThat(nodes).hasSize(2).contains("n1"));
		cluster.simulation.network().heal();
		cluster.awaitRest(300);
	}

	@Test
	void aChildTerminatedDuringAPartitionDoesNotComeBack() {
		TestCluster cluster = new TestCluster(10).with("n1", "n2", "n3");
		cluster.startChildren("n1", 60);
		cluster.simulation.network().partition(List.of("n1"), List.of("n2", "n3"));
		cluster.simulation.run(Duration.ofSeconds(15));
		for (int i = 0; i < 30; i++) {
			assertThat(cluster.get(cluster.supervisor((i % 2 == 0) ? "n1" : "n2").terminateChild("room-" + i)))
				.isTrue();
		}
		cluster.simulation.network().heal();
		cluster.awaitRest(30);
		cluster.simulation.run(Duration.ofSeconds(10));
		cluster.awaitRest(30);
		assertThat(cluster.placesById()).doesNotContainKeys("room-0", "room-1", "room-29");
	}

	@Test
	void aNodeThatIsStartedAnewTakesNoChildAwayAndLosesNone() {
		TestCluster cluster = new TestCluster(11).with("n1", "n2", "n3");
		cluster.startChildren("n1", 200);
		cluster.crash("n3");
		cluster.start("n3");
		cluster.awaitUp();
		cluster.awaitRest(200);
		cluster.simulation.run(Duration.ofSeconds(5));
		cluster.awaitRest(200);
	}

	@Test
	void twoCrashesOneAfterTheOtherLoseNothing() {
		TestCluster cluster = new TestCluster(12).with("n1", "n2", "n3", "n4");
		cluster.startChildren("n1", 200);
		cluster.crash("n4");
		cluster.simulation.run(Duration.ofMillis(30));
		cluster.crash("n2");
		cluster.awaitRest(200);
	}

	private static TreeMap<String, Integer> perNode(TestCluster cluster) {
		TreeMap<String, Integer> counts = new TreeMap<>();
		cluster.living().forEach((run) -> counts.merge(run.node.name, 1, Integer::sum));
		return counts;
	}

}
