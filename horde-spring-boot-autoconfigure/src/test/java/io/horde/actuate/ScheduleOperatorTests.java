package io.horde.actuate;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.MemberStatus;
import io.horde.process.HordeProcess;
import io.horde.process.ProcessContext;
import io.horde.schedule.HordeSchedules;
import io.horde.schedule.ProcessSchedule;
import io.horde.schedule.SchedulePausedEvent;
import io.horde.schedule.ScheduleResumedEvent;
import io.horde.schedule.TickOutcome;
import io.horde.schedule.TickRequestedEvent;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ScheduleOperator} over HTTP, in a cluster of two nodes over the real
 * transport. The child's id contains slashes.
 */
class ScheduleOperatorTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private static final String CHILD = "shop/invoices";

	private static final String POLL = CHILD + "#poll";

	private static final String REPORT = CHILD + "#report";

	private static ConfigurableApplicationContext a;

	private static ConfigurableApplicationContext b;

	@BeforeAll
	static void start() {
		a = start("a", "management.endpoint.horde.access=unrestricted");
		String members = "horde.cluster.members=" + a.getBean(HordeCluster.class).self().address();
		b = start("b", members, "management.endpoint.horde.access=unrestricted");
		await().atMost(LONG)
			.untilAsserted(() -> assertThat(a.getBean(HordeCluster.class).members()).hasSize(2)
				.allMatch((member) -> member.status() == MemberStatus.UP));
		a.getBean(HordeSupervisor.class).startChild(ChildSpec.of(Invoices.class).id(CHILD)).join();
		for (ConfigurableApplicationContext node : List.of(a, b)) {
			await().untilAsserted(() -> assertThat(node.getBean(HordeSchedules.class).find(POLL).join()).isPresent());
		}
	}

	@AfterAll
	static void stop() {
		b.close();
		a.close();
	}

	@Test
	void schedulesAreListedInParts() throws Exception {
		for (ConfigurableApplicationContext asked : List.of(a, b)) {
			JsonNode page = EndpointClient.ok(send(asked, "GET", "?filter=shop&limit=1&offset=1", null));
			assertThat(page.path("total").asInt()).isEqualTo(3);
			assertThat(page.path("silent")).isEmpty();
			JsonNode schedule = page.at("/schedules/0");
			assertThat(schedule.path("id").asString()).isEqualTo(POLL);
			assertThat(schedule.path("process").asString()).isEqualTo(CHILD);
			assertThat(schedule.path("type").asString()).isEqualTo("invoices");
			assertThat(schedule.path("method").asString()).isEqualTo("poll");
			assertThat(schedule.path("expression").asString()).isEqualTo("fixedRate PT0.1S");
		}
		assertThat(send(a, "GET", "?limit=-1", null).statusCode()).isEqualTo(400);
	}

	@Test
	void scheduleIsShownWithItsTicks() throws Exception {
		await().untilAsserted(
				() -> assertThat(schedule(POLL).ticks()).anyMatch((tick) -> tick.outcome() == TickOutcome.OK));
		JsonNode schedule = EndpointClient.ok(send(b, "GET", "?id=" + encoded(POLL), null));
		JsonNode tick = schedule.path("ticks")
			.valueStream()
			.filter((one) -> one.path("begun").isString())
			.findFirst()
			.orElseThrow();
		assertThat(tick.path("outcome").asString()).isEqualTo("OK");
		assertThat(tick.path("node").asString()).isEqualTo(schedule.path("node").asString());
		assertThat(Duration.parse(tick.path("duration").asString())).isPositive();
		JsonNode report = EndpointClient.ok(send(a, "GET", "?id=" + encoded(REPORT), null));
		assertThat(report.path("expression").asString()).isEqualTo("0 0 2 29 2 *");
		assertThat(report.path("zone").asString()).isEqualTo("Europe/Berlin");
		assertThat(report.path("nextDue").asString()).contains("-02-29T01:00:00");
		assertThat(EndpointClient.ok(send(a, "GET", "/singleton%23tick", null)).path("type").asString())
			.isEqualTo("singleton");
	}

	@Test
	void scheduleIsPausedAndResumedFromAnyNode() throws Exception {
		for (ConfigurableApplicationContext asked : List.of(a, b)) {
			String name = asked.getBean(HordeCluster.class).self().name();
			JsonNode paused = EndpointClient.ok(send(asked, "POST", "?id=" + encoded(POLL) + "&action=pause", null));
			assertThat(paused.path("paused").asString()).isEqualTo(POLL);
			assertThat(paused.path("by").asString()).isEqualTo(name);
			long before = ticks();
			await().during(Duration.ofMillis(500))
				.untilAsserted(() -> assertThat(ticks()).isBetween(before, before + 1));
			JsonNode shown = EndpointClient.ok(send(b, "GET", "?id=" + encoded(POLL), null));
			assertThat(shown.at("/paused/by").asString()).isEqualTo(name);
			assertThat(shown.at("/paused/since")).isEqualTo(paused.path("since"));
			assertThat(shown.path("nextDue").asString()).isNotEmpty();
			JsonNode resumed = EndpointClient
				.ok(send(a, "POST", "", "{\"id\":\"" + POLL + "\",\"action\":\"resume\",\"by\":\"me\"}"));
			assertThat(resumed.path("wasPaused").asBoolean()).isTrue();
			await().untilAsserted(() -> assertThat(ticks()).isGreaterThan(before + 1));
			await().untilAsserted(() -> assertThat(asked.getBean(Events.class).events)
				.contains(new SchedulePausedEvent(POLL, CHILD, name)));
		}
		assertThat(EndpointClient.ok(send(a, "POST", "?id=" + encoded(POLL) + "&action=resume", null))
			.path("wasPaused")
			.asBoolean()).isFalse();
		await().untilAsserted(
				() -> assertThat(a.getBean(Events.class).events).contains(new ScheduleResumedEvent(POLL, CHILD, "me")));
	}

	@Test
	void tickIsRunNowFromAnyNode() throws Exception {
		for (ConfigurableApplicationContext asked : List.of(a, b)) {
			JsonNode tick = EndpointClient
				.ok(send(asked, "POST", "?id=" + encoded(REPORT) + "&action=run&by=me", null));
			assertThat(tick.path("outcome").asString()).isEqualTo("OK");
			assertThat(tick.path("node").asString()).isEqualTo(schedule(REPORT).node());
			await().untilAsserted(() -> assertThat(asked.getBean(Events.class).events)
				.contains(new TickRequestedEvent(REPORT, CHILD, "me")));
		}
		JsonNode failed = EndpointClient.ok(send(a, "POST", "?id=" + encoded(CHILD + "#fail") + "&action=run", null));
		assertThat(failed.path("outcome").asString()).isEqualTo("FAILED");
		assertThat(failed.path("remark").asString()).contains("expected");
	}

	@Test
	void whatMakesNoSenseIsRefused() throws Exception {
		assertThat(send(a, "GET", "?id=nobody%23poll", null).statusCode()).isEqualTo(404);
		assertThat(send(a, "GET", "?id=poll", null).statusCode()).isEqualTo(404);
		for (String action : List.of("run", "pause", "resume")) {
			assertThat(send(a, "POST", "?action=" + action + "&id=" + encoded(CHILD + "#other"), null).statusCode())
				.isEqualTo(404);
			assertThat(send(a, "POST", "?action=" + action + "&id=poll", null).statusCode()).isEqualTo(404);
			assertThat(send(a, "POST", "?action=" + action + "&by=%0A&id=" + encoded(POLL), null).statusCode())
				.isEqualTo(400);
		}
		assertThat(send(a, "POST", "?action=stop&id=" + encoded(POLL), null).statusCode()).isEqualTo(400);
		assertThat(send(a, "POST", "?action=run", null).statusCode()).as("no id").isEqualTo(404);
		assertThat(send(a, "DELETE", "?id=" + encoded(POLL), null).statusCode()).isEqualTo(404);
	}

	@Test
	void processesAreOperatedOnByParameterToo() throws Exception {
		String id = "a/b c#d";
		b.getBean(HordeSupervisor.class).startChild(ChildSpec.of(Invoices.class).id(id)).join();
		await().untilAsserted(() -> assertThat(a.getBean(HordeSupervisor.class).child(id)).isPresent());
		assertThat(EndpointClient.ok(sendTo(a, "GET", "/processes?id=" + encoded(id), null)).path("id").asString())
			.isEqualTo(id);
		for (String node : List.of("b", "a")) {
			JsonNode moved = EndpointClient
				.ok(sendTo(b, "POST", "/processes?action=move&node=" + node + "&id=" + encoded(id), null));
			assertThat(moved.path("node").asString()).isEqualTo(node);
		}
		assertThat(EndpointClient.ok(send(b, "GET", "?id=" + encoded(id + "#poll"), null)).path("process").asString())
			.isEqualTo(id);
		EndpointClient.ok(sendTo(b, "DELETE", "/processes?id=" + encoded(id), null));
		assertThat(b.getBean(HordeSupervisor.class).child(id)).isEmpty();
	}

	@Test
	void readOnlyAccessAllowsNoOperation() throws Exception {
		try (ConfigurableApplicationContext c = start("c", "horde.cluster.name=other")) {
			await().untilAsserted(
					() -> assertThat(EndpointClient.ok(send(c, "GET", "", null)).path("schedules")).hasSize(1));
			assertThat(send(c, "GET", "?id=singleton%23tick", null).statusCode()).isEqualTo(200);
			for (String action : List.of("run", "pause", "resume")) {
				assertThat(send(c, "POST", "?action=" + action + "&id=singleton%23tick", null).statusCode())
					.isEqualTo(405);
				assertThat(send(c, "POST", "/singleton%23tick?action=" + action, null).statusCode()).isEqualTo(405);
			}
			assertThat(c.getBean(HordeSchedules.class).find("singleton#tick").join()).hasValueSatisfying((schedule) -> {
				assertThat(schedule.paused()).isNull();
				assertThat(schedule.ticks()).isEmpty();
			});
		}
	}

	private static String encoded(String id) {
		return URLEncoder.encode(id, StandardCharsets.UTF_8);
	}

	private static ProcessSchedule schedule(String id) {
		return a.getBean(HordeSchedules.class).find(id).join().orElseThrow();
	}

	private static long ticks() {
		return List.of(a, b)
			.stream()
			.flatMap((node) -> node.getBean(HordeSupervisor.class).localInstances(Invoices.class))
			.filter((process) -> process.context.id().equals(CHILD))
			.mapToLong((process) -> process.ticks)
			.sum();
	}

	private static ConfigurableApplicationContext start(String node, String... properties) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.properties("server.port=0", "horde.node.name=" + node, "horde.transport.host=127.0.0.1",
					"horde.transport.port=0", "horde.cluster.name=schedules",
					"management.endpoints.web.exposure.include=*")
			.properties(properties)
			.registerShutdownHook(false)
			.run();
	}

	private static HttpResponse<String> send(ConfigurableApplicationContext context, String method, String path,
			String body) throws IOException, InterruptedException {
		return sendTo(context, method, "/schedules" + path, body);
	}

	private static HttpResponse<String> sendTo(ConfigurableApplicationContext context, String method, String path,
			String body) throws IOException, InterruptedException {
		return EndpointClient.send(context, method, "/actuator/horde" + path, body);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Invoices.class, Singleton.class, Events.class })
	static class Application {

	}

	@HordeProcess(value = "invoices", autoStartup = false)
	static class Invoices {

		private final ProcessContext context;

		private volatile int ticks;

		Invoices(ProcessContext context) {
			this.context = context;
		}

		@Scheduled(fixedRate = 100)
		void poll() {
			this.ticks = this.ticks + 1;
		}

		@Scheduled(cron = "0 0 2 29 2 *", zone = "Europe/Berlin")
		void report() {
		}

		@Scheduled(initialDelay = 100_000_000)
		void fail() {
			throw new IllegalStateException("expected");
		}

	}

	@HordeProcess("singleton")
	static class Singleton {

		@Scheduled(initialDelay = 100_000_000)
		void tick() {
		}

	}

	static class Events {

		private final List<Object> events = new CopyOnWriteArrayList<>();

		@EventListener
		void on(SchedulePausedEvent event) {
			this.events.add(event);
		}

		@EventListener
		void on(ScheduleResumedEvent event) {
			this.events.add(event);
		}

		@EventListener
		void on(TickRequestedEvent event) {
			this.events.add(event);
		}

	}

}
