package io.horde.autoconfigure;

import java.util.concurrent.CountDownLatch;

import io.horde.process.HordeProcess;
import io.horde.supervisor.HordeSupervisor;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the health of a node says of a process that ignores interrupts.
 */
@DirtiesContext
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE,
		properties = { "horde.cluster.name=stuck", "horde.quorum.stop-margin=100ms" })
class StuckProcessTests {

	@Autowired
	private HordeSupervisor supervisor;

	@Autowired
	private HealthIndicator hordeHealthIndicator;

	@Test
	void healthNamesWhoIsStuckAndWhatReleasesHim() {
		await().until(() -> this.supervisor.localInstances(Deaf.class).anyMatch((deaf) -> deaf.running));
		assertThat(health().getDetails()).doesNotContainKeys("stuck", "remedy");
		Deaf deaf = this.supervisor.localInstances(Deaf.class).findFirst().orElseThrow();
		this.supervisor.terminateChild("deaf");
		await().untilAsserted(() -> assertThat(health().getDetails().get("stuck"))
			.asInstanceOf(InstanceOfAssertFactories.map(String.class, String.class))
			.hasEntrySatisfying("deaf", (place) -> assertThat(place).contains("ignores that it was interrupted")));
		assertThat(health().getStatus()).isEqualTo(Status.UP);
		assertThat(health().getDetails().get("remedy")).asString().contains("before its code ends", "operator");
		deaf.release.countDown();
		await().untilAsserted(() -> assertThat(health().getDetails()).doesNotContainKeys("stuck", "remedy"));
	}

	private Health health() {
		Health health = this.hordeHealthIndicator.health();
		assertThat(health).isNotNull();
		return health;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Deaf.class)
	static class Application {

	}

	@HordeProcess(value = "deaf", shutdownTimeout = "0s")
	static class Deaf implements Runnable {

		private final CountDownLatch release = new CountDownLatch(1);

		private volatile boolean running;

		@Override
		public void run() {
			this.running = true;
			while (this.release.getCount() > 0) {
				try {
					this.release.await();
				}
				catch (InterruptedException ex) {
					// It does not listen
				}
			}
		}

	}

}
