package io.horde.supervisor;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

import io.horde.HordeException;
import io.horde.cluster.MemberStatus;
import io.horde.distribution.ClusterView;
import io.horde.distribution.PlacementRequest;
import io.horde.distribution.UniformDistribution;
import io.horde.node.Changed;
import io.horde.supervisor.ownership.MembershipClusterView;
import io.horde.test.Faults;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a node answers about a child that it has not heard of yet, or alone has heard of:
 * two members that hold an entry are enough for an acknowledgement (R10), so there may be
 * a third one that lacks it.
 */
class UnheardOfChildTests {

	private static final Duration SOON = Duration.ofMillis(300);

	@Test
	void aNodeThatHasNotHeardOfAChildTerminatesItWhenItsEntryHasCome() {
		TestCluster cluster = new TestCluster(1).with("n1", "n2", "n3");
		String id = startUnheardOf(cluster);
		assertThat(cluster.get(cluster.supervisor("n3").terminateChild(id))).isTrue();
		cluster.awaitRest(0);
	}

	@Test
	void aNodeThatHasNotHeardOfAChildMovesItWhenItsEntryHasCome() {
		TestCluster cluster = new TestCluster(2).with("n1", "n2", "n3");
		String id = startUnheardOf(cluster);
		assertThat(cluster.get(cluster.supervisor("n3").moveChild(id, "n3")).node()).isEqualTo("n3");
		cluster.awaitRest(1);
	}

	@Test
	void aQuestionThatIsLostIsAskedAgain() {
		TestCluster cluster = new TestCluster(9).with("n1", "n2", "n3");
		String id = startUnheardOf(cluster);
		lose(cluster, "n3", true);
		CompletableFuture<Boolean> terminated = cluster.supervisor("n3").terminateChild(id);
		cluster.simulation.run(SOON);
		lose(cluster, "n3", false);
		assertThat(cluster.get(terminated)).isTrue();
	}

	@Test
	void aNodeThatJoinsTerminatesChildrenOfTheClusterToo() {
		TestCluster cluster = new TestCluster(3).with("n1", "n2");
		cluster.startChildren("n1", 20);
		cluster.start("n3");
		CompletableFuture<Boolean> early = cluster.supervisor("n3").terminateChild("room-7");
		cluster.await("n3 sees the others", () -> cluster.node("n3").horde.cluster().members().size() == 3);
		CompletableFuture<Boolean> whileItJoins = cluster.supervisor("n3").terminateChild("room-8");
		assertThat(cluster.get(whileItJoins)).isTrue();
		assertThat(cluster.get(early)).as("asked before there was anybody to ask").isFalse();
		cluster.awaitRest(19);
	}

	@Test
	void whatNobodyKnowsDidNotExist() {
		TestCluster cluster = new TestCluster(4).with("n1", "n2", "n3");
		Duration begin = cluster.simulation.now();
		assertThat(cluster.get(cluster.supervisor("n1").terminateChild("nobody"))).isFalse();
		assertThat(cluster.simulation.now().minus(begin)).isLessThan(Duration.ofMillis(50));
	}

	@Test
	void whatWasTerminatedDoesNotExistEvenIfAnotherMemberHasNotHeardOfThat() {
		TestCluster cluster = new TestCluster(5).with("n1", "n2", "n3");
		cluster.startChildren("n1", 1);
		cutOff(cluster, "n3");
		assertThat(cluster.get(cluster.supervisor("n1").terminateChild("room-0"))).isTrue();
		CompletableFuture<Boolean> again = cluster.supervisor("n1").terminateChild("room-0");
		cluster.simulation.network().heal();
		assertThat(cluster.get(again)).isFalse();
	}

	@Test
	void aMemberThatDoesNotAnswerIsWaitedForUntilItIsDown() {
		TestCluster cluster = new TestCluster(6).with("n1", "n2", "n3");
		cluster.node("n3").loop.pause();
		CompletableFuture<Boolean> terminated = cluster.supervisor("n1").terminateChild("nobody");
		cluster.simulation.run(SOON);
		assertThat(terminated).isNotDone();
		assertThat(cluster.get(terminated)).isFalse();
		assertThat(status(cluster, "n1", "n3")).isNotEqualTo(MemberStatus.UP);
	}

