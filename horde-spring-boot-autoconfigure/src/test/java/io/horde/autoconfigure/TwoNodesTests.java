package io.horde.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.Member;
import io.horde.cluster.MemberEvent;
import io.horde.cluster.MemberLeftEvent;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.NodeExpelledException;
import io.horde.cluster.membership.Membership;
import io.horde.node.CurrentNode;
import io.horde.process.HordeProcess;
import io.horde.process.ProcessContext;
import io.horde.process.StateHandoff;
import io.horde.registry.HordeRegistry;
import io.horde.registry.NameEntry;
import io.horde.registry.NameEvent;
import io.horde.registry.NameQuery;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.ProcessRef;
import io.horde.time.EventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two applications in one JVM, over the real transport.
 */
class TwoNodesTests {

	private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

	@AfterEach
	void close() {
		this.contexts.forEach(ConfigurableApplicationContext::close);
	}

	@Test
	void processIsCalledFromTheOtherNodeAndMovesWithItsStateWhenItsNodeCloses() throws Exception {
		ConfigurableApplicationContext a = start("a");
		ConfigurableApplicationContext b = start("b", "horde.cluster.members=" + address(a));
		awaitMembers(a, b);
		String onA = startTallyOn(a, "a");
		TallyApi tally = b.getBean(HordeRegistry.class).proxy(TallyApi.class, onA);
		await().ignoreExceptions().untilAsserted(() -> assertThat(tally.node()).isEqualTo("a"));
		assertThat(tally.add(41)).isEqualTo(41);
		a.close();
		await().ignoreExceptions().untilAsserted(() -> assertThat(tally.node()).isEqualTo("b"));
		assertThat(tally.add(1)).isEqualTo(42);
		assertThat(b.getBean(Events.class).events).hasAtLeastOneElementOfType(MemberLeftEvent.class);
	}

	@Test
	void closingTakesNoLongerThanTheHandOver() throws Exception {
		ConfigurableApplicationContext a = start("a");
		ConfigurableApplicationContext b = start("b", "horde.cluster.members=" + address(a));
		awaitMembers(a, b);
		for (int i = 0; i < 20; i++) {
			startTallyOn(a, "a");
		}
		long begin = System.nanoTime();
		a.close();
		assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(10);
		await().untilAsserted(() -> assertThat(
				b.getBean(HordeSupervisor.class).children().filter((child) -> child.type().equals("tally")))
			.hasSize(20)
			.extracting(ProcessRef::node)
			.containsOnly("b"));
	}

	@Test
	void stoppedAndStartedContextIsAnotherIncarnationBehindTheSameBeans() throws Exception {
		ConfigurableApplicationContext a = start("a");
		ConfigurableApplicationContext b = start("b", "horde.cluster.members=" + address(a));
		awaitMembers(a, b);
		HordeCluster cluster = b.getBean(HordeCluster.class);
		HordeRegistry registry = b.getBean(HordeRegistry.class);
		List<NameEvent> seen = new CopyOnWriteArrayList<>();
		registry.watch(NameQuery.name("later"), seen::add);
		TallyApi tally = registry.proxy(TallyApi.class, "later");
		long incarnation = cluster.self().incarnation();
		b.stop();
		b.start();
		awaitMembers(a, b);
		assertThat(cluster.self().incarnation()).isGreaterThan(incarnation);
		a.getBean(HordeSupervisor.class).startChild(ChildSpec.of(Tally.class).name("later")).get(10, TimeUnit.SECONDS);
		await().ignoreExceptions().untilAsserted(() -> assertThat(tally.add(1)).isPositive());
		await().untilAsserted(() -> assertThat(seen).extracting((event) -> event.entry().name()).contains("later"));
	}

	@Test
	void nodeThatWasForgottenBeginsAnewBehindTheSameBeans() throws Exception {
		ConfigurableApplicationContext a = start("a");
		ConfigurableApplicationContext b = start("b", "horde.cluster.members=" + address(a));
		awaitMembers(a, b);
		String onB = startTallyOn(b, "b");
		TallyApi tally = a.getBean(HordeRegistry.class).proxy(TallyApi.class, onB);
		HordeCluster cluster = b.getBean(HordeCluster.class);
		long incarnation = cluster.self().incarnation();
		Membership membership = b.getBean(CurrentNode.class).require().membership();
		b.getBean(EventLoop.class).execute(membership::outdated);
		await().ignoreException(NodeExpelledException.class)
			.untilAsserted(() -> assertThat(cluster.self().incarnation()).isGreaterThan(incarnation));
		awaitMembers(a, b);
		await().ignoreExceptions().untilAsserted(() -> assertThat(tally.add(1)).isPositive());
		assertThat(b.isRunning()).isTrue();
	}

	private String startTallyOn(ConfigurableApplicationContext context, String node) throws Exception {
		HordeSupervisor supervisor = context.getBean(HordeSupervisor.class);
		for (int i = 0; i < 100; i++) {
			String name = "tally-" + System.nanoTime();
			supervisor.startChild(ChildSpec.of(Tally.class).name(name)).get(10, TimeUnit.SECONDS);
			NameEntry entry = context.getBean(HordeRegistry.class).lookup(name).orElseThrow();
			if (entry.node().equals(node)) {
				return name;
			}
			supervisor.terminateChild(name).get(10, TimeUnit.SECONDS);
		}
		throw new IllegalStateException("No tally was placed on " + node);
	}

	private ConfigurableApplicationContext start(String node, String... properties) {
		List<String> all = new ArrayList<>(
				List.of("horde.node.name=" + node, "horde.transport.host=127.0.0.1", "horde.transport.port=0",
						"horde.cluster.name=two-nodes", "horde.failure-detection.silence-timeout=2s"));
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

	private static void awaitMembers(ConfigurableApplicationContext... contexts) {
		for (ConfigurableApplicationContext context : contexts) {
			await().atMost(20, TimeUnit.SECONDS)
				.untilAsserted(() -> assertThat(context.getBean(HordeCluster.class).members())
					.filteredOn((member) -> member.status() == MemberStatus.UP)
					.extracting(Member::name)
					.containsExactly("a", "b"));
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Tally.class, Events.class })
	static class Application {

	}

	/**
	 * What can be asked of a tally.
	 */
	public interface TallyApi {

		long add(long amount);

		String node();

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
		public String node() {
			return this.context.node();
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

	static class Events {

		private final List<MemberEvent> events = new CopyOnWriteArrayList<>();

		@EventListener
		void on(MemberEvent event) {
			this.events.add(event);
		}

	}

}
