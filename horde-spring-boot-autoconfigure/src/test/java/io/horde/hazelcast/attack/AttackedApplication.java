package io.horde.hazelcast.attack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.sun.management.OperatingSystemMXBean;
import io.horde.cluster.HordeCluster;
import io.horde.cluster.MemberStatus;
import io.horde.process.HordeProcess;
import io.horde.registry.HordeRegistry;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * A whole application whose sessions are called all the time. Each line of standard input
 * is a command.
 */
public final class AttackedApplication {

	static final int SESSIONS = 1000;

	private static final int CALLERS = 4;

	/**
	 * So that the callers leave the processor to others, as people do.
	 */
	private static final int PAUSE_MILLIS = 5;

	private final ConfigurableApplicationContext context;

	private final AtomicLong calls = new AtomicLong();

	private final AtomicLong longest = new AtomicLong();

	private final AtomicLong failed = new AtomicLong();

	private final Queue<String> failures = new ConcurrentLinkedQueue<>();

	private AttackedApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Run until standard input ends.
	 * @param args properties of the application
	 * @throws IOException if standard input can't be read
	 */
	public static void main(String[] args) throws IOException {
		AttackedApplication application = new AttackedApplication(
				new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).run(args));
		ChildJvm.answer(application.cluster().self().address());
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
		String command = input.readLine();
		while (command != null) {
			ChildJvm.answer(application.run(command));
			command = input.readLine();
		}
		System.exit(0);
	}

	private String run(String command) {
		return switch (command) {
			case "members" -> Long.toString(
					this.cluster().members().stream().filter((member) -> member.status() == MemberStatus.UP).count());
			case "start" -> start();
			case "call" -> {
				for (int i = 0; i < CALLERS; i++) {
					Thread caller = new Thread(this::call, "caller-" + i);
					caller.setDaemon(true);
					caller.start();
				}
				yield "";
			}
			case "running" -> Integer.toString(Session.running.size());
			case "report" -> report().toString();
			case "failures" -> String.join(" | ", this.failures);
			default -> throw new IllegalArgumentException(command);
		};
	}

	private HordeCluster cluster() {
		return this.context.getBean(HordeCluster.class);
	}

	private String start() {
		HordeSupervisor supervisor = this.context.getBean(HordeSupervisor.class);
		List<CompletableFuture<?>> starts = new ArrayList<>();
		for (int i = 0; i < SESSIONS; i++) {
			starts.add(supervisor.startChild(ChildSpec.of(Session.class).name(name(i))));
		}
		starts.forEach(CompletableFuture::join);
		return Integer.toString(starts.size());
	}

	private static String name(int number) {
		return "session-" + number;
	}

	private void call() {
		HordeRegistry registry = this.context.getBean(HordeRegistry.class);
		while (true) {
			String name = name(ThreadLocalRandom.current().nextInt(SESSIONS));
			long begin = System.nanoTime();
			try {
				registry.proxy(SessionApi.class, name).increment();
				this.calls.incrementAndGet();
				TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
			}
			catch (InterruptedException ex) {
				return;
			}
			catch (RuntimeException ex) {
				if (this.failed.incrementAndGet() <= 10) {
					this.failures.add(name + ": " + ex);
				}
			}
			this.longest.accumulateAndGet(System.nanoTime() - begin, Math::max);
		}
	}

	private Report report() {
		long cpu = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
		return new Report(this.calls.getAndSet(0), this.failed.getAndSet(0), Duration.ofNanos(cpu),
				Duration.ofNanos(this.longest.getAndSet(0)));
	}

	/**
	 * What happened since the last report.
	 *
	 * @param calls calls that returned
	 * @param failed calls that failed
	 * @param cpu processor time since the start of the JVM
	 * @param longest the longest call
	 */
	record Report(long calls, long failed, Duration cpu, Duration longest) {

		static Report parse(String text) {
			String[] words = text.split(" ");
			return new Report(Long.parseLong(words[0]), Long.parseLong(words[1]), Duration.parse(words[2]),
					Duration.parse(words[3]));
		}

		@Override
		public String toString() {
			return this.calls + " " + this.failed + " " + this.cpu + " " + this.longest;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Session.class)
	static class Application {

	}

	/**
	 * What can be asked of a session.
	 */
	public interface SessionApi {

		/**
		 * Count a call.
		 * @return the count
		 */
		long increment();

	}

	@HordeProcess(value = "session", autoStartup = false)
	static class Session implements SessionApi, AutoCloseable {

		private static final Queue<Session> running = new ConcurrentLinkedQueue<>();

		private long count;

		Session() {
			running.add(this);
		}

		@Override
		public long increment() {
			return ++this.count;
		}

		@Override
		public void close() {
			running.remove(this);
		}

	}

}
