package io.horde.actuate;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.node.CurrentNode;
import io.horde.process.HordeProcess;
import io.horde.process.ProcessContext;
import io.horde.process.ProcessState;
import io.horde.process.StateHandoff;
import io.horde.registry.HordeRegistry;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.ProcessRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HordeOperations} over HTTP, in a cluster of two nodes over the real
 * transport: each operation does what it says, wherever it is asked for.
 */
class HordeOperationsTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private static ConfigurableApplicationContext a;

	private static ConfigurableApplicationContext b;

	@BeforeAll
	static void start() {
		a = start("a");
		b = start("b", members());
		awaitUp("b");
	}

	@AfterAll
	static void stop() {
		b.close();
		a.close();
	}

	@Test
	void processIsMovedWithItsState() throws Exception {
		TallyApi tally = b.getBean(HordeRegistry.class).proxy(TallyApi.class, startTally());
		tally.add(41);
		String id = tally.id();
		for (String target : List.of("a", "b", "a")) {
			for (ConfigurableApplicationContext asked : List.of(a, b)) {
				JsonNode moved = EndpointClient
					.ok(send(asked, "POST", "/processes/" + id, "{\"action\":\"move\",\"node\":\"" + target + "\"}"));
				assertThat(moved.path("id").asString()).isEqualTo(id);
				assertThat(moved.path("node").asString()).isEqualTo(target);
				assertThat(tally.node()).isEqualTo(target);
			}
		}
		assertThat(tally.add(1)).isEqualTo(42);
	}

	@Test
	void quarantinedProcessIsRestartedFromAnyNode() throws Exception {
		String id = startTally();
		for (ConfigurableApplicationContext asked : List.of(a, b)) {
			b.getBean(HordeRegistry.class).proxy(TallyApi.class, id).fail();
			await().untilAsserted(() -> assertThat(child(asked, id).state()).isEqualTo(ProcessState.QUARANTINED));
			EndpointClient.ok(send(asked, "POST", "/processes/" + id, "{\"action\":\"restart\"}"));
			await().untilAsserted(() -> assertThat(child(asked, id).state()).isEqualTo(ProcessState.RUNNING));
		}
	}

	@Test
	void singletonThatAnOperatorStoppedStaysSoUntilItIsRestarted() throws Exception {
		for (ConfigurableApplicationContext asked : List.of(a, b)) {
			EndpointClient.ok(send(asked, "POST", "/processes/singleton", "{\"action\":\"terminate\"}"));
			await().untilAsserted(() -> assertThat(singletons()).isZero());
			await().untilAsserted(() -> assertThat(child(asked, "singleton").state()).isEqualTo(ProcessState.STOPPED));
			EndpointClient.ok(send(asked, "POST", "/processes/singleton", "{\"action\":\"restart\"}"));
			await().untilAsserted(() -> assertThat(singletons()).isOne());
			await().untilAsserted(() -> assertThat(child(asked, "singleton").state()).isEqualTo(ProcessState.RUNNING));
		}
	}

	@Test
	void drainedNodeHandsItsProcessesOverAndLeaves() throws Exception {
		try (ConfigurableApplicationContext c = start("c", members())) {
			awaitUp("c");
			String id = startTally();
			EndpointClient.ok(send(a, "POST", "/processes/" + id, "{\"action\":\"move\",\"node\":\"c\"}"));
			EndpointClient.ok(send(c, "POST", "/node", "{\"action\":\"drain\"}"));
			await().atMost(LONG).untilAsserted(() -> assertThat(status(b, "c")).isEqualTo(MemberStatus.LEFT));
			assertThat(child(b, id).node()).isIn("a", "b");
			assertThat(child(b, id).state()).isEqualTo(ProcessState.RUNNING);
			assertThat(c.getBean(HordeSupervisor.class).localInstances(TallyApi.class)).isEmpty();
			assertThat(c.isActive()).isTrue();
			assertThat(JsonMapper.shared()
				.readTree(EndpointClient.send(c, "GET", "/actuator/health/readiness", null).body())
				.path("status")
				.asString()).isEqualTo("OUT_OF_SERVICE");
		}
	}

	@Test
	void memberThatIsDownIsForgotten() throws Exception {
		try (ConfigurableApplicationContext d = start("d", members(), "horde.shutdown.drain-timeout=0")) {
			awaitUp("d");
			assertThat(send(a, "DELETE", "/members/d", null).statusCode()).as("it is up").isEqualTo(400);
			// Without a good-bye, as if it had been killed
			d.getBean(CurrentNode.class).require().stop().join();
			await().atMost(LONG)
				.untilAsserted(
						() -> assertThat(List.of(status(a, "d"), status(b, "d"))).containsOnly(MemberStatus.DOWN));
			JsonNode forgotten = EndpointClient.ok(send(b, "DELETE", "/members/d", null));
			assertThat(forgotten.path("forgotten").asString()).isEqualTo("d");
			await().untilAsserted(() -> assertThat(status(a, "d")).isEqualTo(MemberStatus.LEFT));
		}
	}

	@Test
	void movesArePausedOnTheNodeThatIsAsked() throws Exception {
		EndpointClient.ok(send(a, "POST", "/moves", "{\"action\":\"pause\"}"));
		assertThat(EndpointClient.ok(send(a, "GET", "/moves", null)).path("paused").asBoolean()).isTrue();
		EndpointClient.ok(send(a, "POST", "/moves", "{\"action\":\"resume\"}"));
		assertThat(EndpointClient.ok(send(a, "GET", "/moves", null)).path("paused").asBoolean()).isFalse();
	}

	private static String members() {
		return "horde.cluster.members=" + a.getBean(HordeCluster.class).self().address();
	}

	private static void awaitUp(String name) {
		await().atMost(LONG)
			.untilAsserted(() -> assertThat(List.of(status(a, name), status(b, name))).containsOnly(MemberStatus.UP));
	}

	private String startTally() {
		String id = "tally-" + System.nanoTime();
		a.getBean(HordeSupervisor.class).startChild(ChildSpec.of(Tally.class).name(id)).join();
		await().untilAsserted(() -> assertThat(b.getBean(HordeSupervisor.class).child(id)).isPresent());
		return id;
	}

	private long singletons() {
		return List.of(a, b)
			.stream()
			.mapToLong((node) -> node.getBean(HordeSupervisor.class).localInstances(Singleton.class).count())
			.sum();
	}

	private static ProcessRef child(ConfigurableApplicationContext context, String id) {
		return context.getBean(HordeSupervisor.class).child(id).orElseThrow();
	}

	private static MemberStatus status(ConfigurableApplicationContext context, String name) {
		return context.getBean(HordeCluster.class)
			.members()
			.stream()
			.filter((member) -> member.name().equals(name))
			.map(Member::status)
			.findFirst()
			.orElse(MemberStatus.JOINING);
	}

	private static ConfigurableApplicationContext start(String node, String... properties) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.properties("server.port=0", "horde.node.name=" + node, "horde.transport.host=127.0.0.1",
					"horde.transport.port=0", "horde.cluster.name=operations", "horde.supervisor.max-restarts=0",
					"horde.failure-detection.silence-timeout=2s", "management.endpoints.web.exposure.include=*",
					"management.endpoint.horde.access=unrestricted", "management.endpoint.health.probes.enabled=true")
			.properties(properties)
			.registerShutdownHook(false)
			.run();
	}

	private static HttpResponse<String> send(ConfigurableApplicationContext context, String method, String path,
			String body) throws IOException, InterruptedException {
		return EndpointClient.send(context, method, "/actuator/horde" + path, body);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Tally.class, Singleton.class })
	static class Application {

	}

	/**
	 * What can be asked of a tally.
	 */
	public interface TallyApi {

		long add(long amount);

		String id();

		String node();

		void fail();

	}

	@HordeProcess(value = "tally", autoStartup = false)
	static class Tally implements TallyApi, StateHandoff<Long> {

		private final ProcessContext context;

		private long sum;

		Tally(ProcessContext context) {
			this.context = context;
		}

		@Override
		public long add(long amount) {
			this.sum += amount;
			return this.sum;
		}

		@Override
		public String id() {
			return this.context.id();
		}

		@Override
		public String node() {
			return this.context.node();
		}

		@Override
		public void fail() {
			this.context.fail(new IllegalStateException("asked to"));
		}

		@Override
		public Long handOff() {
			return this.sum;
		}

		@Override
		public void takeOver(Long state) {
			this.sum = state;
		}

	}

	@HordeProcess("singleton")
	static class Singleton {

	}

}
