package io.horde.sample;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

import io.horde.sample.SampleNode.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of a JVM that is stopped, and wakes when another one has its name.
 */
@Timeout(180)
class ReplacedNodeIT {

	private static final Duration SOON = Duration.ofSeconds(40);

	private static final Duration AT_ONCE = Duration.ofSeconds(2);

	private static final String DETAILS = "--management.endpoint.health.show-details=always";

	@Test
	void replacedNodeRunsNothingAndComesBackWhenItsReplacementIsDead() {
		try (SampleCluster cluster = new SampleCluster("replaced", 3)) {
			SampleNode old = cluster.add("same", 0, DETAILS);
			cluster.add("other", 1, DETAILS);
			cluster.awaitUp(2);
			Set<String> ids = cluster.startSessions(cluster.node(1), "r", 100);
			cluster.awaitAtRest(ids, SOON);
			old.pause();
			SampleNode replacement = cluster.add("same", 2, DETAILS);
			cluster.awaitUp(2);
			cluster.awaitAtRest(ids, SOON);
			old.resume();
			old.away(true);
			SampleCluster.await("it runs nothing", Duration.ofSeconds(15),
					() -> old.get("/local").json().path("sessions").isEmpty()
							&& old.get("/actuator/health/readiness").status() == 503);
			assertThat(old.get("/actuator/health").body()).contains("OUT_OF_SERVICE", "REPLACED",
					"127.0.0.1:" + cluster.transportPort(2), "horde.node.name");
			assertThat(old.get("/actuator/health/liveness").ok()).isTrue();
			failsAtOnce(old.post("/sessions/late", AT_ONCE));
			failsAtOnce(old.post("/sessions/r0/increment", AT_ONCE));
			cluster.awaitAtRest(ids, SOON);
			replacement.kill();
			SampleCluster.await("it is back", SOON, () -> old.get("/actuator/health/readiness").ok());
			old.away(false);
			cluster.awaitUp(2);
			Set<String> all = new TreeSet<>(ids);
			all.addAll(cluster.startSessions(old, "b", 100));
			cluster.awaitAtRest(all, SOON);
			assertThat(cluster.runningPerNode().get("same")).isPositive();
			String holder = "127.0.0.1:" + cluster.transportPort(2);
			assertThat(old.log().lines().filter((line) -> line.contains(" ERROR ") && line.contains(holder)))
				.singleElement()
				.asString()
				.contains("Node 'same' is out of the cluster");
		}
	}

	private static void failsAtOnce(Answer answer) {
		assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
		assertThat(answer.body()).contains("NodeExpelledException");
	}

}
