package io.horde.scope;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.horde.payload.PayloadCodec;
import io.horde.process.HordeProcess;
import io.horde.process.ProcessContext;
import io.horde.process.StateHandoff;
import io.horde.process.engine.LocalProcess;
import jakarta.annotation.PreDestroy;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.RootClassFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of processes with scheduled methods, and of those behind a proxy.
 */
class ScheduledProcessTests {

	@Test
	void scheduledMethodsTickFromStartToStopOnly() {
		ProcessTestConfiguration.runner(Scheduling.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("ticking");
			Ticking bean = harness.bean(process, Ticking.class);
			assertThat(bean.ticks.get()).isGreaterThan(3);
			harness.stop(process);
			int ticks = bean.ticks.get();
			harness.run();
			assertThat(bean.ticks).hasValue(ticks);
		});
	}

	@Test
	void scheduledMethodsNeverSeeAProcessWithoutItsState() {
		ProcessTestConfiguration.runner(Scheduling.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			for (int i = 0; i < 20; i++) {
				LocalProcess process = harness.start("ticking", null, "state");
				Ticking bean = harness.bean(process, Ticking.class);
				assertThat(bean.ticks.get()).isPositive();
				harness.stop(process);
				assertThat(bean.tooEarly).hasValue(0);
			}
		});
	}

	@Test
	void proxiedProcessIsInterceptedAndDestroyedBehindItsProxy() {
		ProcessTestConfiguration.runner(Proxies.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("ticking");
			Ticking bean = harness.bean(process, Ticking.class);
			assertThat(AopUtils.isCglibProxy(bean)).isTrue();
			assertThat(bean.name()).isEqualTo("intercepted ticking");
			harness.stop(process);
			assertThat(context.getBean(Journal.class).entries).containsExactly("destroyed ticking");
		});
	}

	@Test
	void scheduledMethodsOfAProxiedProcessEndWithIt() {
		ProcessTestConfiguration.runner(Proxies.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("ticking");
			Journal journal = context.getBean(Journal.class);
			assertThat(journal.ticks.get()).isGreaterThan(3);
			harness.stop(process);
			int ticks = journal.ticks.get();
			harness.run();
			assertThat(journal.ticks).hasValue(ticks);
		});
	}

	@Test
	void proxiedProcessTakesItsStateOver() {
		ProcessTestConfiguration.runner(Proxies.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("ticking", null, "taken");
			assertThat(harness.bean(process, Ticking.class).state()).isEqualTo("taken");
			assertThat(harness.handOff(process)).isEqualTo(context.getBean(PayloadCodec.class).encode("taken"));
		});
	}

	static class Journal {

		private final List<String> entries = new CopyOnWriteArrayList<>();

		private final AtomicInteger ticks = new AtomicInteger();

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	@Import({ Ticking.class, Journal.class })
	static class Scheduling {

	}

	@HordeProcess("ticking")
	static class Ticking implements StateHandoff<String> {

		private final AtomicInteger ticks = new AtomicInteger();

		private final AtomicInteger tooEarly = new AtomicInteger();

		private final ProcessContext context;

		private final Journal journal;

		private volatile String state = "";

		Ticking(ProcessContext context, Journal journal) {
			this.context = context;
			this.journal = journal;
		}

		@Scheduled(fixedRate = 1)
		void tick() {
			if (this.ticks.getAndIncrement() == 0 && this.state.isEmpty()) {
				this.tooEarly.incrementAndGet();
			}
			this.journal.ticks.incrementAndGet();
		}

		@PreDestroy
		private void destroy() {
			this.journal.entries.add("destroyed " + this.context.type());
		}

		String name() {
			return this.context.type();
		}

		String state() {
			return this.state;
		}

		@Override
		public String handOff() {
			return this.state;
		}

		@Override
		public void takeOver(String state) {
			this.state = state;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Scheduling.class)
	static class Proxies {

		@Bean
		static DefaultAdvisorAutoProxyCreator proxies() {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(true);
			return creator;
		}

		@Bean
		static DefaultPointcutAdvisor advisor() {
			MethodInterceptor interceptor = (invocation) -> invocation.getMethod().getName().equals("name")
					? "intercepted " + invocation.proceed() : invocation.proceed();
			return new DefaultPointcutAdvisor(new ComposablePointcut(new RootClassFilter(Ticking.class)), interceptor);
		}

	}

}