	@Test
	void anEntryThatDoesNotComeInTimeIsAnErrorAndNothingIsDone() {
		TestCluster cluster = new TestCluster(7)
			.supervisor((settings) -> Changed.of(settings, "startTimeout", Duration.ofSeconds(5), "callTimeout", SOON,
					"drainTimeout", Duration.ofSeconds(5)))
			.with("n1", "n2", "n3");
		String id = startUnheardOf(cluster);
		CompletableFuture<Boolean> terminated = cluster.supervisor("n3").terminateChild(id);
		cluster.await("the deadline", terminated::isDone);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(terminated::join)
			.withCauseInstanceOf(HordeException.class)
			.withMessageContaining("horde.supervisor.call-timeout")
			.withMessageContaining("node 'n3'");
		cluster.awaitRest(1);
	}

	/*
	 * The writer of the entry is dead, and of the living only the caller has it, who is
	 * its owner too: the next death would lose it.
	 */
	@Test
	void aStartThatFindsTheChildRunningIsAcknowledgedOnlyWhenTwoHoldItsEntry() {
		TestCluster cluster = new TestCluster(8).with("n1", "n2", "n3");
		String id = idOn(cluster, "n2");
		cutOff(cluster, "n3");
		cluster.get(cluster.supervisor("n1").startChild(TestCluster.spec(id)));
		cluster.crash("n1");
		cluster.await("n2 sees that n1 is gone", () -> status(cluster, "n2", "n1") == MemberStatus.DOWN);
		assertThat(status(cluster, "n2", "n3")).isEqualTo(MemberStatus.UP);
		CompletableFuture<StartResult> start = cluster.supervisor("n2").startChild(TestCluster.spec(id));
		start.thenRun(() -> cluster.crash("n2"));
		cluster.simulation.run(SOON);
		assertThat(start).isNotDone();
		cluster.simulation.network().heal();
		assertThat(cluster.get(start).created()).isFalse();
		cluster.awaitRest(1);
		assertThat(cluster.places(id)).containsExactly("n3");
	}

	private static MemberStatus status(TestCluster cluster, String observer, String name) {
		return cluster.node(observer).horde.cluster()
			.members()
			.stream()
			.filter((member) -> member.name().equals(name))
			.findFirst()
			.orElseThrow()
			.status();
	}

	/*
	 * What is replicated was lost on the way to n3, and is pulled only a while later
	 * (R9).
	 */
	private static String startUnheardOf(TestCluster cluster) {
		String id = idOn(cluster, "n2");
		lose(cluster, "n3", true);
		cluster.get(cluster.supervisor("n1").startChild(TestCluster.spec(id)));
		lose(cluster, "n3", false);
		assertThat(cluster.supervisor("n3").child(id)).isEmpty();
		return id;
	}

	private static void lose(TestCluster cluster, String receiver, boolean all) {
		for (String sender : cluster.nodes.keySet()) {
			cluster.simulation.network().faults(sender, receiver, all ? Faults.NONE.withLoss(1) : null);
		}
	}

	private static void cutOff(TestCluster cluster, String name) {
		cluster.simulation.network()
			.partition(List.of(name), cluster.nodes.keySet().stream().filter((other) -> !other.equals(name)).toList());
	}

	/* An id that the ring gives to a node. */
	private static String idOn(TestCluster cluster, String node) {
		ClusterView view = MembershipClusterView.of(cluster.node(node).horde.membership().view());
		return IntStream.range(0, 1000)
			.mapToObj((i) -> "child-" + i)
			.filter((id) -> new UniformDistribution()
				.chooseNode(new PlacementRequest(id, TestCluster.ROOM, 0, Map.of()), view)
				.orElseThrow()
				.name()
				.equals(node))
			.findFirst()
			.orElseThrow();
	}

}
