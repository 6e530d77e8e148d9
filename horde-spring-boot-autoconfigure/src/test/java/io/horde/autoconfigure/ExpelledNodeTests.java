package io.horde.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.horde.cluster.ExpulsionCause;
import io.horde.cluster.HordeCluster;
import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.NodeExpelledEvent;
import io.horde.cluster.NodeExpelledException;
import io.horde.node.CurrentNode;
import io.horde.process.HordeProcess;
import io.horde.process.ProcessContext;
import io.horde.process.StopReason;
import io.horde.registry.HordeRegistry;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.ProcessStoppedEvent;
import io.horde.time.EventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What an application does whose node is out of the cluster, over the real transport.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExpelledNodeTests {

	private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

	@AfterEach
	void close() {
		this.contexts.forEach(ConfigurableApplicationContext::close);
	}

	@Test
	void replacedNodeStopsWhatItRunsAndComesBackWhenItsReplacementHasGone(CapturedOutput output) throws Exception {
		ConfigurableApplicationContext a = start("a");
		ConfigurableApplicationContext b = start("b", "horde.cluster.members=" + address(a));
		awaitMembers(a, "a", "b");
		awaitMembers(b, "a", "b");
		List<String> ids = startChildren(a, 20);
		await().untilAsserted(() -> assertThat(running(b)).isPositive());
		CountDownLatch goOn = new CountDownLatch(1);
		b.getBean(EventLoop.class).execute(() -> awaitQuietly(goOn));
		ConfigurableApplicationContext replacement = start("b", "horde.cluster.members=" + address(a));
		await().atMost(Duration.ofSeconds(20)).until(() -> running(a) + running(replacement) == ids.size());
		PlaceApi place = b.getBean(HordeRegistry.class).proxy(PlaceApi.class, ids.get(0));
		goOn.countDown();

		Events events = b.getBean(Events.class);
		await().untilAsserted(() -> assertThat(events.expulsions).hasSize(1));
		assertThat(events.expulsions.get(0).nodeName()).isEqualTo("b");
		assertThat(events.expulsions.get(0).reason()).isEqualTo(ExpulsionCause.REPLACED);
		assertThat(events.expulsions.get(0).message()).contains(address(replacement), "horde.node.name");
		await().until(() -> running(b) == 0);
		assertThat(events.stopped).extracting(ProcessStoppedEvent::reason)
			.isSubsetOf(StopReason.NODE_LOST, StopReason.SUPERSEDED);
		assertThat(running(a) + running(replacement)).isEqualTo(ids.size());

		HordeSupervisor supervisor = b.getBean(HordeSupervisor.class);
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> supervisor.startChild(ChildSpec.of(Place.class)).get(1, TimeUnit.SECONDS))
			.withCauseInstanceOf(NodeExpelledException.class);
		assertThatExceptionOfType(NodeExpelledException.class).isThrownBy(place::node)
			.satisfies((failure) -> assertThat(failure.nodeName()).isEqualTo("b"))
			.satisfies((failure) -> assertThat(failure.reason()).isEqualTo(ExpulsionCause.REPLACED))
			.withMessageContaining(address(replacement));
		// The watch of the loop sees a little later that it turns again.
		await().untilAsserted(() -> assertThat(health(b).getStatus()).isEqualTo(Status.OUT_OF_SERVICE));
		assertThat(health(b).getDetails()).containsEntry("cause", "REPLACED").containsKeys("reason", "remedy");
		assertThat(liveness(b)).isEqualTo(LivenessState.CORRECT);
		assertThat(errors(output)).singleElement().asString().contains("Node 'b' is out of the cluster", "comes back");

		replacement.close();
		awaitMembers(b, "a", "b");
		awaitMembers(a, "a", "b");
		await().until(() -> running(a) + running(b) == ids.size());
		assertThat(health(b).getStatus()).isEqualTo(Status.UP);
		startChildren(b, 20);
		assertThat(running(b)).isPositive();
		assertThat(place.node()).isIn("a", "b");
	}

	@Test
	void nodeThatIsToStayOutReportsThatItIsNotLive() throws Exception {
		ConfigurableApplicationContext a = start("a");
		ConfigurableApplicationContext b = start("b", "horde.cluster.members=" + address(a),
				"horde.node.on-expelled=stop-processes");
		awaitMembers(b, "a", "b");
		List<String> ids = startChildren(a, 20);
		await().untilAsserted(() -> assertThat(running(b)).isPositive());
		forget(b);
		await().until(() -> running(b) == 0 && running(a) == ids.size());
		assertThat(b.getBean(Events.class).stopped).extracting(ProcessStoppedEvent::reason)
			.containsOnly(StopReason.NODE_LOST);
		await().untilAsserted(() -> assertThat(liveness(b)).isEqualTo(LivenessState.BROKEN));
		assertThat(health(b).getDetails()).containsEntry("cause", "FORGOTTEN");
		assertThatExceptionOfType(NodeExpelledException.class).isThrownBy(b.getBean(HordeCluster.class)::members);
		b.stop();
		b.start();
		awaitMembers(b, "a", "b");
		await().untilAsserted(() -> assertThat(liveness(b)).isEqualTo(LivenessState.CORRECT));
	}

	@Test
	void applicationIsClosedOnceIfThatIsWanted() {
		ConfigurableApplicationContext a = start("a");
		ConfigurableApplicationContext b = start("b", "horde.cluster.members=" + address(a),
				"horde.node.on-expelled=close-application");
		awaitMembers(b, "a", "b");
		Events events = b.getBean(Events.class);
		forget(b);
		await().until(() -> !b.isActive());
		await().untilAsserted(() -> assertThat(events.closed).hasSize(1));
	}

	@Test
	void nodeWithoutItsTransportIsOutIfItHasPeersAndTriesToComeBack() {
		ConfigurableApplicationContext a = start("a");
		long alone = a.getBean(HordeCluster.class).self().incarnation();
		loseTransport(a);
		ConfigurableApplicationContext b = start("b", "horde.cluster.members=" + address(a));
		awaitMembers(b, "a", "b");
		assertThat(a.getBean(HordeCluster.class).self().incarnation()).isEqualTo(alone);
		long before = b.getBean(HordeCluster.class).self().incarnation();
		loseTransport(b);
		await().untilAsserted(() -> assertThat(b.getBean(Events.class).expulsions).singleElement()
			.extracting(NodeExpelledEvent::reason)
			.isEqualTo(ExpulsionCause.TRANSPORT_LOST));
		awaitMembers(b, "a", "b");
		assertThat(b.getBean(HordeCluster.class).self().incarnation()).isGreaterThan(before);
	}

	private static void forget(ConfigurableApplicationContext context) {
		CurrentNode node = context.getBean(CurrentNode.class);
		context.getBean(EventLoop.class).execute(node.require().membership()::outdated);
	}

	private static void loseTransport(ConfigurableApplicationContext context) {
		CurrentNode node = context.getBean(CurrentNode.class);
		context.getBean(EventLoop.class)
			.execute(() -> node.require().membership().transportLost("Its member has ended"));
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await(60, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static List<String> startChildren(ConfigurableApplicationContext context, int count) throws Exception {
		List<ChildSpec> specs = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			String id = "place-" + System.nanoTime();
			specs.add(ChildSpec.of(Place.class).id(id).name(id));
		}
		context.getBean(HordeSupervisor.class).startChildren(specs).get(20, TimeUnit.SECONDS);
		return specs.stream().map(ChildSpec::id).toList();
	}

	/* What really runs, as its beans say. */
	private static int running(ConfigurableApplicationContext context) {
		return context.getBean(Beans.class).open.size();
	}

	private static Health health(ConfigurableApplicationContext context) {
		Health health = context.getBean("hordeHealthIndicator", HealthIndicator.class).health();
		assertThat(health).isNotNull();
		return health;
	}

	private static LivenessState liveness(ConfigurableApplicationContext context) {
		return context.getBean(ApplicationAvailability.class).getLivenessState();
	}

	private static List<String> errors(CapturedOutput output) {
		return Arrays.stream(output.getAll().split("\n")).filter((line) -> line.contains(" ERROR ")).toList();
	}

	private ConfigurableApplicationContext start(String node, String... properties) {
		List<String> all = new ArrayList<>(List.of("horde.node.name=" + node, "horde.transport.host=127.0.0.1",
				"horde.transport.port=0", "horde.cluster.name=expelled", "horde.failure-detection.silence-timeout=2s"));
		all.addAll(List.of(properties));
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.properties(all.toArray(String[]::new))
			.registerShutdownHook(false)
			.run();
		this.contexts.add(context);
		return context;
	}

	private static String address(ConfigurableApplicationContext context) {
		return context.getBean(HordeCluster.class).self().address();
	}

	private static void awaitMembers(ConfigurableApplicationContext context, String... names) {
		await().atMost(Duration.ofSeconds(30))
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(context.getBean(HordeCluster.class).members())
				.filteredOn((member) -> member.status() == MemberStatus.UP)
				.extracting(Member::name)
				.containsExactly(names));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Place.class, Events.class, Beans.class })
	static class Application {

	}

	/**
	 * What can be asked of a place.
	 */
	public interface PlaceApi {

		String node();

	}

	@HordeProcess(value = "place", autoStartup = false)
	static class Place implements PlaceApi, AutoCloseable {

		private final ProcessContext context;

		private final Beans beans;

		Place(ProcessContext context, Beans beans) {
			this.context = context;
			this.beans = beans;
			beans.open.add(this);
		}

		@Override
		public String node() {
			return this.context.node();
		}

		@Override
		public void close() {
			this.beans.open.remove(this);
		}

	}

	static class Beans {

		private final List<Place> open = new CopyOnWriteArrayList<>();

	}

	static class Events {

		private final List<NodeExpelledEvent> expulsions = new CopyOnWriteArrayList<>();

		private final List<ProcessStoppedEvent> stopped = new CopyOnWriteArrayList<>();

		private final List<ContextClosedEvent> closed = new CopyOnWriteArrayList<>();

		@EventListener
		void on(NodeExpelledEvent event) {
			this.expulsions.add(event);
		}

		@EventListener
		void on(ProcessStoppedEvent event) {
			this.stopped.add(event);
		}

		@EventListener
		void on(ContextClosedEvent event) {
			this.closed.add(event);
		}

	}

}
