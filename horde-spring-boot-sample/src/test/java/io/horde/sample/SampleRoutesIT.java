package io.horde.sample;

import java.time.Duration;

import io.horde.sample.SampleNode.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The routes of the sample, on two JVMs.
 */
@Timeout(180)
class SampleRoutesIT {

	private static SampleCluster cluster;

	@BeforeAll
	static void start() {
		cluster = SampleCluster.start("routes", 2);
	}

	@AfterAll
	static void close() {
		if (cluster != null) {
			cluster.close();
		}
	}

	@Test
	void firstStartCreatesAndSecondReturnsTheRunningOne() {
		Answer first = cluster.node(0).post("/sessions/once");
		Answer second = cluster.node(1).post("/sessions/once");
		assertThat(first.status()).as(first.toString()).isEqualTo(201);
		assertThat(second.status()).as(second.toString()).isEqualTo(200);
		assertThat(second.json()).isEqualTo(first.json());
		assertThat(first.json().path("id").asString()).isEqualTo("once");
		assertThat(first.json().path("name").asString()).isEqualTo("session-once");
		assertThat(first.json().path("node").asString()).isIn("n1", "n2");
		assertThat(first.json().path("epoch").asLong()).isPositive();
		assertThat(first.json().path("count").asLong()).isZero();
	}

	@Test
	void incrementsFromAllNodesReachTheOneSession() {
		cluster.node(0).post("/sessions/sum");
		for (int i = 0; i < 10; i++) {
			assertThat(cluster.node(i % 2).post("/sessions/sum/increment").ok()).isTrue();
		}
		assertThat(cluster.node(1).get("/sessions/sum").json().path("count").asLong()).isEqualTo(10);
	}

	@Test
	void unknownSessionIsAProblemDocument() {
		for (String path : new String[] { "/sessions/nobody", "/sessions/nobody/increment" }) {
			Answer answer = path.endsWith("increment") ? cluster.node(0).post(path) : cluster.node(0).get(path);
			assertThat(answer.status()).isEqualTo(404);
			assertThat(answer.json().path("detail").asString()).contains("session-nobody");
		}
	}

	@Test
	void deletedSessionEndsEverywhere() {
		cluster.node(0).post("/sessions/gone");
		assertThat(cluster.node(1).delete("/sessions/gone").status()).isEqualTo(204);
		SampleCluster.await("no copy runs", Duration.ofSeconds(20), () -> !cluster.running().containsKey("gone"));
		SampleCluster.await("no node knows it", Duration.ofSeconds(20),
				() -> cluster.nodes().stream().allMatch((node) -> node.get("/sessions/gone").status() == 404));
		assertThat(cluster.node(0).delete("/sessions/gone").status()).isEqualTo(404);
	}

	@Test
	void manyAreStartedAtOnceOnAllNodes() {
		Answer answer = cluster.node(0).post("/sessions?count=300&prefix=many-");
		assertThat(answer.json().path("requested").asInt()).as(answer.toString()).isEqualTo(300);
		assertThat(answer.json().path("started").asInt()).isEqualTo(300);
		assertThat(answer.json().has("millis")).isTrue();
		assertThat(cluster.running().keySet()).containsAll(SampleCluster.ids("many-", 300));
		assertThat(cluster.node(1).get("/sessions?limit=7").json()).hasSize(7);
	}

	@Test
	void leaderboardTicksOnOneNodeAndIsTheSameFromAll() {
		JsonNode first = cluster.node(0).get("/leaderboard").json();
		SampleCluster.await("a tick", Duration.ofSeconds(20), () -> {
			JsonNode later = cluster.node(1).get("/leaderboard").json();
			return later.path("node").equals(first.path("node"))
					&& later.path("ticks").asLong() > first.path("ticks").asLong();
		});
	}

	@Test
	void actuatorShowsMembersAndTotals() {
		JsonNode horde = cluster.node(0).get("/actuator/horde").json();
		assertThat(horde.path("node").path("name").asString()).isEqualTo("n1");
		assertThat(horde.path("node").path("status").asString()).isEqualTo("UP");
		assertThat(horde.path("node").path("address").asString()).isEqualTo("127.0.0.1:" + cluster.transportPort(0));
		assertThat(horde.path("members")).hasSize(2).allSatisfy((member) -> {
			assertThat(member.path("status").asString()).isEqualTo("UP");
			assertThat(member.has("processes")).isTrue();
			assertThat(member.has("address")).isTrue();
			assertThat(member.has("self")).isTrue();
		});
		assertThat(horde.has("quorum")).isTrue();
		assertThat(horde.has("supervisor")).isTrue();
		assertThat(horde.has("registry")).isTrue();
	}

	@Test
	void nameOf10kBIsRefusedWithTheLimit() {
		Answer answer = cluster.node(0).post("/sessions/" + "x".repeat(10_000));
		assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
		assertThat(answer.json().path("detail").asString()).contains("10008 bytes", "1024");
		assertThat(cluster.node(0).get("/actuator/health").ok()).isTrue();
	}

}
