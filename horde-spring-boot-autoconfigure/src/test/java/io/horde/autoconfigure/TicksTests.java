package io.horde.autoconfigure;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.horde.process.HordeProcess;
import io.horde.process.ProcessContext;
import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.LocalProcess;
import io.horde.registry.CallTimeoutException;
import io.horde.registry.HordeRegistry;
import io.horde.supervisor.HordeSupervisor;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.scheduling.ScheduledTasksEndpoint;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Ticks in an application that does not enable Spring's scheduling.
 */
@DirtiesContext
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE,
		properties = { "horde.cluster.name=ticks", "management.endpoints.web.exposure.include=scheduledtasks",
				"management.defaults.metrics.export.enabled=false", "management.simple.metrics.export.enabled=true" })
@ExtendWith(OutputCaptureExtension.class)
class TicksTests {

	@Autowired
	private MeterRegistry meters;

	@Autowired
	private HordeRegistry registry;

	@Autowired
	private HordeSupervisor supervisor;

	@Autowired
	private ScheduledTasksEndpoint endpoint;

	@Autowired
	private ObjectProvider<ScheduledAnnotationBeanPostProcessor> springs;

	@Test
	void processTicksOnTheExecutorOfHordeAsOwner() {
		Poller poller = local(Poller.class);
		await().untilAsserted(() -> assertThat(poller.ticks.get()).isGreaterThan(3));
		assertThat(poller.tooEarly).hasValue(0);
		assertThat(poller.unbound).hasValue(0);
		assertThat(poller.threads).isNotEmpty().allMatch((name) -> name.startsWith("horde-process"));
		assertThat(this.springs.getIfAvailable()).isNull();
	}

	@Test
	void ticksAreCountedAndObserved() {
		await().untilAsserted(() -> {
			assertThat(counter("horde.ticks.begun")).isPositive();
			assertThat(counter("horde.ticks.failed")).isPositive();
			assertThat(observed("poll", "SUCCESS", "none")).isPositive();
			assertThat(observed("fail", "ERROR", "IllegalStateException")).isPositive();
		});
		assertThat(this.meters.get("horde.ticks.skipped").functionCounter().count()).isNotNegative();
	}

	@Test
	void endpointShowsTicks() {
		await().untilAsserted(() -> assertThat(this.endpoint.scheduledTasks().getFixedRate())
			.extracting((task) -> task.getRunnable().getTarget())
			.contains(Poller.class.getName() + ".poll"));
		await().untilAsserted(() -> assertThat(this.endpoint.scheduledTasks().getCron()).singleElement()
			.satisfies((task) -> assertThat(task.getNextExecution()).isNotNull()));
	}

	@Test
	void callThatWaitsLongBehindATickIsSaidOnce(CapturedOutput output) {
		Slow slow = local(Slow.class);
		await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(slow.ticking).isTrue());
		SlowApi proxy = this.registry.proxy(SlowApi.class, "slow", Duration.ofMillis(100));
		assertThatExceptionOfType(CallTimeoutException.class).isThrownBy(proxy::ask);
		slow.goOn.countDown();
		await().atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> assertThat(output).contains("A call of process slow on node ")
				.contains("Calls and ticks of type 'slow' are serial"));
	}

	private <T> T local(Class<T> type) {
		await().untilAsserted(() -> assertThat(this.supervisor.localInstances(type)).hasSize(1));
		return this.supervisor.localInstances(type).iterator().next();
	}

	private double counter(String name) {
		return this.meters.get(name).functionCounter().count();
	}

	private long observed(String method, String outcome, String exception) {
		return this.meters.get("tasks.scheduled.execution")
			.tags("code.function", method, "outcome", outcome, "exception", exception)
			.timer()
			.count();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Poller.class, Slow.class })
	static class Application {

	}

	@HordeProcess("poller")
	static class Poller {

		private final AtomicInteger ticks = new AtomicInteger();

		private final AtomicInteger tooEarly = new AtomicInteger();

		private final AtomicInteger unbound = new AtomicInteger();

		private final Set<String> threads = ConcurrentHashMap.newKeySet();

		private final ProcessContext context;

		Poller(ProcessContext context) {
			this.context = context;
		}

		@Scheduled(fixedRate = 10)
		void poll() {
			LocalProcess current = CurrentProcess.get();
			if (!this.context.isOwner()) {
				this.tooEarly.incrementAndGet();
			}
			if (current == null || !current.id().equals(this.context.id())) {
				this.unbound.incrementAndGet();
			}
			this.threads.add(Thread.currentThread().getName());
			this.ticks.incrementAndGet();
		}

		@Scheduled(fixedRate = 1000)
		void fail() {
			throw new IllegalStateException("expected");
		}

		@Scheduled(cron = "0 0 3 * * *")
		void nightly() {
		}

	}

	/**
	 * What can be asked while it ticks, but is not answered.
	 */
	public interface SlowApi {

		String ask();

	}

	@HordeProcess("slow")
	static class Slow implements SlowApi {

		private final CountDownLatch goOn = new CountDownLatch(1);

		private volatile boolean ticking;

		@Scheduled(initialDelay = 0)
		void tick() throws InterruptedException {
			this.ticking = true;
			this.goOn.await();
		}

		@Override
		public String ask() {
			return "answer";
		}

	}

}
