package io.horde.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.MemberStatus;
import io.horde.process.HordeProcess;
import io.horde.registry.HordeRegistry;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application whose beans are stopped and started again: by itself, by Spring's cache
 * of test contexts, and around a checkpoint of the JVM, which refuses open sockets.
 */
class StopAndStartTests {

	private final Set<String> socketsBefore = new HashSet<>();

	private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

	@BeforeEach
	void rememberSockets() throws IOException {
		Ticker.running.clear();
		this.socketsBefore.addAll(sockets());
	}

	@AfterEach
	void close() {
		this.contexts.forEach(ConfigurableApplicationContext::close);
	}

	@ParameterizedTest
	@EnumSource
	void processesRunAndNamesResolveAgain(Way way) {
		ConfigurableApplicationContext context = start("a");
		TickerApi ticker = context.getBean(HordeRegistry.class).proxy(TickerApi.class, "ticker");
		awaitTicks(ticker);
		assertThat(Ticker.running).hasSize(1);
		long incarnation = context.getBean(HordeCluster.class).self().incarnation();
		way.stop(context);
		assertThat(Ticker.running).isEmpty();
		way.start(context);
		awaitTicks(ticker);
		assertThat(Ticker.running).hasSize(1);
		assertThat(context.getBean(HordeCluster.class).self().incarnation()).isGreaterThan(incarnation);
		assertThat(context.getBean(HordeRegistry.class).lookup("ticker")).isPresent();
	}

	@Test
	void childIsStartedAfterEachOfManyStarts() {
		ConfigurableApplicationContext context = start("a");
		for (int i = 0; i < 5; i++) {
			Way.STOP_AND_START.stop(context);
			Way.STOP_AND_START.start(context);
			String name = "room-" + i;
			context.getBean(HordeSupervisor.class).startChild(ChildSpec.of(Room.class).name(name)).join();
			assertThat(context.getBean(HordeRegistry.class).proxy(RoomApi.class, name).greet()).isEqualTo("hello");
		}
	}

	@Test
	void testContextThatIsPausedWhileAnotherIsUsedGoesOn() throws Exception {
		ApplicationContext first = use(First.class);
		assertThat(Ticker.running).hasSize(1);
		ApplicationContext second = use(Second.class);
		assertThat(second).isNotSameAs(first);
		assertThat(((ConfigurableApplicationContext) first).isRunning()).isFalse();
		assertThat(Ticker.running).hasSize(1);
		assertThat(use(First.class)).isSameAs(first);
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void neitherSocketNorThreadThatWorksIsLeftForACheckpoint() {
		ConfigurableApplicationContext a = start("checkpoint-a");
		ConfigurableApplicationContext b = start("checkpoint-b",
				"horde.cluster.members=" + a.getBean(HordeCluster.class).self().address());
		awaitMembers(2, a, b);
		assertThat(newSockets()).isNotEmpty();
		assertThat(threads("checkpoint")).hasSizeGreaterThan(10);
		a.stop();
		b.stop();
		await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
			assertThat(newSockets()).isEmpty();
			// The event loops, with nothing to do
			assertThat(threads("checkpoint")).allMatch((thread) -> thread.matches("horde-checkpoint-[ab] \\w*WAITING"));
		});
		a.start();
		b.start();
		awaitMembers(1, a);
		awaitTicks(b.getBean(HordeRegistry.class).proxy(TickerApi.class, "ticker"));
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void nothingIsOpenBeforeTheFirstStart() {
		Set<String> open = new TreeSet<>();
		SmartLifecycle first = new BeforeAllOthers(() -> open.addAll(newSockets()));
		this.contexts
			.add(builder("a").initializers((context) -> context.getBeanFactory().registerSingleton("first", first))
				.run());
		assertThat(first.isRunning()).isTrue();
		assertThat(open).isEmpty();
	}

	private ApplicationContext use(Class<?> test) throws Exception {
		TestContextManager manager = new TestContextManager(test);
		manager.beforeTestClass();
		ConfigurableApplicationContext context = (ConfigurableApplicationContext) manager.getTestContext()
			.getApplicationContext();
		assertThat(context.isRunning()).isTrue();
		awaitTicks(context.getBean(HordeRegistry.class).proxy(TickerApi.class, "ticker"));
		manager.afterTestClass();
		return context;
	}

