package io.horde.process.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.horde.node.Changed;
import io.horde.node.SingleThreadEventLoop;
import io.horde.payload.codec.CborPayloadCodec;
import io.horde.process.StopReason;
import io.horde.wire.Payloads;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of processes that hang, on real threads.
 */
@Timeout(30)
class HangingProcessTests {

	private static final ProcessType ROOM = ProcessType.onDemand("room");

	private final SingleThreadEventLoop loop = new SingleThreadEventLoop("hanging-process-tests");

	private final RealThreads threads = new RealThreads();

	private final Queue<Object> destroyed = new ConcurrentLinkedQueue<>();

	private final CompletableFuture<End> end = new CompletableFuture<>();

	private final CompletableFuture<Throwable> stuck = new CompletableFuture<>();

	private final CountDownLatch created = new CountDownLatch(1);

	private final CountDownLatch never = new CountDownLatch(1);

	private Callable<Object> body = Object::new;

	private ProcessRuntime runtime;

	@BeforeEach
	void createRuntime() {
		this.runtime = new ProcessRuntime(this.loop, this.threads, new Factory(),
				new Payloads(new CborPayloadCodec(), 1 << 20), "node",
				Changed.of(ProcessSettings.defaults(), "startTimeout", Duration.ofMillis(50), "shutdownTimeout",
						Duration.ofMillis(50), "stopMargin", Duration.ofMillis(50)));
	}

	@AfterEach
	void close() {
		this.never.countDown();
		this.threads.executor.shutdownNow();
		this.loop.close();
	}

	@Test
	void startThatHangsIsReportedAtItsDeadlineAndInterrupted() throws Exception {
		CountDownLatch interrupted = new CountDownLatch(1);
		this.body = () -> {
			try {
				this.never.await();
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
				throw ex;
			}
			return new Object();
		};
		start();
		End end = this.end.get();
		assertThat(end.kind()).isEqualTo(End.Kind.START_FAILED);
		assertThat(end.failure()).hasMessageContaining("did not start on node node within PT0.05S");
		assertThat(end.failure().getCause()).hasStackTraceContaining("HangingProcessTests");
		interrupted.await();
		assertThat(this.runtime.process("room")).isNull();
	}

	@Test
	void lateResultOfAStartIsDestroyed() throws Exception {
		Object late = new Object();
		CountDownLatch goOn = new CountDownLatch(1);
		this.body = () -> {
			awaitUninterruptibly(goOn);
			return late;
		};
		start();
		assertThat(this.end.get().kind()).isEqualTo(End.Kind.START_FAILED);
		assertThat(this.destroyed).isEmpty();
		goOn.countDown();
		Awaitility.await().untilAsserted(() -> assertThat(this.destroyed).containsExactly(late));
	}

	@Test
	void threadThatIgnoresInterruptsIsAbandoned() throws Exception {
		this.body = () -> {
			awaitUninterruptibly(this.never);
			return new Object();
		};
		start();
		this.end.get();
		Awaitility.await().untilAsserted(() -> assertThat(this.threads.abandoned).hasSize(1));
	}

	@Test
	void callThatHangsIsInterruptedAfterTheShutdownTimeout() throws Exception {
		LocalProcess process = start();
		this.created.await();
		CountDownLatch begun = new CountDownLatch(1);
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		assertThat(process.offer(() -> {
			begun.countDown();
			try {
				this.never.await();
				interrupted.complete(false);
			}
			catch (InterruptedException ex) {
				interrupted.complete(true);
			}
		})).isTrue();
		begun.await();
		this.loop.execute(() -> process.stop(StopReason.TERMINATED, false, (state) -> {
		}));
		assertThat(interrupted.get()).isTrue();
		assertThat(this.end.get().kind()).isEqualTo(End.Kind.STOPPED);
		assertThat(this.destroyed).hasSize(1);
	}

	@Test
	void callThatIgnoresInterruptsKeepsItsProcessUntilItEnds() throws Exception {
		LocalProcess process = start();
		this.created.await();
		CountDownLatch begun = new CountDownLatch(1);
		process.offer(() -> {
			begun.countDown();
			awaitUninterruptibly(this.never);
		});
		begun.await();
		this.loop.execute(() -> process.stop(StopReason.TERMINATED, false, (state) -> {
		}));
		assertThat(this.stuck.get()).hasMessageContaining("Thread ").hasStackTraceContaining("awaitUninterruptibly");
		assertThat(this.end).isNotDone();
		assertThat(this.destroyed).isEmpty();
		assertThat(this.runtime.process("room")).isSameAs(process);
		assertThat(this.threads.abandoned).hasSize(1);
		this.never.countDown();
		assertThat(this.end.get().stop()).isEqualTo(StopReason.TERMINATED);
		assertThat(this.destroyed).hasSize(1);
	}

