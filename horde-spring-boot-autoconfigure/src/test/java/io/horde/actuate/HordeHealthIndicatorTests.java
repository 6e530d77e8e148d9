package io.horde.actuate;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import io.horde.node.CurrentNode;
import io.horde.node.LoopWatch;
import io.horde.node.SingleThreadEventLoop;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link HordeHealthIndicator} without a node.
 */
class HordeHealthIndicatorTests {

	@Test
	void loopThatDoesNotTurnIsShown() {
		CountDownLatch release = new CountDownLatch(1);
		try (SingleThreadEventLoop loop = new SingleThreadEventLoop("stalled");
				LoopWatch watch = new LoopWatch(loop, "watch", Duration.ofMillis(200))) {
			HordeHealthIndicator indicator = new HordeHealthIndicator(new CurrentNode(), watch);
			watch.start();
			assertThat(indicator.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			loop.execute(() -> await(release));
			Awaitility.await().until(() -> indicator.health().getStatus().equals(Status.DOWN));
			Health health = indicator.health();
			assertThat(health.getDetails().get("eventLoop")).asString().matches("has not turned for \\d+ s");
			release.countDown();
			Awaitility.await().until(() -> indicator.health().getStatus().equals(Status.OUT_OF_SERVICE));
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
