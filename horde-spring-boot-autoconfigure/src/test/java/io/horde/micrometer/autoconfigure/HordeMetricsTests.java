package io.horde.micrometer.autoconfigure;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.horde.cluster.HordeCluster;
import io.horde.hazelcast.gate.GateRefusal;
import io.horde.micrometer.HordeCallContext;
import io.horde.process.HordeProcess;
import io.horde.registry.HordeRegistry;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HordeMetrics}, {@link TransportMetrics} and
 * {@link ObservationCallInterceptor}.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE, properties = { "horde.cluster.name=metrics",
		"management.defaults.metrics.export.enabled=false", "management.simple.metrics.export.enabled=true" })
class HordeMetricsTests {

	@Autowired
	private MeterRegistry meters;

	@Autowired
	private HordeSupervisor supervisor;

	@Autowired
	private HordeRegistry registry;

	@Autowired
	private HordeCluster cluster;

	@Autowired
	private Contexts contexts;

	@Test
	void membersAndProcessesAreCounted() throws Exception {
		start("metered");
		assertThat(gauge("horde.members", "status", "up")).isEqualTo(1);
		assertThat(gauge("horde.members", "status", "down")).isZero();
		assertThat(this.meters.get("horde.node.out").gauge().value()).isZero();
		await().untilAsserted(() -> assertThat(
				this.meters.get("horde.processes").tags("type", "echo", "state", "running").gauge().value())
			.isPositive());
		assertThat(this.meters.get("horde.processes.local").gauge().value()).isPositive();
		assertThat(this.meters.get("horde.process.starts").functionCounter().count()).isPositive();
		assertThat(this.meters.get("horde.names").gauge().value()).isPositive();
		assertThat(this.meters.get("horde.replication.entries").gauge().value()).isPositive();
		assertThat(this.meters.get("horde.discovery.questions").tag("outcome", "failed").functionCounter().count())
			.isZero();
	}

	@Test
	void everythingThatIsPromisedIsThere() {
		assertThat(this.meters.getMeters()).extracting((meter) -> meter.getId().getName())
			.contains("horde.process.restarts", "horde.process.takeovers", "horde.process.moves",
					"horde.process.caught", "horde.processes.resting", "horde.node.pauses", "horde.name.conflicts",
					"horde.replication.lag", "horde.replication.pulls", "horde.transport.frames.sent",
					"horde.transport.frames.received", "horde.transport.sent", "horde.transport.received",
					"horde.transport.restarts", "horde.loop.stalled", "horde.loop.stalls", "horde.ticks.begun",
					"horde.ticks.failed", "horde.ticks.skipped", "horde.ticks.lost", "horde.ticks.missed",
					"horde.ticks.unheld", "horde.ticks.postponed", "horde.ticks.suppressed", "horde.schedules.paused");
	}

	@Test
	void whoIsRefusedIsCountedByReason() throws Exception {
		String[] address = this.cluster.self().address().split(":");
		assertThat(refusals("too-slow")).isZero();
		try (Socket stranger = new Socket(address[0], Integer.parseInt(address[1]))) {
			stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			await().untilAsserted(() -> assertThat(refusals("not-horde")).isEqualTo(1));
		}
		assertThat(this.meters.get("horde.transport.refused").functionCounters()).hasSize(GateRefusal.values().length);
	}

	@Test
	void noMeterIsTaggedWithIdOrName() throws Exception {
		start("secret-name");
		this.registry.proxy(EchoApi.class, "secret-name").echo("x");
		List<Meter> ours = this.meters.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().startsWith("horde."))
			.toList();
		assertThat(ours).isNotEmpty()
			.allSatisfy((meter) -> assertThat(meter.getId().getTags())
				.noneSatisfy((tag) -> assertThat(tag.getValue()).contains("secret-name")));
	}

	@Test
	void callIsObservedAtBothEnds() throws Exception {
		start("observed");
		assertThat(this.registry.proxy(EchoApi.class, "observed").echo("x")).isEqualTo("x");
		await().untilAsserted(() -> {
			assertThat(this.meters.find("horde.calls").tags("api", "EchoApi", "method", "echo").timer()).isNotNull();
			assertThat(this.meters.find("horde.executions").tags("api", "EchoApi", "method", "echo").timer())
				.isNotNull();
		});
		assertThat(this.contexts.stopped).anySatisfy((context) -> {
			assertThat(context.getContextualName()).isEqualTo("EchoApi#echo");
			assertThat(context.getHighCardinalityKeyValue("horde.name").getValue()).isEqualTo("observed");
		});
	}

	@Test
	void callOfAMethodThatReturnsAFutureIsObservedUntilThatEnds() throws Exception {
		start("slow");
		Echo.gate = new CompletableFuture<>();
		CompletableFuture<String> future = this.registry.proxy(EchoApi.class, "slow").later();
		await().until(() -> Echo.asked);
		assertThat(this.meters.find("horde.executions").tag("method", "later").timer()).isNull();
		assertThat(this.meters.find("horde.calls").tag("method", "later").timer()).isNull();
		Echo.gate.completeExceptionally(new IllegalStateException("late"));
		assertThat(future).failsWithin(10, TimeUnit.SECONDS);
		await().untilAsserted(() -> {
			assertThat(this.meters.find("horde.executions")
				.tags("method", "later", "error", "IllegalStateException")
				.timer()).isNotNull();
			assertThat(
					this.meters.find("horde.calls").tags("method", "later", "error", "IllegalStateException").timer())
				.isNotNull();
		});
	}

	private double refusals(String reason) {
		return this.meters.get("horde.transport.refused").tag("reason", reason).functionCounter().count();
	}

	private double gauge(String name, String key, String value) {
		return this.meters.get(name).tag(key, value).gauge().value();
	}

	private void start(String name) throws Exception {
		this.supervisor.startChild(ChildSpec.of(Echo.class).name(name)).get(10, TimeUnit.SECONDS);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Echo.class, Contexts.class })
	static class Application {

		@Bean
		SimpleMeterRegistry simpleMeterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

	/**
	 * What can be asked of an echo.
	 */
	public interface EchoApi {

		String echo(String text);

		CompletableFuture<String> later();

	}

	@HordeProcess(value = "echo", autoStartup = false)
	static class Echo implements EchoApi {

		static volatile CompletableFuture<String> gate = new CompletableFuture<>();

		static volatile boolean asked;

		@Override
		public String echo(String text) {
			return text;
		}

		@Override
		public CompletableFuture<String> later() {
			asked = true;
			return gate;
		}

	}

	static class Contexts implements ObservationHandler<Observation.Context> {

		private final List<Observation.Context> stopped = new java.util.concurrent.CopyOnWriteArrayList<>();

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof HordeCallContext;
		}

		@Override
		public void onStop(Observation.Context context) {
			this.stopped.add(context);
		}

	}

}
