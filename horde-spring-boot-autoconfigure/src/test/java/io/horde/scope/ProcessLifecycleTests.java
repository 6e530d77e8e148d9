package io.horde.scope;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.horde.process.HordeProcess;
import io.horde.process.ProcessContext;
import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.End;
import io.horde.process.engine.LocalProcess;
import jakarta.annotation.PreDestroy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of processes that are a {@link Lifecycle} of Spring.
 */
class ProcessLifecycleTests {

	@Test
	void lifecycleRunsWhereAndWhileTheProcessDoes() {
		ProcessTestConfiguration.runner(Plain.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("plain");
			assertThat(journal(context)).containsExactly("start as owner true bound true");
			harness.stop(process);
			assertThat(journal(context)).containsExactly("start as owner true bound true",
					"stop as owner true bound true", "preDestroy");
		});
	}

	@Test
	void springNeitherStartsNorStopsAProcess() {
		ProcessTestConfiguration.runner(Smart.class).run((context) -> {
			assertThat(journal(context)).isEmpty();
			ProcessHarness.of(context).start("smart");
			journal(context).clear();
			ConfigurableApplicationContext application = context.getSourceApplicationContext();
			application.stop();
			application.start();
			assertThat(journal(context)).isEmpty();
		});
	}

	@Test
	void smartLifecycleIsAwaitedUntilItCallsBack() {
		ProcessTestConfiguration.runner(Smart.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("smart");
			Smart smart = harness.bean(process, Smart.class);
			process.stop(io.horde.process.StopReason.TERMINATED, false, (state) -> {
			});
			harness.run();
			assertThat(journal(context)).containsExactly("start", "stop");
			assertThat(process.isOwner()).isTrue();
			Runnable callback = smart.callback;
			assertThat(callback).isNotNull();
			callback.run();
			harness.run();
			assertThat(harness.end(process).kind()).isEqualTo(End.Kind.STOPPED);
		});
	}

	@Test
	void whatIsNotToStartByItselfIsStoppedIfItRuns() {
		ProcessTestConfiguration.runner(Manual.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			harness.stop(harness.start("manual"));
			assertThat(journal(context)).isEmpty();
			LocalProcess process = harness.start("manual");
			harness.bean(process, Manual.class).start();
			harness.stop(process);
			assertThat(journal(context)).containsExactly("start", "stop");
		});
	}

	@Test
	void startThatThrowsFailsTheProcess() {
		ProcessTestConfiguration.runner(Failing.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			End end = harness.end(harness.start("failing"));
			assertThat(end.kind()).isEqualTo(End.Kind.FAILED);
			assertThat(end.failure()).hasMessage("no broker");
			assertThat(journal(context)).containsExactly("start");
		});
	}

	@Test
	void lifecycleOfAProxiedProcessIsCalledThroughItsProxy() {
		ProcessTestConfiguration.runner(Plain.class, ClassProxies.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("plain");
			assertThat(AopUtils.isCglibProxy(process.instance())).isTrue();
			harness.stop(process);
			assertThat(journal(context)).containsExactly("advice isRunning", "advice start",
					"start as owner true bound true", "advice isRunning", "advice stop",
					"stop as owner true bound true", "preDestroy");
		});
	}

	@Test
	void lifecycleIsFoundBehindAProxyOfOtherInterfaces() {
		ProcessTestConfiguration.runner(Plain.class, InterfaceProxies.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("plain");
			assertThat(process.instance()).isNotInstanceOf(Lifecycle.class);
			harness.stop(process);
			assertThat(journal(context)).containsExactly("start as owner true bound true",
					"stop as owner true bound true", "preDestroy");
		});
	}

	@Test
	void lifecycleIsStoppedWhenTheContextClosesAlthoughTheNodeDidNotStop() {
		List<String> journal = new CopyOnWriteArrayList<>();
		ProcessTestConfiguration.runner(Plain.class).run((context) -> {
			ProcessHarness.of(context).start("plain");
			context.getBean(Journal.class).copy = journal;
		});
		assertThat(journal).containsExactly("stop as owner true bound true", "preDestroy");
	}

	private static List<String> journal(ApplicationContext context) {
		return context.getBean(Journal.class).entries;
	}

	static class Journal {

		private final List<String> entries = new CopyOnWriteArrayList<>();

		private List<String> copy = new CopyOnWriteArrayList<>();

		void add(String entry) {
			this.entries.add(entry);
			this.copy.add(entry);
		}

	}

	interface Named {

		default String name() {
			return "";
		}

	}

	@HordeProcess("plain")
	@Import(Journal.class)
	static class Plain implements Lifecycle, Named {

		private final Journal journal;

		private final ProcessContext context;

		private volatile boolean running;

		Plain(Journal journal, ProcessContext context) {
			this.journal = journal;
			this.context = context;
		}

		@Override
		public void start() {
			add("start");
			this.running = true;
		}

		@Override
		public void stop() {
			add("stop");
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		private void add(String what) {
			LocalProcess current = CurrentProcess.get();
			boolean bound = current != null && current.context() == this.context;
			this.journal.add(what + " as owner " + this.context.isOwner() + " bound " + bound);
		}

		@PreDestroy
		void destroy() {
			this.journal.add("preDestroy");
		}

	}

	@HordeProcess("smart")
	@Import(Journal.class)
	static class Smart implements SmartLifecycle {

		final Journal journal;

		volatile boolean running;

		volatile @Nullable Runnable callback;

		Smart(Journal journal) {
			this.journal = journal;
		}

		@Override
		public void start() {
			this.journal.add("start");
			this.running = true;
		}

		@Override
		public void stop() {
			this.journal.add("stop");
			this.running = false;
		}

		@Override
		public void stop(Runnable callback) {
			stop();
			this.callback = callback;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

	@HordeProcess("manual")
	static class Manual extends Smart {

		Manual(Journal journal) {
			super(journal);
		}

		@Override
		public boolean isAutoStartup() {
			return false;
		}

		@Override
		public void stop(Runnable callback) {
			stop();
			callback.run();
		}

	}

	@HordeProcess("failing")
	static class Failing extends Smart {

		Failing(Journal journal) {
			super(journal);
		}

		@Override
		public void start() {
			this.journal.add("start");
			throw new IllegalStateException("no broker");
		}

	}

	static class ClassProxies {

		@Bean
		static BeanPostProcessor proxies() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					if (!(bean instanceof Plain plain)) {
						return bean;
					}
					ProxyFactory proxies = new ProxyFactory(bean);
					proxies.setProxyTargetClass(true);
					proxies.addAdvice((org.aopalliance.intercept.MethodInterceptor) (invocation) -> {
						plain.journal.add("advice " + invocation.getMethod().getName());
						return invocation.proceed();
					});
					return proxies.getProxy();
				}

			};
		}

	}

	static class InterfaceProxies {

		@Bean
		static BeanPostProcessor proxies() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					if (!(bean instanceof Plain)) {
						return bean;
					}
					ProxyFactory proxies = new ProxyFactory();
					proxies.setTarget(bean);
					proxies.addInterface(Named.class);
					return proxies.getProxy();
				}

			};
		}

	}

}
