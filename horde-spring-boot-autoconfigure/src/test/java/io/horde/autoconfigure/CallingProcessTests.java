package io.horde.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.horde.process.HordeProcess;
import io.horde.registry.HordeRegistry;
import io.horde.supervisor.HordeSupervisor;
import jakarta.annotation.PostConstruct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for calls that beans make from each of their callbacks (N8). Deadlines are longer
 * than the tests, so a circle that is not recognised fails them.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE,
		properties = { "horde.cluster.name=calling", "horde.registry.call-timeout=5m" })
@Timeout(60)
class CallingProcessTests {

	@Autowired
	private HordeSupervisor supervisor;

	@Autowired
	private ApplicationEventPublisher publisher;

	@Test
	void callToItselfFromItsInitialisationFailsAtOnce() {
		assertThat(result("@PostConstruct")).contains("CircularCallException").contains("calls itself");
	}

	@Test
	void tickBeginsAChain() {
		assertThat(result("tick")).contains("CircularCallException").contains("caller -> other -> 'caller'");
	}

	@Test
	void listenerRunsBesideCalls() {
		await().until(() -> this.supervisor.localInstances(Caller.class).count() == 1);
		this.publisher.publishEvent(new Asked());
		assertThat(result("listener")).isEqualTo("caller");
	}

	private static String result(String what) {
		await().until(() -> Caller.results.containsKey(what));
		return Caller.results.get(what);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Caller.class, Other.class })
	static class Application {

	}

	record Asked() {

	}

	/**
	 * What both processes can be asked.
	 */
	public interface CallerApi {

		String ask();

	}

	@HordeProcess("caller")
	static class Caller implements CallerApi {

		private static final Map<String, String> results = new ConcurrentHashMap<>();

		private final HordeRegistry registry;

		Caller(HordeRegistry registry) {
			this.registry = registry;
		}

		@PostConstruct
		void initialize() {
			note("@PostConstruct", "caller");
		}

		@Scheduled(initialDelay = 100)
		void tick() {
			note("tick", "other");
		}

		@EventListener
		void on(Asked event) {
			note("listener", "other");
		}

		@Override
		public String ask() {
			return "caller";
		}

		private void note(String what, String name) {
			record(what, () -> this.registry.proxy(CallerApi.class, name).ask());
		}

		private static void record(String what, Supplier<String> call) {
			try {
				results.put(what, call.get());
			}
			catch (RuntimeException ex) {
				results.put(what, ex.toString());
			}
		}

	}

	@HordeProcess("other")
	static class Other implements CallerApi {

		private final HordeRegistry registry;

		Other(HordeRegistry registry) {
			this.registry = registry;
		}

		@Override
		public String ask() {
			return this.registry.proxy(CallerApi.class, "caller", Duration.ofMinutes(5)).ask();
		}

	}

}
