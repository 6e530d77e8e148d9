package io.horde.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.Member;
import io.horde.cluster.MemberEvent;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.MemberUpEvent;
import io.horde.process.HordeProcess;
import io.horde.process.ProcessArgument;
import io.horde.process.ProcessContext;
import io.horde.registry.HordeRegistry;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.ProcessEvent;
import io.horde.supervisor.ProcessStartedEvent;
import io.horde.supervisor.StartResult;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that is a cluster of one node.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
class OneNodeTests {

	@Autowired
	private HordeCluster cluster;

	@Autowired
	private HordeSupervisor supervisor;

	@Autowired
	private HordeRegistry registry;

	@Autowired
	private TickerApi injected;

	@Autowired
	private Events events;

	@Test
	void nodeIsUpWhenTheApplicationIs() {
		assertThat(this.cluster.members()).singleElement().satisfies((member) -> {
			assertThat(member.self()).isTrue();
			assertThat(member.status()).isEqualTo(MemberStatus.UP);
			assertThat(member.address()).startsWith("127.0.0.1:").doesNotEndWith(":0");
			assertThat(member.processTypes()).containsExactlyInAnyOrder("ticker", "counter");
		});
	}

	@Test
	void singletonTicksAndIsFoundByName() {
		await().untilAsserted(() -> assertThat(this.registry.lookup("ticker"))
			.hasValueSatisfying((entry) -> assertThat(entry.node()).isEqualTo(this.cluster.self().name())));
		TickerApi ticker = this.registry.proxy(TickerApi.class, "ticker");
		int ticks = ticker.ticks();
		await().untilAsserted(() -> assertThat(ticker.ticks()).isGreaterThan(ticks));
	}

	@Test
	void springDoesNotLetItTickToo() {
		await().untilAsserted(() -> assertThat(this.supervisor.localInstances(Ticker.class)).singleElement()
			.satisfies((ticker) -> assertThat(ticker.threads).isNotEmpty()
				.allMatch((name) -> name.startsWith("horde-process"))));
	}

	@Test
	void proxyCanBeInjected() {
		await().untilAsserted(() -> assertThat(this.registry.lookup("ticker")).isPresent());
		assertThat(this.injected.ticks()).isNotNegative();
	}

	@Test
	void childIsStartedOnDemandWithItsArgument() throws Exception {
		StartResult result = this.supervisor
			.startChild(ChildSpec.of(Counter.class).name("counter-7").argument(new Start(7)))
			.get(10, TimeUnit.SECONDS);
		assertThat(result.created()).isTrue();
		CounterApi counter = this.registry.proxy(CounterApi.class, "counter-7", Duration.ofSeconds(5));
		assertThat(counter.next()).isEqualTo(8);
		assertThat(this.supervisor.localInstances(Counter.class)).hasSize(1);
		assertThat(this.supervisor.terminateChild("counter-7").get(10, TimeUnit.SECONDS)).isTrue();
		assertThat(this.registry.lookup("counter-7")).isEmpty();
	}

	@Test
	void applicationIsToldOfMembersAndProcesses() {
		await().untilAsserted(() -> {
			assertThat(this.events.members).first()
				.isInstanceOfSatisfying(MemberUpEvent.class,
						(event) -> assertThat(event.member()).extracting(Member::self).isEqualTo(true));
			assertThat(this.events.processes).hasAtLeastOneElementOfType(ProcessStartedEvent.class);
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableScheduling
	@Import({ Ticker.class, Counter.class, Events.class })
	static class Application {

		@Bean
		TickerApi tickerProxy(HordeRegistry registry) {
			return registry.proxy(TickerApi.class, "ticker");
		}

	}

	/**
	 * What can be asked of the singleton.
	 */
	public interface TickerApi {

		int ticks();

	}

	@HordeProcess("ticker")
	static class Ticker implements TickerApi {

		private final AtomicInteger ticks = new AtomicInteger();

		private final Set<String> threads = ConcurrentHashMap.newKeySet();

		@Scheduled(fixedRate = 10)
		void tick() {
			this.threads.add(Thread.currentThread().getName());
			this.ticks.incrementAndGet();
		}

		@Override
		public int ticks() {
			return this.ticks.get();
		}

	}

	/**
	 * What can be asked of a counter.
	 */
	public interface CounterApi {

		int next();

	}

	record Start(int value) {

	}

	@HordeProcess(value = "counter", autoStartup = false)
	static class Counter implements CounterApi {

		private int value;

		Counter(@ProcessArgument Start start, ProcessContext context) {
			this.value = start.value();
		}

		@Override
		public int next() {
			return ++this.value;
		}

	}

	static class Events {

		private final List<MemberEvent> members = new CopyOnWriteArrayList<>();

		private final List<ProcessEvent> processes = new CopyOnWriteArrayList<>();

		@EventListener
		void on(MemberEvent event) {
			this.members.add(event);
		}

		@EventListener
		void on(ProcessEvent event) {
			this.processes.add(event);
		}

	}

}
