package io.horde.scope;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the threads that run users' code.
 */
@Timeout(20)
class HordeProcessExecutorTests {

	private static final int BOUND = 4;

	private final HordeProcessExecutor executor = new HordeProcessExecutor(false, null, BOUND);

	@AfterEach
	void close() {
		this.executor.close();
	}

	@Test
	void noMoreTasksThanTheBoundRunAtTheSameTime() throws Exception {
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		CountDownLatch done = new CountDownLatch(100);
		for (int i = 0; i < 100; i++) {
			this.executor.execute(() -> {
				most.accumulateAndGet(running.incrementAndGet(), Math::max);
				Thread.yield();
				running.decrementAndGet();
				done.countDown();
			});
		}
		done.await();
		assertThat(most.get()).isBetween(1, BOUND);
	}

	@Test
	void asManyTasksAsTheBoundRunAtOnceThoughEachOccupiesItsThread() throws Exception {
		CyclicBarrier all = new CyclicBarrier(BOUND);
		CountDownLatch done = new CountDownLatch(BOUND);
		for (int i = 0; i < BOUND; i++) {
			this.executor.execute(() -> {
				try {
					all.await();
					done.countDown();
				}
				catch (InterruptedException | BrokenBarrierException ex) {
					throw new IllegalStateException(ex);
				}
			});
		}
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void tasksThatWaitForEachOtherInsideHordeDoNotDeadlock() {
		List<CompletableFuture<String>> parents = IntStream.range(0, 4 * BOUND).mapToObj((i) -> parent(i, 3)).toList();
		assertThat(parents).allSatisfy((parent) -> assertThat(parent.get(10, TimeUnit.SECONDS)).isNotEmpty());
		Awaitility.await().untilAsserted(() -> assertThat(this.executor.running()).isZero());
	}

	private CompletableFuture<String> parent(int number, int generations) {
		CompletableFuture<String> result = new CompletableFuture<>();
		this.executor.execute(() -> {
			try {
				if (generations > 0) {
					CompletableFuture<String> child = parent(number, generations - 1);
					this.executor.blocking(child::get);
				}
				result.complete("parent " + number);
			}
			catch (Exception ex) {
				result.completeExceptionally(ex);
			}
		});
		return result;
	}

	@Test
	void nestedWaitGivesThePlaceAwayOnce() throws Exception {
		CompletableFuture<Integer> running = new CompletableFuture<>();
		this.executor.execute(() -> {
			try {
				running.complete(this.executor.blocking(() -> this.executor.blocking(this.executor::running)));
			}
			catch (Exception ex) {
				running.completeExceptionally(ex);
			}
		});
		assertThat(running.get()).isZero();
		Awaitility.await().untilAsserted(() -> assertThat(this.executor.running()).isZero());
	}

	@Test
	void waitOutsideOfThePoolIsJustAWait() throws Exception {
		assertThat(this.executor.blocking(() -> "result")).isEqualTo("result");
	}

	@Test
	void taskThatFailsDoesNotCostAThread() throws Exception {
		for (int i = 0; i < 2 * BOUND; i++) {
			this.executor.execute(() -> {
				throw new IllegalStateException("expected");
			});
		}
		CountDownLatch done = new CountDownLatch(1);
		this.executor.execute(done::countDown);
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void abandonedTaskGivesItsPlaceAwayForGood() throws Exception {
		CountDownLatch end = new CountDownLatch(1);
		Queue<Thread> hanging = new ConcurrentLinkedQueue<>();
		for (int i = 0; i < BOUND; i++) {
			this.executor.execute(() -> {
				hanging.add(Thread.currentThread());
				await(end);
			});
		}
		Awaitility.await().until(() -> hanging.size() == BOUND);
		hanging.forEach(this.executor::abandon);
		CountDownLatch done = new CountDownLatch(1);
		this.executor.execute(done::countDown);
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
		end.countDown();
		Awaitility.await().untilAsserted(() -> assertThat(this.executor.running()).isZero());
	}

	@Test
	void interruptDoesNotReachTheNextTask() throws Exception {
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		HordeProcessExecutor single = new HordeProcessExecutor(false, null, 1);
		try (single) {
			single.execute(() -> Thread.currentThread().interrupt());
			single.execute(() -> interrupted.complete(Thread.currentThread().isInterrupted()));
			assertThat(interrupted.get()).isFalse();
		}
	}

	@Test
	void threadsAreDaemonsWithNamesAndTheGivenClassLoader() throws Exception {
		ClassLoader classLoader = new ClassLoader(null) {
		};
		try (HordeProcessExecutor executor = new HordeProcessExecutor(false, classLoader, BOUND)) {
			CompletableFuture<Thread> pooled = new CompletableFuture<>();
			executor.execute(() -> pooled.complete(Thread.currentThread()));
			assertThat(pooled.get().getName()).startsWith("horde-process-");
			assertThat(pooled.get().isDaemon()).isTrue();
			assertThat(pooled.get().getContextClassLoader()).isSameAs(classLoader);
			CompletableFuture<Thread> own = new CompletableFuture<>();
			executor.executeOnOwnThread("room-42", () -> own.complete(Thread.currentThread()));
			assertThat(own.get().getName()).isEqualTo("room-42");
			assertThat(own.get().isDaemon()).isTrue();
			assertThat(own.get().getContextClassLoader()).isSameAs(classLoader);
		}
	}

	@Test
	void ownThreadsDoNotCount() throws Exception {
		CountDownLatch end = new CountDownLatch(1);
		for (int i = 0; i < 2 * BOUND; i++) {
			this.executor.executeOnOwnThread("own", () -> await(end));
		}
		CountDownLatch done = new CountDownLatch(1);
		this.executor.execute(done::countDown);
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
		end.countDown();
	}

	@Test
	void closeInterruptsWhatRuns() throws Exception {
		CountDownLatch interrupted = new CountDownLatch(2);
		CountDownLatch begun = new CountDownLatch(2);
		Runnable task = () -> {
			begun.countDown();
			await(new CountDownLatch(1));
			interrupted.countDown();
		};
		this.executor.execute(task);
		this.executor.executeOnOwnThread("own", task);
		begun.await();
		this.executor.close();
		assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsAreUsedWhereTheJvmHasThem() throws Exception {
		try (HordeProcessExecutor executor = new HordeProcessExecutor(true, null, 1)) {
			CompletableFuture<String> thread = new CompletableFuture<>();
			CountDownLatch both = new CountDownLatch(2);
			executor.execute(both::countDown);
			executor.execute(() -> {
				both.countDown();
				await(both);
				thread.complete(Thread.currentThread().toString());
			});
			assertThat(thread.get()).startsWith("VirtualThread");
		}
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_20)
	void platformThreadsAreUsedWhereTheJvmHasNoOthers() throws Exception {
		try (HordeProcessExecutor executor = new HordeProcessExecutor(true, null, 1)) {
			CompletableFuture<String> thread = new CompletableFuture<>();
			executor.execute(() -> thread.complete(Thread.currentThread().getName()));
			assertThat(thread.get()).startsWith("horde-process-");
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
