package io.horde.registry;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.management.ThreadMXBean;
import io.horde.process.StopReason;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests with real threads: the local write path (N5), lookups, and calls that block.
 */
class ThreadedRegistryTests {

	private ThreadedCluster cluster = new ThreadedCluster(2,
			(node) -> node.factory.register("adder", (context) -> new Adder(), AdderApi.class));

	private final ExecutorService threads = Executors.newFixedThreadPool(8);

	@BeforeEach
	void start() {
		this.cluster.start(1, "adder", "adder", "adder");
	}

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
		this.cluster.close();
	}

	@Test
	void ofThreadsThatRaceForANameOnOneNodeExactlyOneWins() throws Exception {
		int racers = 4;
		CyclicBarrier barrier = new CyclicBarrier(racers);
		List<Future<?>> done = new ArrayList<>();
		AtomicInteger[] wins = new AtomicInteger[500];
		for (int i = 0; i < wins.length; i++) {
			wins[i] = new AtomicInteger();
		}
		for (int racer = 0; racer < racers; racer++) {
			int value = racer;
			done.add(this.threads.submit(() -> {
				for (int i = 0; i < wins.length; i++) {
					barrier.await();
					if (this.cluster.node(0).registry.tryRegister("race-" + i, value)) {
						wins[i].incrementAndGet();
					}
				}
				return null;
			}));
		}
		for (Future<?> future : done) {
			future.get();
		}
		assertThat(wins).allSatisfy((count) -> assertThat(count).hasValue(1));
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> this.cluster.node(1).registry.count(NameQuery.prefix("race-")) == wins.length);
	}

	@Test
	void aProcessThatEndsWhileItsThreadsRegisterLeavesNoNameBehind() throws Exception {
		for (int round = 0; round < 20; round++) {
			String id = "p" + round;
			this.cluster.start(0, id, "plain", id);
			HordeRegistry owned = this.cluster.node(0).ownedBy(id);
			List<Future<?>> done = new ArrayList<>();
			for (int thread = 0; thread < 4; thread++) {
				String prefix = "of-" + id + "-" + thread + "-";
				done.add(this.threads.submit(() -> {
					for (int i = 0; i < 200; i++) {
						try {
							owned.register(prefix + i, null);
						}
						catch (io.horde.HordeException ex) {
							return;
						}
					}
				}));
			}
			this.cluster.node(0).stopProcess(id, StopReason.TERMINATED);
			for (Future<?> future : done) {
				future.get();
			}
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> this.cluster.node(0).ended.containsKey(id));
			assertThat(this.cluster.node(0).registry.count(NameQuery.prefix("of-" + id))).isZero();
		}
		assertThat(this.cluster.node(0).engine.stats().ownNames()).isZero();
	}

	@Test
	void lookupsAllocateNothing() {
		HordeRegistry registry = this.cluster.node(0).registry;
		registry.register("here", 1);
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long found = 0;
		for (int i = 0; i < 200_000; i++) {
			found += lookups(registry);
		}
		long before = threads.getCurrentThreadAllocatedBytes();
		for (int i = 0; i < 100_000; i++) {
			found += lookups(registry);
		}
		long allocated = threads.getCurrentThreadAllocatedBytes() - before;
		assertThat(found).isEqualTo(600_000);
		assertThat(allocated / 300_000.0).as("bytes a lookup").isLessThan(0.1);
	}

	private static long lookups(HordeRegistry registry) {
		long found = registry.lookup("here").isPresent() ? 1 : 0;
		found += registry.lookup("adder").isPresent() ? 1 : 0;
		return found + (registry.lookup("nowhere").isPresent() ? 1 : 0);
	}

	@Test
	void aCallBlocksUntilTheProcessOnTheOtherNodeHasAnswered() {
		AdderApi adder = this.cluster.node(0).registry.proxy(AdderApi.class, "adder");
		assertThat(adder.add(2)).isEqualTo(2);
		assertThat(adder.add(3)).isEqualTo(5);
	}

	@Test
	void callsOfAProcessRunOneAfterTheOther() throws Exception {
		List<Future<?>> done = new ArrayList<>();
		for (int thread = 0; thread < 8; thread++) {
			AdderApi adder = this.cluster.node(thread % 2).registry.proxy(AdderApi.class, "adder",
					Duration.ofSeconds(30));
			done.add(this.threads.submit(() -> {
				for (int i = 0; i < 500; i++) {
					adder.add(1);
				}
			}));
		}
		for (Future<?> future : done) {
			future.get();
		}
		assertThat(this.cluster.node(0).registry.proxy(AdderApi.class, "adder").add(0)).isEqualTo(4000);
		assertThat(this.cluster.node(0).engine.stats().callsPending()).isZero();
	}

	@Test
	void anExceptionOfTheProcessIsThrownToTheBlockedCaller() {
		AdderApi adder = this.cluster.node(0).registry.proxy(AdderApi.class, "adder");
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> adder.add(-1))
			.withMessage("negative")
			.withCauseInstanceOf(RemoteCallException.class);
	}

	@Test
	void aFailureOfHordeShowsTheStackOfTheCaller() {
		AdderApi nobody = this.cluster.node(0).registry.proxy(AdderApi.class, "nobody");
		assertThatExceptionOfType(ProcessNotFoundException.class).isThrownBy(() -> nobody.add(1))
			.satisfies((ex) -> assertThat(ex.getStackTrace())
				.anyMatch((frame) -> frame.getClassName().equals(ThreadedRegistryTests.class.getName())));
	}

	@Test
	void aBlockedCallerIsFreedAtTheDeadline() {
		AdderApi adder = this.cluster.node(0).registry.proxy(AdderApi.class, "adder", Duration.ofMillis(200));
		assertThatExceptionOfType(CallTimeoutException.class).isThrownBy(() -> adder.sleepy(Duration.ofSeconds(2)));
	}

	@Test
	void aCallThatIsStillInTheMailboxAtItsDeadlineDoesNotRun() throws Exception {
		AdderApi patient = this.cluster.node(0).registry.proxy(AdderApi.class, "adder", Duration.ofSeconds(30));
		AdderApi hasty = this.cluster.node(0).registry.proxy(AdderApi.class, "adder", Duration.ofMillis(200));
		Future<?> busy = this.threads.submit(() -> patient.sleepy(Duration.ofSeconds(2)));
		Awaitility.await().until(() -> this.cluster.node(1).engine.stats().callsExecuted() == 1);
		assertThatExceptionOfType(CallTimeoutException.class).isThrownBy(() -> hasty.add(7));
		busy.get();
		assertThat(patient.add(0)).isZero();
	}

	@Test
	void aBlockedCallerIsFreedWhenTheNodeDies() {
		AdderApi adder = this.cluster.node(0).registry.proxy(AdderApi.class, "adder", Duration.ofSeconds(30));
		this.threads.submit(() -> {
			Awaitility.await().until(() -> this.cluster.node(0).engine.stats().callsPending() == 1);
			this.cluster.kill(1);
		});
		assertThatExceptionOfType(CallOutcomeUnknownException.class)
			.isThrownBy(() -> adder.sleepy(Duration.ofSeconds(20)));
	}

	@Test
	void aCallerThatIsInterruptedIsFreed() throws Exception {
		AdderApi adder = this.cluster.node(0).registry.proxy(AdderApi.class, "adder", Duration.ofSeconds(30));
		List<Throwable> thrown = new ArrayList<>();
		Thread caller = new Thread(() -> {
			try {
				adder.sleepy(Duration.ofSeconds(2));
			}
			catch (RuntimeException ex) {
				thrown.add(ex);
			}
		});
		caller.start();
		Awaitility.await().until(() -> this.cluster.node(0).engine.stats().callsPending() == 1);
		caller.interrupt();
		caller.join(10_000);
		assertThat(thrown).singleElement().isInstanceOf(CallOutcomeUnknownException.class);
		Awaitility.await().until(() -> this.cluster.node(0).engine.stats().callsPending() == 0);
	}

	public interface AdderApi {

		int add(int number);

		void sleepy(Duration duration);

	}

	/**
	 * Would lose counts if two calls ran at once.
	 */
	static class Adder implements AdderApi {

		private int sum;

		@Override
		public int add(int number) {
			if (number < 0) {
				throw new IllegalArgumentException("negative");
			}
			int before = this.sum;
			Thread.yield();
			this.sum = before + number;
			return this.sum;
		}

		@Override
		public void sleepy(Duration duration) {
			try {
				new java.util.concurrent.CountDownLatch(1).await(duration.toMillis(),
						java.util.concurrent.TimeUnit.MILLISECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
