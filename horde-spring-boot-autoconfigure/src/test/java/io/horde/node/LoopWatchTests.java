package io.horde.node;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.read.ListAppender;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link LoopWatch}.
 */
class LoopWatchTests {

	private static final Duration LIMIT = Duration.ofMillis(500);

	private final Logger logger = (Logger) LoggerFactory.getLogger(LoopWatch.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final SingleThreadEventLoop loop = new SingleThreadEventLoop("watched");

	private final LoopWatch watch = new LoopWatch(this.loop, "watch", LIMIT);

	@BeforeEach
	void listen() {
		this.log.start();
		this.logger.setLevel(Level.INFO);
		this.logger.addAppender(this.log);
		this.watch.start();
	}

	@AfterEach
	void stop() {
		this.watch.close();
		this.loop.close();
		this.logger.detachAppender(this.log);
		this.logger.setLevel(null);
	}

	@Test
	void aLoopThatDoesNotTurnIsReportedOnceWithWhereItIs() {
		CountDownLatch release = new CountDownLatch(1);
		this.loop.execute(() -> block(release));
		Awaitility.await().until(() -> this.watch.stalled().compareTo(LIMIT.multipliedBy(3)) > 0);
		assertThat(this.watch.stalls()).isOne();
		assertThat(lines(Level.WARN)).singleElement().satisfies((line) -> {
			assertThat(line.getFormattedMessage()).startsWith("The event loop has not turned for ");
			assertThat(line.getThrowableProxy().getMessage()).isEqualTo("Thread watched is WAITING here");
			assertThat(Arrays.stream(line.getThrowableProxy().getStackTraceElementProxyArray()))
				.extracting(StackTraceElementProxy::toString)
				.anyMatch((frame) -> frame.contains("LoopWatchTests.block"));
		});
		assertThat(lines(Level.INFO)).isEmpty();
		release.countDown();
		Awaitility.await().until(() -> this.watch.stalled().isZero());
		assertThat(lines(Level.INFO)).singleElement()
			.satisfies(
					(line) -> assertThat(line.getFormattedMessage()).startsWith("The event loop turns again, after"));
		assertThat(lines(Level.WARN)).hasSize(1);
	}

	@Test
	void eachStallIsReported() {
		for (int stall = 1; stall <= 2; stall++) {
			CountDownLatch release = new CountDownLatch(1);
			this.loop.execute(() -> block(release));
			int expected = stall;
			Awaitility.await().until(() -> this.watch.stalls() == expected);
			release.countDown();
			Awaitility.await().until(() -> this.watch.stalled().isZero());
		}
		assertThat(lines(Level.WARN)).hasSize(2);
	}

	@Test
	void watchCanBeStoppedAndStartedAgain() {
		assertThat(this.watch.isRunning()).isTrue();
		this.watch.close();
		assertThat(this.watch.isRunning()).isFalse();
		this.watch.start();
		eachStallIsReported();
	}

	@Test
	void aLoopThatTurnsIsNotReported() {
		CountDownLatch turns = new CountDownLatch(20);
		this.loop.schedule(LIMIT.dividedBy(10), () -> turn(turns));
		Awaitility.await().until(() -> turns.getCount() == 0);
		assertThat(this.watch.stalls()).isZero();
		assertThat(this.watch.stalled()).isZero();
		assertThat(this.log.list).isEmpty();
	}

	private void turn(CountDownLatch turns) {
		turns.countDown();
		this.loop.schedule(LIMIT.dividedBy(10), () -> turn(turns));
	}

	private static void block(CountDownLatch release) {
		try {
			release.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private List<ILoggingEvent> lines(Level level) {
		return List.copyOf(this.log.list).stream().filter((line) -> line.getLevel() == level).toList();
	}

}
