package io.horde.scope;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.horde.node.SingleThreadEventLoop;
import io.horde.payload.PayloadCodec;
import io.horde.payload.codec.CborPayloadCodec;
import io.horde.process.HordeProcess;
import io.horde.process.ProcessArgument;
import io.horde.process.ProcessContext;
import io.horde.process.StartReason;
import io.horde.process.StopReason;
import io.horde.process.engine.End;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessListener;
import io.horde.process.engine.ProcessRuntime;
import io.horde.process.engine.ProcessSettings;
import io.horde.process.engine.ProcessStats;
import io.horde.process.engine.StartOrder;
import io.horde.wire.Payloads;
import jakarta.annotation.PostConstruct;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of processes on the threads of the production executor.
 */
@Timeout(60)
class ProcessExecutionTests {

	private static final int BOUND = 4;

	@Test
	void processesThatStartAndAwaitChildrenInPostConstructDoNotDeadlock() {
		ProcessTestConfiguration.runner(Threads.class, Parent.class).run((context) -> {
			Starter starter = context.getBean(Starter.class);
			List<CompletableFuture<LocalProcess>> parents = IntStream.range(0, 4 * BOUND)
				.mapToObj((number) -> starter.start("parent", "parent-" + number, 2))
				.toList();
			for (CompletableFuture<LocalProcess> parent : parents) {
				assertThat(parent.get(30, TimeUnit.SECONDS).isOpen()).isTrue();
			}
			assertThat(starter.runtime.stats().started()).isEqualTo(3L * 4 * BOUND);
			Awaitility.await()
				.untilAsserted(() -> assertThat(context.getBean(HordeProcessExecutor.class).running()).isZero());
		});
	}

	@Test
	void beansOfManyProcessesAreCreatedAndDestroyedAtTheSameTime() {
		ProcessTestConfiguration.runner(Threads.class, Parent.class).run((context) -> {
			Starter starter = context.getBean(Starter.class);
			List<CompletableFuture<LocalProcess>> started = IntStream.range(0, 500)
				.mapToObj((number) -> starter.start("parent", "parent-" + number, 0))
				.toList();
			for (CompletableFuture<LocalProcess> process : started) {
				starter.stop(process.get(30, TimeUnit.SECONDS));
			}
			Awaitility.await().until(() -> starter.runtime.processes().isEmpty());
			assertThat(starter.runtime.stats()).isEqualTo(new ProcessStats(0, 500, 0, 0, 0));
		});
	}

	@Test
	void scheduledProcessesMayStartWhileTheContextRefreshes() {
		for (int i = 0; i < 10; i++) {
			new ApplicationContextRunner()
				.withUserConfiguration(ProcessTestConfiguration.class, Threads.class, Scheduling.class)
				.run((context) -> {
					assertThat(context).hasNotFailed();
					Early early = context.getBean(Early.class);
					for (CompletableFuture<LocalProcess> process : early.started) {
						assertThat(process.get(30, TimeUnit.SECONDS).instance()).isInstanceOf(Ticking.class);
					}
					Awaitility.await()
						.until(() -> early.started.stream().allMatch((process) -> Ticking.of(process.join()).ticked));
				});
		}
	}

	@Test
	void beanDoesNotOutliveItsContext() {
		Queue<Object> closed = new ConcurrentLinkedQueue<>();
		ProcessTestConfiguration.runner(Threads.class, Closing.class)
			.withBean("closed", Queue.class, () -> closed)
			.run((context) -> context.getBean(Starter.class).start("closing", "closing", null).get());
		assertThat(closed).hasSize(1);
	}

	@Configuration(proxyBeanMethods = false)
	static class Threads {

		@Bean
		SingleThreadEventLoop loop() {
			return new SingleThreadEventLoop("process-execution-tests");
		}

		@Bean
		HordeProcessExecutor executor() {
			return new HordeProcessExecutor(false, null, BOUND);
		}

		@Bean
		Starter starter(SingleThreadEventLoop loop, HordeProcessExecutor executor,
				ConfigurableApplicationContext context) {
			return new Starter(loop, executor, context.getBean(ScopeProcessFactory.class));
		}

	}

	static class Starter {

		private final SingleThreadEventLoop loop;

		private final HordeProcessExecutor executor;

		private final PayloadCodec codec = new CborPayloadCodec();

		private final ProcessRuntime runtime;

		Starter(SingleThreadEventLoop loop, HordeProcessExecutor executor, ScopeProcessFactory factory) {
			this.loop = loop;
			this.executor = executor;
			this.runtime = new ProcessRuntime(loop, executor, factory, new Payloads(this.codec, 1 << 20), "node",
					ProcessSettings.defaults());
		}

		CompletableFuture<LocalProcess> start(String type, String id, Object argument) {
			CompletableFuture<LocalProcess> result = new CompletableFuture<>();
			byte[] bytes = (argument != null) ? this.codec.encode(argument) : null;
			StartOrder order = new StartOrder(id, type, null, 0, 1, bytes, null, StartReason.FIRST, null, Map.of());
			this.loop.execute(() -> this.runtime.start(order, new ProcessListener() {

				@Override
				public void created(LocalProcess process) {
					process.open();
					result.complete(process);
				}

				@Override
				public void ended(LocalProcess process, End end) {
					result.completeExceptionally(
							(end.failure() != null) ? end.failure() : new IllegalStateException(end.toString()));
				}

			}));
			return result;
		}

		void stop(LocalProcess process) {
			this.loop.execute(() -> process.stop(StopReason.TERMINATED, false, (state) -> {
			}));
		}

		<T> T await(CompletableFuture<T> future) throws Exception {
			return this.executor.blocking(future::get);
		}

	}

	@HordeProcess(value = "parent", autoStartup = false)
	static class Parent {

		private final int generations;

		private final ProcessContext context;

		private final Starter starter;

		Parent(@ProcessArgument int generations, ProcessContext context, Starter starter) {
			this.generations = generations;
			this.context = context;
			this.starter = starter;
		}

		@PostConstruct
		void startChild() throws Exception {
			if (this.generations > 0) {
				this.starter.await(this.starter.start("parent", this.context.id() + "-child", this.generations - 1));
			}
		}

	}

	@HordeProcess("closing")
	static class Closing implements AutoCloseable {

		@Autowired
		private Queue<Object> closed;

		@Override
		public void close() {
			this.closed.add(this);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	@Import({ Ticking.class, Early.class })
	static class Scheduling {

	}

	@HordeProcess(value = "ticking", autoStartup = false)
	static class Ticking {

		private volatile boolean ticked;

		static Ticking of(LocalProcess process) {
			return Objects.requireNonNull((Ticking) process.instance());
		}

		@Scheduled(fixedRate = 10)
		void tick() {
			this.ticked = true;
		}

	}

	static class Early implements SmartLifecycle {

		private final Starter starter;

		private List<CompletableFuture<LocalProcess>> started = List.of();

		Early(Starter starter) {
			this.starter = starter;
		}

		@Override
		public void start() {
			this.started = IntStream.range(0, 20)
				.mapToObj((number) -> this.starter.start("ticking", "ticking-" + number, null))
				.toList();
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

		@Override
		public boolean isAutoStartup() {
			return true;
		}

	}

}
