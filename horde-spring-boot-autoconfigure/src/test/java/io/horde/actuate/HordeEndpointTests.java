package io.horde.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.horde.process.HordeProcess;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HordeEndpoint}, {@link HordeOperations}, health, readiness and info.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "management.endpoints.web.exposure.include=*", "management.endpoint.horde.access=unrestricted",
				"management.endpoint.health.probes.enabled=true", "management.endpoint.health.show-details=always",
				"management.info.horde.enabled=true", "horde.node.name=alone", "horde.node.labels.zone=z1",
				"horde.cluster.name=endpoint" })
class HordeEndpointTests {

	@Value("${local.server.port}")
	private int port;

	@Autowired
	private HordeSupervisor supervisor;

	@Autowired
	private HealthEndpointGroups groups;

	@BeforeEach
	void startWorkers() throws Exception {
		this.supervisor
			.startChildren(
					IntStream.range(0, 5).mapToObj((i) -> ChildSpec.of(Worker.class).name("worker-" + i)).toList())
			.get(10, TimeUnit.SECONDS);
		await().untilAsserted(() -> assertThat(this.supervisor.countChildren().active()).isEqualTo(6));
	}

	@Test
	void overviewTellsOfNodeMembersQuorumSupervisorAndRegistry() throws Exception {
		JsonNode overview = get("");
		assertThat(overview.at("/node/name").asString()).isEqualTo("alone");
		assertThat(overview.at("/node/status").asString()).isEqualTo("UP");
		assertThat(overview.at("/node/address").asString()).startsWith("127.0.0.1:");
		assertThat(overview.at("/node/pid").asLong()).isEqualTo(ProcessHandle.current().pid());
		JsonNode member = overview.at("/members/0");
		assertThat(member.path("name").asString()).isEqualTo("alone");
		assertThat(member.path("status").asString()).isEqualTo("UP");
		assertThat(member.path("self").asBoolean()).isTrue();
		assertThat(member.path("processes").asInt()).isEqualTo(6);
		assertThat(member.at("/labels/zone").asString()).isEqualTo("z1");
		assertThat(overview.path("quorum").isObject()).isTrue();
		assertThat(overview.at("/supervisor/specs").asInt()).isEqualTo(6);
		assertThat(overview.at("/supervisor/active").asInt()).isEqualTo(6);
		assertThat(overview.at("/supervisor/local").asInt()).isEqualTo(6);
		assertThat(overview.at("/registry/names").asInt()).isGreaterThanOrEqualTo(6);
		assertThat(overview.at("/failover/description").asString()).contains("a crashed node is replaced within");
		assertThat(overview.at("/replication/entries").asInt()).isPositive();
	}

	@Test
	void listsAreSortedAndComeInParts() throws Exception {
		JsonNode page = get("/processes?filter=worker-&limit=2&offset=1");
		assertThat(page.path("total").asInt()).isEqualTo(5);
		assertThat(page.path("processes")).hasSize(2);
		assertThat(page.at("/processes/0/id").asString()).isEqualTo("worker-1");
		assertThat(page.at("/processes/0/type").asString()).isEqualTo("worker");
		assertThat(page.at("/processes/0/node").asString()).isEqualTo("alone");
		assertThat(page.at("/processes/0/state").asString()).isEqualTo("RUNNING");
		assertThat(page.at("/processes/1/id").asString()).isEqualTo("worker-2");
	}

	@Test
	void namesAreListed() throws Exception {
		JsonNode page = get("/names?filter=worker-3");
		assertThat(page.path("total").asInt()).isEqualTo(1);
		assertThat(page.at("/names/0/node").asString()).isEqualTo("alone");
		assertThat(page.at("/names/0/process").asString()).isEqualTo("worker-3");
	}

	@Test
	void membersAreListed() throws Exception {
		assertThat(get("/members").at("/members/0/name").asString()).isEqualTo("alone");
		assertThat(get("/members?filter=nobody").path("total").asInt()).isZero();
	}

	@Test
	void processIsExplained() throws Exception {
		JsonNode explanation = get("/processes/worker-0");
		assertThat(explanation.path("chosen").asString()).isEqualTo("alone");
		assertThat(explanation.path("summary").asString()).isNotEmpty();
	}

	@Test
	void unknownThingsAreNotFound() throws Exception {
		assertThat(send("GET", "/nothing", null).statusCode()).isEqualTo(404);
		assertThat(send("GET", "/processes/nobody", null).statusCode()).isEqualTo(404);
		assertThat(send("DELETE", "/processes/nobody", null).statusCode()).isEqualTo(404);
	}

	@Test
	void senselessRequestsAreRefused() throws Exception {
		assertThat(send("GET", "/processes?limit=-1", null).statusCode()).isEqualTo(400);
		assertThat(send("POST", "/moves", "{\"action\":\"faster\"}").statusCode()).isEqualTo(400);
		assertThat(send("POST", "/processes/worker-1", "{\"action\":\"move\"}").statusCode()).isEqualTo(400);
		assertThat(send("DELETE", "/members/nobody", null).statusCode()).isEqualTo(400);
	}

	@Test
	void processIsTerminated() throws Exception {
		assertThat(send("DELETE", "/processes/worker-4", null).statusCode()).isEqualTo(200);
		assertThat(this.supervisor.child("worker-4")).isEmpty();
	}

	@Test
	void movesArePausedAndResumed() throws Exception {
		assertThat(send("POST", "/moves", "{\"action\":\"pause\"}").statusCode()).isEqualTo(200);
		assertThat(get("/moves").path("paused").asBoolean()).isTrue();
		assertThat(send("POST", "/moves", "{\"action\":\"resume\"}").statusCode()).isEqualTo(200);
		assertThat(get("/moves").path("paused").asBoolean()).isFalse();
	}

	@Test
	void healthAndReadinessTellOfThisNode() throws Exception {
		JsonNode health = read(sendTo("GET", "/actuator/health", null));
		assertThat(health.at("/components/horde/status").asString()).isEqualTo("UP");
		assertThat(health.at("/components/horde/details/node").asString()).isEqualTo("alone");
		assertThat(read(sendTo("GET", "/actuator/health/readiness", null)).path("status").asString()).isEqualTo("UP");
		assertThat(this.groups.get("readiness").isMember("horde")).isTrue();
		assertThat(this.groups.get("readiness").isMember("readinessState")).isTrue();
		assertThat(this.groups.get("liveness").isMember("horde")).isFalse();
	}

	@Test
	void infoTellsOfThisNode() throws Exception {
		assertThat(read(sendTo("GET", "/actuator/info", null)).at("/horde/node").asString()).isEqualTo("alone");
	}

	private JsonNode get(String path) throws IOException, InterruptedException {
		return read(send("GET", path, null));
	}

	private static JsonNode read(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return JsonMapper.shared().readTree(response.body());
	}

	private HttpResponse<String> send(String method, String path, String body)
			throws IOException, InterruptedException {
		return sendTo(method, "/actuator/horde" + path, body);
	}

	private HttpResponse<String> sendTo(String method, String path, String body)
			throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.header("Content-Type", "application/json")
			.method(method,
					(body != null) ? HttpRequest.BodyPublishers.ofString(body) : HttpRequest.BodyPublishers.noBody())
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Worker.class, Singleton.class })
	static class Application {

	}

	@HordeProcess(value = "worker", autoStartup = false)
	static class Worker {

	}

	@HordeProcess("singleton")
	static class Singleton {

	}

}
