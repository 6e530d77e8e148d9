package io.horde.node;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.horde.time.EventLoop;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SingleThreadEventLoop}.
 */
class SingleThreadEventLoopTests {

	private final SingleThreadEventLoop loop = new SingleThreadEventLoop("loop-under-test");

	@AfterEach
	void close() {
		this.loop.close();
	}

	@Test
	void tasksRunInTheOrderInWhichTheyWereHandedIn() throws Exception {
		List<Integer> ran = new CopyOnWriteArrayList<>();
		IntStream.range(0, 1000).forEach((i) -> this.loop.execute(() -> ran.add(i)));
		drain();
		assertThat(ran).hasSize(1000).isSorted();
	}

	@Test
	void tasksRunOnTheNamedDaemonThread() throws Exception {
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		CompletableFuture<Boolean> inLoop = new CompletableFuture<>();
		this.loop.execute(() -> {
			thread.complete(Thread.currentThread());
			inLoop.complete(this.loop.inLoop());
		});
		assertThat(thread.get(10, TimeUnit.SECONDS).getName()).isEqualTo("loop-under-test");
		assertThat(thread.get().isDaemon()).isTrue();
		assertThat(inLoop.get(10, TimeUnit.SECONDS)).isTrue();
		assertThat(this.loop.inLoop()).isFalse();
	}

	@Test
	void taskThatThrowsDoesNotEndTheLoop() throws Exception {
		this.loop.execute(() -> {
			throw new IllegalStateException("expected by a test");
		});
		drain();
	}

	@Test
	void timersRunInTheOrderOfTheirDueTimes() throws Exception {
		List<String> ran = new CopyOnWriteArrayList<>();
		this.loop.execute(() -> {
			this.loop.schedule(Duration.ofMillis(40), () -> ran.add("second"));
			this.loop.schedule(Duration.ofMillis(10), () -> ran.add("first"));
			this.loop.schedule(Duration.ofMillis(70), () -> ran.add("third"));
		});
		Awaitility.await().until(() -> ran.size() == 3);
		assertThat(ran).containsExactly("first", "second", "third");
	}

	@Test
	void timersOfOneDueTimeRunInTheOrderInWhichTheyWereSet() {
		List<Integer> ran = new CopyOnWriteArrayList<>();
		this.loop.execute(() -> IntStream.range(0, 100)
			.forEach((i) -> this.loop.schedule(Duration.ofMillis(5), () -> ran.add(i))));
		Awaitility.await().until(() -> ran.size() == 100);
		assertThat(ran).isSorted();
	}

	@Test
	void timerNeverRunsEarly() throws Exception {
		CompletableFuture<Long> ranAt = new CompletableFuture<>();
		long start = this.loop.nanoTime();
		this.loop.schedule(Duration.ofMillis(30), () -> ranAt.complete(this.loop.nanoTime()));
		assertThat(ranAt.get(10, TimeUnit.SECONDS) - start).isGreaterThanOrEqualTo(30_000_000);
	}

	@Test
	void timerThatIsCancelledInTheLoopDoesNotRun() throws Exception {
		AtomicInteger runs = new AtomicInteger();
		this.loop.execute(() -> {
			EventLoop.Timer timer = this.loop.schedule(Duration.ZERO, runs::incrementAndGet);
			timer.cancel();
		});
		CountDownLatch later = new CountDownLatch(1);
		this.loop.schedule(Duration.ofMillis(20), later::countDown);
		assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(runs).hasValue(0);
	}

	@Test
	void manyCancelledTimersAreForgotten() throws Exception {
		this.loop
			.execute(() -> IntStream.range(0, 100_000).forEach((i) -> this.loop.schedule(Duration.ofHours(1), () -> {
			}).cancel()));
		drain();
		CompletableFuture<Integer> pending = new CompletableFuture<>();
		this.loop.schedule(Duration.ofMillis(1),
				() -> this.loop.execute(() -> pending.complete(this.loop.pendingTimers())));
		assertThat(pending.get(10, TimeUnit.SECONDS)).isLessThan(1000);
	}

	@Test
	void timerThatSetsItselfAgainDoesNotStarveTasks() throws Exception {
		AtomicInteger runs = new AtomicInteger();
		this.loop.execute(new Runnable() {

			@Override
			public void run() {
				runs.incrementAndGet();
				SingleThreadEventLoopTests.this.loop.schedule(Duration.ZERO, this);
			}

		});
		Awaitility.await().until(() -> runs.get() > 100);
		drain();
	}

	@Test
	void tasksThatHandInTasksDoNotStarveTimers() throws Exception {
		CountDownLatch timer = new CountDownLatch(1);
		this.loop.execute(new Runnable() {

			@Override
			public void run() {
				if (timer.getCount() > 0) {
					SingleThreadEventLoopTests.this.loop.execute(this);
				}
			}

		});
		this.loop.schedule(Duration.ofMillis(10), timer::countDown);
		assertThat(timer.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void closeRunsWhatWasHandedInBeforeAndNothingAfterwards() {
		AtomicInteger runs = new AtomicInteger();
		IntStream.range(0, 100).forEach((i) -> this.loop.execute(runs::incrementAndGet));
		this.loop.close();
		assertThat(runs).hasValue(100);
		this.loop.execute(runs::incrementAndGet);
		this.loop.close();
		assertThat(runs).hasValue(100);
	}

	@Test
	void loopCanBeClosedByItsOwnTask() {
		AtomicInteger runs = new AtomicInteger();
		this.loop.execute(() -> {
			this.loop.close();
			runs.incrementAndGet();
		});
		this.loop.close();
		assertThat(runs).hasValue(1);
	}

	private void drain() throws InterruptedException {
		CountDownLatch latch = new CountDownLatch(1);
		this.loop.execute(latch::countDown);
		assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
	}

}