	@Test
	void endOfWhoHasLostItsLeaseIsToldAfterTheMarginAndItsBeanDestroyedWhenItsCodeEnds() throws Exception {
		LocalProcess process = start();
		this.created.await();
		CountDownLatch begun = new CountDownLatch(1);
		process.offer(() -> {
			begun.countDown();
			awaitUninterruptibly(this.never);
		});
		begun.await();
		this.loop.execute(() -> process.stop(StopReason.QUORUM_LOST, false, (state) -> {
		}));
		assertThat(this.end.get().stop()).isEqualTo(StopReason.QUORUM_LOST);
		assertThat(this.destroyed).isEmpty();
		this.never.countDown();
		Awaitility.await().untilAsserted(() -> assertThat(this.destroyed).hasSize(1));
	}

	@Test
	void interruptDoesNotOutliveTheTaskItWasMeantFor() throws Exception {
		this.body = () -> {
			awaitUninterruptibly(this.never, Duration.ofMillis(200));
			Thread.currentThread().interrupt();
			return new Object();
		};
		start();
		this.end.get();
		Awaitility.await().untilAsserted(() -> assertThat(this.destroyed).hasSize(1));
		assertThat(this.threads.leaked).isEmpty();
	}

	@Test
	void runnableProcessIsInterruptedAsSoonAsItsStopBegins() throws Exception {
		this.runtime = new ProcessRuntime(this.loop, this.threads, new Factory(),
				new Payloads(new CborPayloadCodec(), 1 << 20), "node",
				Changed.of(ProcessSettings.defaults(), "shutdownTimeout", Duration.ofHours(1)));
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		CountDownLatch begun = new CountDownLatch(1);
		this.body = () -> (Runnable) () -> {
			begun.countDown();
			try {
				this.never.await();
				interrupted.complete(false);
			}
			catch (InterruptedException ex) {
				interrupted.complete(true);
			}
		};
		LocalProcess process = start();
		begun.await();
		this.loop.execute(() -> process.stop(StopReason.TERMINATED, false, (state) -> {
		}));
		assertThat(interrupted.get()).isTrue();
		assertThat(this.end.get()).isEqualTo(new End(End.Kind.STOPPED, StopReason.TERMINATED, null));
	}

	private LocalProcess start() throws Exception {
		CompletableFuture<LocalProcess> started = new CompletableFuture<>();
		this.loop
			.execute(() -> started.complete(this.runtime.start(TestProcesses.order("room", "room"), new Listener())));
		return started.get(10, TimeUnit.SECONDS);
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		awaitUninterruptibly(latch, Duration.ofHours(1));
	}

	private static void awaitUninterruptibly(CountDownLatch latch, Duration atMost) {
		long end = System.nanoTime() + atMost.toNanos();
		while (System.nanoTime() < end) {
			try {
				if (latch.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
					return;
				}
			}
			catch (InterruptedException ex) {
				// goes on
			}
		}
	}

	private final class Listener implements ProcessListener {

		@Override
		public void created(LocalProcess process) {
			process.open();
			HangingProcessTests.this.created.countDown();
		}

		@Override
		public void ended(LocalProcess process, End end) {
			HangingProcessTests.this.end.complete(end);
		}

		@Override
		public void stuck(LocalProcess process, Throwable whereabouts) {
			HangingProcessTests.this.stuck.complete(whereabouts);
		}

	}

	private final class Factory implements ProcessFactory {

		@Override
		public Collection<ProcessType> types() {
			return List.of(ROOM);
		}

		@Override
		public ProcessType type(String name) {
			return ROOM;
		}

		@Override
		public Object create(ProcessCreation creation) throws Exception {
			return HangingProcessTests.this.body.call();
		}

		@Override
		public void destroy(ProcessCreation creation, Object instance) {
			HangingProcessTests.this.destroyed.add(instance);
		}

	}

	/**
	 * Real threads, which report an interrupt that outlives its task.
	 */
	private static final class RealThreads implements ProcessExecutor {

		private final ExecutorService executor = Executors.newCachedThreadPool();

		private final Queue<Thread> abandoned = new ConcurrentLinkedQueue<>();

		private final Queue<Thread> leaked = new ConcurrentLinkedQueue<>();

		@Override
		public void execute(Runnable task) {
			this.executor.execute(() -> {
				task.run();
				if (Thread.interrupted()) {
					this.leaked.add(Thread.currentThread());
				}
			});
		}

		@Override
		public void executeOnOwnThread(String name, Runnable task) {
			execute(task);
		}

		@Override
		public <T> T blocking(Callable<T> wait) throws Exception {
			return wait.call();
		}

		@Override
		public void abandon(Thread thread) {
			this.abandoned.add(thread);
		}

	}

}