	private ConfigurableApplicationContext start(String node, String... properties) {
		ConfigurableApplicationContext context = builder(node, properties).run();
		this.contexts.add(context);
		return context;
	}

	private static SpringApplicationBuilder builder(String node, String... properties) {
		List<String> all = new ArrayList<>(List.of("horde.node.name=" + node, "horde.transport.host=127.0.0.1",
				"horde.transport.port=0", "horde.cluster.name=stop-and-start"));
		all.addAll(List.of(properties));
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties(all.toArray(String[]::new))
			.registerShutdownHook(false);
	}

	private static void awaitTicks(TickerApi ticker) {
		await().atMost(30, TimeUnit.SECONDS)
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(ticker.ticks()).isPositive());
	}

	private static void awaitMembers(int size, ConfigurableApplicationContext... contexts) {
		for (ConfigurableApplicationContext context : contexts) {
			await().atMost(30, TimeUnit.SECONDS)
				.untilAsserted(() -> assertThat(context.getBean(HordeCluster.class).members())
					.filteredOn((member) -> member.status() == MemberStatus.UP)
					.hasSizeGreaterThanOrEqualTo(size));
		}
	}

	private Set<String> newSockets() {
		Set<String> sockets = sockets();
		sockets.removeAll(this.socketsBefore);
		return sockets;
	}

	/*
	 * Other nodes may live in this JVM, in test contexts that Spring keeps.
	 */
	private static Set<String> threads(String node) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().contains(node))
			.map((thread) -> thread.getName() + " " + thread.getState())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/*
	 * By their numbers.
	 */
	private static Set<String> sockets() {
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			return descriptors.map(StopAndStartTests::target)
				.filter((target) -> target.startsWith("socket:"))
				.collect(Collectors.toCollection(TreeSet::new));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String target(Path descriptor) {
		try {
			return Files.readSymbolicLink(descriptor).toString();
		}
		catch (IOException ex) {
			// Closed meanwhile
			return "";
		}
	}

	enum Way {

		STOP_AND_START {

			@Override
			void stop(ConfigurableApplicationContext context) {
				context.stop();
			}

			@Override
			void start(ConfigurableApplicationContext context) {
				context.start();
			}

		},

		PAUSE_AND_RESTART {

			@Override
			void stop(ConfigurableApplicationContext context) {
				context.pause();
			}

			@Override
			void start(ConfigurableApplicationContext context) {
				context.restart();
			}

		};

		abstract void stop(ConfigurableApplicationContext context);

		abstract void start(ConfigurableApplicationContext context);

	}

	@SpringBootTest(classes = Application.class, webEnvironment = SpringBootTest.WebEnvironment.NONE,
			properties = "test=first")
	static class First {

	}

	@SpringBootTest(classes = Application.class, webEnvironment = SpringBootTest.WebEnvironment.NONE,
			properties = "test=second")
	static class Second {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableScheduling
	@Import({ Ticker.class, Room.class })
	static class Application {

	}

	/**
	 * What can be asked of the singleton.
	 */
	public interface TickerApi {

		int ticks();

	}

	@HordeProcess("ticker")
	static class Ticker implements TickerApi, AutoCloseable {

		private static final List<Ticker> running = new CopyOnWriteArrayList<>();

		private final AtomicInteger ticks = new AtomicInteger();

		Ticker() {
			running.add(this);
		}

		@Scheduled(fixedRate = 10)
		void tick() {
			this.ticks.incrementAndGet();
		}

		@Override
		public int ticks() {
			return this.ticks.get();
		}

		@Override
		public void close() {
			running.remove(this);
		}

	}

	/**
	 * What can be asked of a room.
	 */
	public interface RoomApi {

		String greet();

	}

	@HordeProcess(value = "room", autoStartup = false)
	static class Room implements RoomApi {

		@Override
		public String greet() {
			return "hello";
		}

	}

	/**
	 * Looks around when all beans are there and none has started, as a checkpoint on
	 * refresh does.
	 */
	private static final class BeforeAllOthers implements SmartLifecycle {

		private final Runnable look;

		private boolean running;

		private BeforeAllOthers(Runnable look) {
			this.look = look;
		}

		@Override
		public void start() {
			this.running = true;
			this.look.run();
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return Integer.MIN_VALUE;
		}

	}

}
