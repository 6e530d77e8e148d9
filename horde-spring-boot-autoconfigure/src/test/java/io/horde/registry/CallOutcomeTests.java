package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that what a failed call says of its run is true (N9), and that a caller that
 * gives up is heard (N7).
 */
@Timeout(60)
class CallOutcomeTests {

	private static final Duration SHORT = Duration.ofMillis(200);

	private static final Duration LONG = Duration.ofSeconds(50);

	private final ThreadedCluster cluster = new ThreadedCluster(2, (node) -> {
		node.factory.register("worker", (context) -> new Worker(), WorkerApi.class);
		node.factory.register("pool", true, (context) -> new Worker(), WorkerApi.class);
	});

	@BeforeEach
	void start() {
		Worker.reset();
		this.cluster.start(0, "here", "worker", "here");
		this.cluster.start(1, "there", "worker", "there");
		this.cluster.start(0, "beside-here", "worker", "beside-here");
		this.cluster.start(1, "beside-there", "worker", "beside-there");
	}

	@AfterEach
	void stop() {
		Worker.gate.countDown();
		this.cluster.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void aCallThatRunsAtItsDeadlineMayStillRun(String name) {
		assertThatExceptionOfType(CallTimeoutException.class).isThrownBy(() -> proxy(name, SHORT).work())
			.withMessageContaining("may still run")
			.satisfies((ex) -> assertThat(ex.mayHaveRun()).isTrue());
		Worker.gate.countDown();
		Awaitility.await().untilAsserted(() -> assertThat(Worker.ended).hasValue(1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void aFutureThatNeverCompletesMayHaveRun(String name) {
		assertThat(proxy(name, SHORT).later()).failsWithin(20, TimeUnit.SECONDS)
			.withThrowableThat()
			.havingCause()
			.isInstanceOfSatisfying(CallTimeoutException.class, (ex) -> {
				assertThat(ex.mayHaveRun()).isTrue();
				assertThat(ex).hasMessageContaining("may still run");
			});
	}

	@Test
	void aCallInTheMailboxOfThisNodeHasNotBegunAndNeverWill() {
		CompletableFuture<Integer> busy = proxy("here", LONG).workLater();
		await(Worker.begun, 1);
		assertThatExceptionOfType(CallTimeoutException.class).isThrownBy(() -> proxy("here", SHORT).work())
			.withMessageContaining("it has not begun to run, and will not")
			.satisfies((ex) -> assertThat(ex.mayHaveRun()).isFalse());
		Worker.gate.countDown();
		assertThat(busy).succeedsWithin(20, TimeUnit.SECONDS);
		assertThat(proxy("here", LONG).begun()).isEqualTo(1);
	}

	@Test
	void aCallInTheMailboxOfAnotherNodeMayHaveRunAsFarAsIsKnown() {
		CompletableFuture<Integer> busy = proxy("there", LONG).workLater();
		await(Worker.begun, 1);
		assertThatExceptionOfType(CallTimeoutException.class).isThrownBy(() -> proxy("there", SHORT).work())
			.satisfies((ex) -> assertThat(ex.mayHaveRun()).isTrue());
		Worker.gate.countDown();
		assertThat(busy).succeedsWithin(20, TimeUnit.SECONDS);
	}

	@Test
	void beginAndDeadlineRaceAndTheCallerIsToldWhoWon() {
		Worker.gate.countDown();
		int timeouts = 0;
		for (int i = 0; i < 2000; i++) {
			int before = proxy("here", LONG).begun();
			boolean mayHaveRun;
			try {
				proxy("here", Duration.ofNanos(20_000 + 100 * i)).work();
				mayHaveRun = true;
			}
			catch (CallTimeoutException ex) {
				timeouts++;
				mayHaveRun = ex.mayHaveRun();
			}
			if (!mayHaveRun) {
				proxy("here", LONG).begun();
				assertThat(Worker.begun.get()).isEqualTo(before);
			}
		}
		assertThat(timeouts).isPositive();
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void aCallerThatIsInterruptedWhileItsCallRunsIsToldThatItMayHave(String name) throws Exception {
		CallOutcomeUnknownException failure = interrupted(() -> proxy(name, LONG).work(), 1);
		assertThat(failure.mayHaveRun()).isTrue();
		Worker.gate.countDown();
		Awaitility.await().untilAsserted(() -> assertThat(Worker.ended).hasValue(1));
		assertThat(Worker.interrupted).hasValue(0);
	}

	@Test
	void aCallerThatIsInterruptedBeforeItsCallBeginsIsToldThatItWillNot() throws Exception {
		CompletableFuture<Integer> busy = proxy("here", LONG).workLater();
		await(Worker.begun, 1);
		CallOutcomeUnknownException failure = interrupted(() -> proxy("here", LONG).work(), 1);
		assertThat(failure.mayHaveRun()).isFalse();
		assertThat(failure).hasMessageContaining("it has not begun to run, and will not");
		Worker.gate.countDown();
		assertThat(busy).succeedsWithin(20, TimeUnit.SECONDS);
		assertThat(proxy("here", LONG).begun()).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void aRequestThatWaitsIsDroppedWhenItsFutureIsCancelled(String name) {
		CompletableFuture<Integer> busy = proxy(name, LONG).workLater();
		await(Worker.begun, 1);
		CompletableFuture<Integer> waiting = proxy(name, LONG).workLater();
		CompletableFuture<Integer> last = proxy(name, LONG).beginsLater();
		waiting.cancel(true);
		// Comes behind the word on the same link, to a process that is not busy
		assertThat(proxy("beside-" + name, LONG).begun()).isEqualTo(1);
		Worker.gate.countDown();
		assertThat(busy).succeedsWithin(20, TimeUnit.SECONDS);
		assertThat(last).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void aFutureThatTheMethodHasReturnedIsCancelled(String name) {
		CompletableFuture<Integer> future = proxy(name, LONG).later();
		Awaitility.await().until(() -> Worker.returned != null);
		future.cancel(true);
		Awaitility.await().untilAsserted(() -> assertThat(Worker.returned).isCancelled());
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void aMethodThatAllowsItIsInterruptedAndNothingElseIs(String name) {
		for (int round = 1; round <= 50; round++) {
			int begun = round;
			CompletableFuture<Integer> future = proxy(name, LONG).interruptible();
			Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> Worker.begun.get() == begun);
			CompletableFuture<Integer> next = proxy(name, LONG).isInterrupted();
			future.cancel(true);
			assertThat(next).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo(0);
			assertThat(Worker.interrupted).hasValue(round);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void aMethodThatDoesNotAllowItRunsToItsEnd(String name) {
		CompletableFuture<Integer> future = proxy(name, LONG).workLater();
		await(Worker.begun, 1);
		future.cancel(true);
		CompletableFuture<Integer> next = proxy(name, LONG).isInterrupted();
		Worker.gate.countDown();
		assertThat(next).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo(0);
		assertThat(Worker.ended).hasValue(1);
		assertThat(Worker.interrupted).hasValue(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void anInterruptedCallerInterruptsTheMethodThatAllowsIt(String name) throws Exception {
		CallOutcomeUnknownException failure = interrupted(() -> proxy(name, LONG).interruptibleNow(), 0);
		assertThat(failure.mayHaveRun()).isTrue();
		Awaitility.await().untilAsserted(() -> assertThat(Worker.interrupted).hasValue(1));
	}

	@Test
	void aConcurrentMethodIsInterruptedAloneToo() {
		this.cluster.start(1, "pool", "pool", "pool");
		List<CompletableFuture<Integer>> futures = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			futures.add(proxy("pool", LONG).interruptible());
		}
		await(Worker.begun, 10);
		futures.get(3).cancel(true);
		await(Worker.interrupted, 1);
		Worker.gate.countDown();
		futures.remove(3);
		assertThat(futures).allSatisfy((future) -> assertThat(future).succeedsWithin(20, TimeUnit.SECONDS));
		assertThat(Worker.interrupted).hasValue(1);
	}

	@Test
	void cancellingWhatHasEndedDoesNothing() {
		Worker.gate.countDown();
		CompletableFuture<Integer> future = proxy("there", LONG).workLater();
		assertThat(future).succeedsWithin(20, TimeUnit.SECONDS);
		assertThat(future.cancel(true)).isFalse();
		assertThat(proxy("there", LONG).begun()).isEqualTo(1);
	}

	private CallOutcomeUnknownException interrupted(Runnable call, int waiting) throws Exception {
		List<Throwable> thrown = new ArrayList<>();
		Thread caller = new Thread(() -> {
			try {
				call.run();
			}
			catch (RuntimeException ex) {
				thrown.add(ex);
				assertThat(Thread.currentThread().isInterrupted()).isTrue();
			}
		});
		caller.start();
		Awaitility.await().until(() -> Worker.begun.get() >= 1 && caller.getState() == Thread.State.WAITING);
		caller.interrupt();
		caller.join(20_000);
		assertThat(thrown).singleElement().isInstanceOf(CallOutcomeUnknownException.class);
		return (CallOutcomeUnknownException) thrown.get(0);
	}

	private static void await(AtomicInteger counter, int value) {
		Awaitility.await().untilAsserted(() -> assertThat(counter).hasValue(value));
	}

	private WorkerApi proxy(String name, Duration timeout) {
		return this.cluster.node(0).registry.proxy(WorkerApi.class, name, timeout);
	}

	public interface WorkerApi {

		int work();

		CompletableFuture<Integer> workLater();

		CompletableFuture<Integer> later();

		int begun();

		CompletableFuture<Integer> beginsLater();

		@Interruptible
		CompletableFuture<Integer> interruptible();

		@Interruptible
		int interruptibleNow();

		CompletableFuture<Integer> isInterrupted();

	}

	static class Worker implements WorkerApi {

		static volatile CountDownLatch gate = new CountDownLatch(1);

		static volatile CompletableFuture<Integer> returned;

		static final AtomicInteger begun = new AtomicInteger();

		static final AtomicInteger ended = new AtomicInteger();

		static final AtomicInteger interrupted = new AtomicInteger();

		static void reset() {
			gate = new CountDownLatch(1);
			returned = null;
			begun.set(0);
			ended.set(0);
			interrupted.set(0);
		}

		@Override
		public int work() {
			begun.incrementAndGet();
			try {
				gate.await();
			}
			catch (InterruptedException ex) {
				interrupted.incrementAndGet();
			}
			return ended.incrementAndGet();
		}

		@Override
		public CompletableFuture<Integer> workLater() {
			return CompletableFuture.completedFuture(work());
		}

		@Override
		public CompletableFuture<Integer> later() {
			returned = new CompletableFuture<>();
			return returned;
		}

		@Override
		public int begun() {
			return begun.get();
		}

		@Override
		public CompletableFuture<Integer> beginsLater() {
			return CompletableFuture.completedFuture(begun.get());
		}

		@Override
		public CompletableFuture<Integer> interruptible() {
			return workLater();
		}

		@Override
		public int interruptibleNow() {
			return work();
		}

		@Override
		public CompletableFuture<Integer> isInterrupted() {
			return CompletableFuture.completedFuture(Thread.currentThread().isInterrupted() ? 1 : 0);
		}

	}

}
