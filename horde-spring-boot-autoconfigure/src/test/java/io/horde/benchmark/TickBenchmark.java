package io.horde.benchmark;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import com.sun.management.OperatingSystemMXBean;
import io.horde.autoconfigure.HordeAutoConfiguration;
import io.horde.autoconfigure.HordeScopeAutoConfiguration;
import io.horde.process.HordeProcess;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Measures ticks in an application of one node: a program, not a test, which prints a
 * table and asserts nothing about time. System properties: {@code bench.processes}
 * (10,000), {@code bench.seconds} (30). Arguments: {@code overhead} or {@code processor}
 * for that part alone.
 */
final class TickBenchmark {

	private static final int PROCESSES = Integer.getInteger("bench.processes", 10_000);

	private static final int SECONDS = Integer.getInteger("bench.seconds", 30);

	/** Seconds until all that a tick passes through is compiled. */
	private static final int WARM_UP = 60;

	private static final int GAPS = 20_000;

	private static final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory
		.getOperatingSystemMXBean();

	private TickBenchmark() {
	}

	public static void main(String[] args) {
		boolean[] threads = (Runtime.version().feature() < 21) ? new boolean[] { false }
				: new boolean[] { false, true };
		for (boolean virtual : threads) {
			if (!List.of(args).contains("processor")) {
				overhead(virtual);
			}
			if (!List.of(args).contains("overhead")) {
				processorTime(virtual);
			}
		}
		if (!List.of(args).contains("overhead")) {
			springProcessorTime();
		}
		System.exit(0);
	}

	/*
	 * How much longer than its delay a fixed delay is, for a process and for a bean of
	 * the same application.
	 */
	private static void overhead(boolean virtual) {
		try (ConfigurableApplicationContext context = start(Overhead.class, virtual)) {
			pause(20 * 1000);
			Gaps plain = Plain.gaps;
			Gaps process = Clustered.gaps;
			for (Gaps gaps : new Gaps[] { plain, process }) {
				gaps.reset();
			}
			while (plain.count() < GAPS || process.count() < GAPS) {
				pause(100);
			}
			row("fixedDelay = 1 ms, beyond the delay, bean (µs)" + threads(virtual), plain.distribution());
			row("the same, process" + threads(virtual), process.distribution());
		}
	}

	private static void processorTime(boolean virtual) {
		try (ConfigurableApplicationContext context = start(Many.class, virtual)) {
			pause(10 * 1000);
			row("no process: processor time (% of a core)" + threads(virtual), percent(used()));
			HordeSupervisor supervisor = context.getBean(HordeSupervisor.class);
			for (int i = 0; i < PROCESSES; i++) {
				supervisor.startChild(ChildSpec.of(Empty.class).name("empty-" + i)).join();
			}
			pause(WARM_UP * 1000);
			long before = Empty.ticks.get();
			double used = used();
			row(PROCESSES + " processes with fixedRate = 1 s and an empty body" + threads(virtual), percent(used)
					+ String.format(Locale.ROOT, ", %.1f ticks/s", (Empty.ticks.get() - before) / (double) SECONDS));
		}
	}

	private static void springProcessorTime() {
		ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
		scheduler.initialize();
		AtomicLong ticks = new AtomicLong();
		for (int i = 0; i < PROCESSES; i++) {
			scheduler.scheduleAtFixedRate(ticks::incrementAndGet, Duration.ofSeconds(1));
			if (i % 10 == 0) {
				pause(1);
			}
		}
		pause(WARM_UP * 1000);
		row("the same with tasks of Spring's scheduler, one thread", percent(used()));
		scheduler.shutdown();
	}

	private static ConfigurableApplicationContext start(Class<?> application, boolean virtual) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties("horde.cluster.name=ticks", "horde.transport.port=0",
					"spring.threads.virtual.enabled=" + virtual, "logging.level.root=warn")
			.run();
	}

	/* Of a core, by the whole JVM. */
	private static double used() {
		long begin = System.nanoTime();
		long before = system.getProcessCpuTime();
		pause(SECONDS * 1000);
		return (system.getProcessCpuTime() - before) / (double) (System.nanoTime() - begin);
	}

	private static String percent(double share) {
		return String.format(Locale.ROOT, "%.1f", share * 100);
	}

	private static String threads(boolean virtual) {
		return virtual ? ", virtual threads" : "";
	}

	private static void row(String what, String figures) {
		System.out.println("| " + what + " | " + figures + " |");
	}

	private static void pause(long millis) {
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ HordeScopeAutoConfiguration.class, HordeAutoConfiguration.class })
	@EnableScheduling
	@Import({ Plain.class, Clustered.class })
	static class Overhead {

	}

	static class Plain {

		private static final Gaps gaps = new Gaps();

		@Scheduled(fixedDelay = 1)
		void tick() {
			gaps.tick();
		}

	}

	@HordeProcess("clustered")
	static class Clustered {

		private static final Gaps gaps = new Gaps();

		@Scheduled(fixedDelay = 1)
		void tick() {
			gaps.tick();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ HordeScopeAutoConfiguration.class, HordeAutoConfiguration.class })
	@Import(Empty.class)
	static class Many {

	}

	@HordeProcess(value = "empty", autoStartup = false)
	static class Empty {

		private static final AtomicLong ticks = new AtomicLong();

		@Scheduled(fixedRate = 1000)
		void tick() {
			ticks.incrementAndGet();
		}

	}

	/**
	 * The times between ticks that take none, less a delay of one millisecond.
	 */
	private static final class Gaps {

		private final long[] nanos = new long[GAPS];

		private int count;

		private long last;

		synchronized void reset() {
			this.count = 0;
		}

		synchronized void tick() {
			long now = System.nanoTime();
			if (this.last != 0 && this.count < GAPS) {
				this.nanos[this.count++] = now - this.last - TimeUnit.MILLISECONDS.toNanos(1);
			}
			this.last = now;
		}

		synchronized int count() {
			return this.count;
		}

		synchronized String distribution() {
			long[] sorted = this.nanos.clone();
			Arrays.sort(sorted);
			return String.format(Locale.ROOT, "p50 %.1f, p90 %.1f, p99 %.1f", at(sorted, 0.5), at(sorted, 0.9),
					at(sorted, 0.99));
		}

		private static double at(long[] sorted, double quantile) {
			return sorted[(int) (quantile * sorted.length)] / 1e3;
		}

	}

}
