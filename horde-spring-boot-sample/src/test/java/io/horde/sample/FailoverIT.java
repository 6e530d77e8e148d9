package io.horde.sample;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.horde.sample.SampleCluster.Copy;
import io.horde.sample.SampleNode.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of 1,000 sessions on three JVMs when one of them is killed, stopped,
 * paused, or joined by another.
 */
@Timeout(300)
class FailoverIT {

	private static final Duration REST = Duration.ofSeconds(60);

	private static final int SESSIONS = 1000;

	@Test
	void sessionsOfKilledNodeRunElsewhereAndNoneIsLostOrDoubled() {
		try (SampleCluster cluster = SampleCluster.start("killed", 3)) {
			Set<String> ids = cluster.startSessions(cluster.node(0), "k", SESSIONS);
			cluster.awaitAtRest(ids, REST);
			cluster.node(2).kill();
			cluster.awaitAtRest(ids, REST);
			assertThat(cluster.runningPerNode()).containsOnlyKeys("n1", "n2");
		}
	}

	@Test
	void acknowledgedSessionsSurviveTheDeathOfTheNodeThatAcknowledgedThem() {
		try (SampleCluster cluster = SampleCluster.start("acknowledged", 3)) {
			Set<String> ids = cluster.startSessions(cluster.node(0), "a", SESSIONS);
			cluster.node(0).kill();
			cluster.awaitAtRest(ids, REST);
		}
	}

	@Test
	void acknowledgedSessionsSurviveTheDeathOfAnotherNode() {
		try (SampleCluster cluster = SampleCluster.start("acknowledged-other", 3)) {
			Set<String> ids = cluster.startSessions(cluster.node(0), "a", SESSIONS);
			cluster.node(1).kill();
			cluster.awaitAtRest(ids, REST);
		}
	}

	@Test
	void terminatedNodeHandsItsSessionsOverWithTheirStateAndExitsByItself() {
		try (SampleCluster cluster = SampleCluster.start("terminated", 3)) {
			Set<String> ids = cluster.startSessions(cluster.node(0), "t", SESSIONS);
			ids.forEach((id) -> assertThat(cluster.node(1).post("/sessions/" + id + "/increment").ok()).isTrue());
			SampleNode leaving = cluster.node(2);
			leaving.terminate();
			assertThat(leaving.await(Duration.ofSeconds(40))).as("exits by itself").isTrue();
			cluster.awaitAtRest(ids, REST);
			assertThat(cluster.running()).allSatisfy((id,
					copies) -> assertThat(copies).extracting(Copy::count).as("the count of " + id).containsExactly(1L));
		}
	}

	@Test
	void callsGoOnWhileANodeLeaves() {
		try (SampleCluster cluster = SampleCluster.start("leaving", 3)) {
			Set<String> ids = cluster.startSessions(cluster.node(0), "c", 100);
			AtomicBoolean goOn = new AtomicBoolean(true);
			CompletableFuture<Integer> calls = CompletableFuture.supplyAsync(() -> {
				int failed = 0;
				while (goOn.get()) {
					for (String id : ids) {
						Answer answer = cluster.node(0).post("/sessions/" + id + "/increment");
						failed += answer.ok() ? 0 : 1;
					}
				}
				return failed;
			});
			cluster.node(2).terminate();
			assertThat(cluster.node(2).await(Duration.ofSeconds(40))).as("exits by itself").isTrue();
			cluster.awaitAtRest(ids, REST);
			goOn.set(false);
			assertThat(calls.join()).as("failed calls").isZero();
		}
	}

	@Test
	void sessionsOfPausedNodeRunElsewhereMeanwhileAndOnceAfterwards() {
		try (SampleCluster cluster = SampleCluster.start("paused", 3)) {
			Set<String> ids = cluster.startSessions(cluster.node(0), "p", SESSIONS);
			cluster.awaitAtRest(ids, REST);
			SampleNode paused = cluster.node(1);
			long begin = System.nanoTime();
			paused.pause();
			cluster.awaitAtRest(ids, REST);
			SampleCluster.await("10 seconds of pause", Duration.ofSeconds(11),
					() -> System.nanoTime() - begin >= Duration.ofSeconds(10).toNanos());
			paused.resume();
			cluster.awaitUp(3);
			cluster.awaitAtRest(ids, REST);
		}
	}

	@Test
	void nothingMovesWhenANodeJoinsUnderPassiveRedistribution() {
		try (SampleCluster cluster = SampleCluster.start("passive", 3, 4)) {
			Set<String> ids = cluster.startSessions(cluster.node(0), "j", SESSIONS);
			cluster.awaitAtRest(ids, REST);
			Map<String, List<Copy>> before = cluster.running();
			cluster.add();
			cluster.awaitUp(4);
			cluster.awaitAtRest(ids, REST);
			assertThat(cluster.running()).isEqualTo(before);
		}
	}

	@Test
	void aQuarterMovesWhenANodeJoinsUnderActiveRedistribution() {
		String active = "--horde.supervisor.redistribution=active";
		try (SampleCluster cluster = SampleCluster.start("active", 3, 4, active)) {
			int sessions = 4000;
			Set<String> ids = cluster.startSessions(cluster.node(0), "j", sessions);
			cluster.awaitAtRest(ids, REST);
			Map<String, List<Copy>> before = cluster.running();
			cluster.add(active);
			cluster.awaitUp(4);
			SampleCluster.await("the new node has its share", REST,
					() -> cluster.runningPerNode().get("n4") > sessions / 5);
			cluster.awaitAtRest(ids, REST);
			Map<String, List<Copy>> after = cluster.running();
			Set<String> moved = new TreeSet<>(ids);
			moved.removeIf((id) -> before.get(id).get(0).node().equals(after.get(id).get(0).node()));
			assertThat(moved).allSatisfy((id) -> assertThat(after.get(id).get(0).node()).isEqualTo("n4"));
			assertThat((double) moved.size() / sessions).as("the part that moved").isBetween(0.20, 0.30);
		}
	}

}
