package io.horde.autoconfigure;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.MemberEvent;
import io.horde.process.HordeProcess;
import io.horde.process.ProcessArgument;
import io.horde.process.StateHandoff;
import io.horde.registry.CallInterceptor;
import io.horde.registry.HordeRegistry;
import io.horde.registry.NameQuery;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.ProcessEvent;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * An application of two nodes that is restarted by DevTools, in a JVM of its own. It uses
 * what takes classes of the user. It prints which of its class loaders stay alive.
 */
public final class RestartedApplication {

	/**
	 * Printed by the JVM when it has counted, with the number.
	 */
	static final String ALIVE = "Class loaders that stay alive: ";

	/**
	 * Printed by the JVM at its start, with the class loader of Horde.
	 */
	static final String HORDE = "Horde is loaded by ";

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private static final String READY = "restarted-application.ready";

	private RestartedApplication() {
	}

	/**
	 * DevTools calls this first in the class loader of the JVM, then once for each
	 * restart in a new class loader.
	 * @param args the number of restarts
	 */
	public static void main(String[] args) {
		if (RestartedApplication.class.getClassLoader() == ClassLoader.getSystemClassLoader()) {
			BlockingQueue<WeakReference<ClassLoader>> ready = new LinkedBlockingQueue<>();
			System.getProperties().put(READY, ready);
			new Thread(() -> restart(Integer.parseInt(args[0]), ready), "restarts").start();
		}
		ConfigurableApplicationContext a = run("a");
		ConfigurableApplicationContext b = run("b",
				"--horde.cluster.members=" + a.getBean(HordeCluster.class).self().address());
		use(a, b);
		@SuppressWarnings("unchecked")
		BlockingQueue<WeakReference<ClassLoader>> ready = (BlockingQueue<WeakReference<ClassLoader>>) System
			.getProperties()
			.get(READY);
		ready.add(new WeakReference<>(RestartedApplication.class.getClassLoader()));
	}

	private static ConfigurableApplicationContext run(String node, String... args) {
		List<String> all = new ArrayList<>(List.of("--horde.node.name=" + node, "--horde.transport.host=127.0.0.1",
				"--horde.transport.port=0", "--horde.cluster.name=restarted", "--spring.devtools.restart.enabled=false",
				"--logging.register-shutdown-hook=false"));
		all.addAll(List.of(args));
		// Boot's shutdown hooks keep the class loader that was the first
		SpringApplication application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.build();
		return application.run(all.toArray(String[]::new));
	}

	private static void use(ConfigurableApplicationContext a, ConfigurableApplicationContext b) {
		await().atMost(PATIENCE).untilAsserted(() -> {
			assertThat(a.getBean(HordeCluster.class).members()).hasSize(2);
			assertThat(b.getBean(HordeCluster.class).members()).hasSize(2);
			assertThat(b.getBean(HordeRegistry.class).lookup("clock")).isPresent();
		});
		HordeSupervisor supervisor = a.getBean(HordeSupervisor.class);
		for (int i = 0; i < 4; i++) {
			supervisor.startChild(ChildSpec.of(Room.class).name("room-" + i).argument(new Settings(i))).join();
		}
		for (ConfigurableApplicationContext context : List.of(a, b)) {
			HordeRegistry registry = context.getBean(HordeRegistry.class);
			registry.watch(NameQuery.prefix("room-"), (event) -> {
			});
			registry.register("settings-of-" + registry, new Settings(7));
			for (int i = 0; i < 4; i++) {
				RoomApi room = registry.proxy(RoomApi.class, "room-" + i, PATIENCE);
				await().atMost(PATIENCE)
					.ignoreExceptions()
					.untilAsserted(() -> assertThat(room.join(new Player("p"))).isNotEmpty());
				assertThatExceptionOfType(Refusal.class).isThrownBy(room::refuse).withMessage("refused");
				assertThat(registry.proxy(IntSupplier.class, "room-" + i).getAsInt()).isEqualTo(i);
			}
		}
	}

	/*
	 * The last class loader is in use. Those before it are garbage.
	 */
	private static void restart(int restarts, BlockingQueue<WeakReference<ClassLoader>> ready) {
		List<WeakReference<ClassLoader>> ended = new ArrayList<>();
		try {
			for (int i = 0; i < restarts; i++) {
				ended.add(next(ready));
				Class<?> restarter = Class.forName("org.springframework.boot.devtools.restart.Restarter");
				restarter.getMethod("restart").invoke(restarter.getMethod("getInstance").invoke(null));
			}
			WeakReference<ClassLoader> last = next(ready);
			System.out.println(HORDE + hordesLoader(last));
			await().atMost(PATIENCE).until(() -> {
				System.gc();
				return ended.stream().allMatch((loader) -> loader.refersTo(null));
			});
		}
		catch (Exception ex) {
			System.out.println(ex);
		}
		finally {
			System.out.println(ALIVE + ended.stream().filter((loader) -> !loader.refersTo(null)).count());
			Runtime.getRuntime().halt(ended.size() == restarts ? 0 : 1);
		}
	}

	private static String hordesLoader(WeakReference<ClassLoader> loader) throws ClassNotFoundException {
		return Class.forName(HordeAutoConfiguration.class.getName(), false, loader.get()).getClassLoader().toString();
	}

	private static WeakReference<ClassLoader> next(BlockingQueue<WeakReference<ClassLoader>> ready)
			throws InterruptedException {
		WeakReference<ClassLoader> next = ready.poll(3, TimeUnit.MINUTES);
		if (next == null) {
			throw new IllegalStateException("The application has not started again");
		}
		return next;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableScheduling
	@Import({ Clock.class, Room.class, Events.class })
	static class Application {

		@Bean
		CallInterceptor interceptor() {
			return new CallInterceptor() {
			};
		}

	}

	@HordeProcess("clock")
	static class Clock {

		@Scheduled(fixedRate = 10)
		void tick() {
		}

	}

	/**
	 * What can be asked of a room.
	 */
	public interface RoomApi {

		List<Player> join(Player player);

		void refuse() throws Refusal;

	}

	/**
	 * A player.
	 *
	 * @param name the name
	 */
	public record Player(String name) {

	}

	/**
	 * The argument of a room.
	 *
	 * @param number a number
	 */
	public record Settings(int number) {

	}

	/**
	 * What a room throws.
	 */
	public static class Refusal extends RuntimeException {

		public Refusal(String message) {
			super(message);
		}

	}

	@HordeProcess(value = "room", autoStartup = false, api = { RoomApi.class, IntSupplier.class })
	static class Room implements RoomApi, IntSupplier, StateHandoff<List<Player>> {

		private final List<Player> players = new ArrayList<>();

		private final Settings settings;

		Room(@ProcessArgument Settings settings) {
			this.settings = settings;
		}

		@Override
		public List<Player> join(Player player) {
			this.players.add(player);
			return this.players;
		}

		@Override
		public void refuse() {
			throw new Refusal("refused");
		}

		@Override
		public int getAsInt() {
			return this.settings.number();
		}

		@Override
		public List<Player> handOff() {
			return this.players;
		}

		@Override
		public void takeOver(List<Player> state) {
			this.players.addAll(state);
		}

	}

	static class Events {

		@EventListener
		void on(MemberEvent event) {
		}

		@EventListener
		void on(ProcessEvent event) {
		}

	}

}
