package io.horde.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import io.horde.autoconfigure.HordeAutoConfiguration;
import io.horde.autoconfigure.HordeScopeAutoConfiguration;
import io.horde.cluster.HordeCluster;
import io.horde.cluster.MemberStatus;
import io.horde.process.HordeProcess;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * One node of {@link CronBenchmark}, in a JVM of its own: an application with Spring. The
 * system property {@code bench.what} says which. Does what its standard input says, a
 * command a line, and answers each with one line.
 */
final class CronNode {

	private static final long DEADLINE = TimeUnit.SECONDS.toNanos(90);

	private static final int MICROS_PER_SECOND = 1_000_000;

	/** How long after they were due ticks began, in microseconds. */
	private static final ConcurrentLinkedQueue<Integer> lags = new ConcurrentLinkedQueue<>();

	private CronNode() {
	}

	/**
	 * Run a node until its standard input ends.
	 * @param args its name and its port
	 * @throws IOException if the input can't be read
	 */
	public static void main(String[] args) throws IOException {
		System.out.println(BenchmarkNode.ANSWER + "ready");
		What what = What.valueOf(System.getProperty("bench.what"));
		ConfigurableApplicationContext context = new SpringApplicationBuilder(what.application)
			.web(WebApplicationType.NONE)
			.properties(Map.of("horde.cluster.name", "cron", "horde.node.name", args[0], "horde.transport.host",
					"127.0.0.1", "horde.transport.port", args[1], "horde.cluster.members",
					System.getProperty("bench.members"), "horde.cluster.expected-size", "3",
					"horde.cluster.join-timeout", "60s", "logging.level.root", "warn", "spring.main.banner-mode",
					"off"))
			.run();
		HordeCluster cluster = context.getBean(HordeCluster.class);
		await(() -> cluster.members().stream().filter((member) -> member.status() == MemberStatus.UP).count() == 3);
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		String line = input.readLine();
		while (line != null) {
			System.out.println(BenchmarkNode.ANSWER + run(line.split(" "), context));
			line = input.readLine();
		}
		Runtime.getRuntime().halt(0);
	}

	private static String run(String[] words, ConfigurableApplicationContext context) {
		return switch (words[0]) {
			case "up" -> "";
			case "reset" -> {
				lags.clear();
				yield "";
			}
			case "lags" -> lags.stream().map(String::valueOf).collect(Collectors.joining(" "));
			case "start" -> start(context.getBean(HordeSupervisor.class), Integer.parseInt(words[1]));
			case "count" -> String.valueOf(Idle.count);
			default -> throw new IllegalArgumentException(words[0]);
		};
	}

	private static String start(HordeSupervisor supervisor, int count) {
		for (int i = 0; i < count; i++) {
			supervisor.startChild(ChildSpec.of(Idle.class).name("idle-" + i)).join();
		}
		return "";
	}

	private static void await(BooleanSupplier condition) {
		long deadline = System.nanoTime() + DEADLINE;
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException("Waits in vain");
			}
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
		}
	}

	/* Called on each full second. */
	private static void tick() {
		lags.add(Instant.now().getNano() / (1_000_000_000 / MICROS_PER_SECOND));
	}

	/**
	 * What is measured.
	 */
	enum What {

		/** Beans of Spring. */
		BEAN(BeanApplication.class),

		/** Processes under AP. */
		UNIFORM(UniformApplication.class),

		/** Processes under quorum. */
		QUORUM(QuorumApplication.class),

		/** Processes that do nothing. */
		IDLE(IdleApplication.class);

		private final Class<?> application;

		What(Class<?> application) {
			this.application = application;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ HordeScopeAutoConfiguration.class, HordeAutoConfiguration.class })
	static class Node {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	@Import({ Node.class, Bean.class })
	static class BeanApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Node.class, Uniform.class })
	static class UniformApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Node.class, Quorum.class })
	static class QuorumApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Node.class, Idle.class })
	static class IdleApplication {

	}

	static class Bean {

		@Scheduled(cron = "* * * * * *")
		void tick() {
			CronNode.tick();
		}

	}

	@HordeProcess(value = "uniform", distribution = "uniform", instances = 3)
	static class Uniform {

		@Scheduled(cron = "* * * * * *")
		void tick() {
			CronNode.tick();
		}

	}

	@HordeProcess(value = "quorum", distribution = "quorum", instances = 3)
	static class Quorum {

		@Scheduled(cron = "* * * * * *")
		void tick() {
			CronNode.tick();
		}

	}

	/**
	 * Ticks at three o'clock in the night.
	 */
	@HordeProcess(value = "idle", autoStartup = false)
	static class Idle {

		private static final AtomicInteger count = new AtomicInteger();

		@PostConstruct
		void start() {
			count.incrementAndGet();
		}

		@PreDestroy
		void stop() {
			count.decrementAndGet();
		}

		@Scheduled(cron = "0 0 3 * * *")
		void tick() {
			// Nobody is up
		}

	}

}
