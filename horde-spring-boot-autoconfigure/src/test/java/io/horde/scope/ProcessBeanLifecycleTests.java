package io.horde.scope;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.horde.process.CurrentProcess;
import io.horde.process.End;
import io.horde.process.HordeProcess;
import io.horde.process.IgnoreProcessException;
import io.horde.process.LocalProcess;
import io.horde.process.ProcessContext;
import io.horde.process.StateHandoff;
import io.horde.wire.PayloadCodec;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import org.aopalliance.intercept.MethodInterceptor;
import org.awaitility.Awaitility;
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
 * Tests of how the bean of a process comes and goes.
 */
class ProcessBeanLifecycleTests {

	@Test
	void contextCreatesNoBeanByItself() {
		ProcessTestConfiguration.runner(Journaled.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(journal(context)).isEmpty();
		});
	}

	@Test
	void startInitialisesTheBeanAndStopDestroysIt() {
		ProcessTestConfiguration.runner(Journaled.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("journaled");
			assertThat(journal(context)).containsExactly("construct", "postConstruct");
			assertThat(harness.stop(process).kind()).isEqualTo(End.Kind.STOPPED);
			assertThat(journal(context)).containsExactly("construct", "postConstruct", "preDestroy", "close");
			assertThat(process.instance()).isNull();
		});
	}

	@Test
	void restartIsAFreshInstance() {
		ProcessTestConfiguration.runner(Journaled.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess first = harness.start("journaled");
			Object bean = first.instance();
			harness.stop(first);
			assertThat(harness.start("journaled").instance()).isNotSameAs(bean);
		});
	}

	@Test
	void processIsBoundWhileItsBeanIsCreatedAndDestroyed() {
		ProcessTestConfiguration.runner(Binding.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("binding");
			Binding bean = harness.bean(process, Binding.class);
			harness.stop(process);
			assertThat(bean.seen).hasSize(3).containsOnly(process);
			assertThat(CurrentProcess.get()).isNull();
		});
	}

	@Test
	void ownershipBeginsAfterInitialisationAndEndsBeforeDestruction() {
		ProcessTestConfiguration.runner(Binding.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("binding");
			Binding bean = harness.bean(process, Binding.class);
			assertThat(process.context().isOwner()).isTrue();
			harness.stop(process);
			assertThat(bean.owner).containsExactly(false, false, false);
		});
	}

	@Test
	void failureInPostConstructFailsTheStart() {
		ProcessTestConfiguration.runner(Failing.class)
			.run((context) -> assertThat(ProcessHarness.of(context).startFailure("failing", null))
				.hasRootCauseMessage("no database"));
	}

	@Test
	void processThatNeedNotRunIsIgnored() {
		ProcessTestConfiguration.runner(Ignoring.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			assertThat(harness.end(harness.start("ignoring")).kind()).isEqualTo(End.Kind.IGNORED);
		});
	}

	@Test
	void stateIsTakenOverAfterInitialisation() {
		ProcessTestConfiguration.runner(Counter.class).run((context) -> {
			Counter counter = ProcessHarness.of(context)
				.bean(ProcessHarness.of(context).start("counter", null, List.of(41L)), Counter.class);
			assertThat(counter.events).containsExactly("postConstruct", "takeOver");
			assertThat(counter.values).containsExactly(41L);
		});
	}

	@Test
	void stateIsHandedOff() {
		ProcessTestConfiguration.runner(Counter.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("counter", null, List.of(41L));
			byte[] state = harness.handOff(process);
			assertThat(state).isEqualTo(context.getBean(PayloadCodec.class).encode(List.of(41L, 42L)));
		});
	}

	@Test
	void processThatFailsToTakeOverIsDestroyed() {
		ProcessTestConfiguration.runner(Unwilling.class, Journal.class).run((context) -> {
			assertThat(
					ProcessHarness.of(context).end(ProcessHarness.of(context).start("unwilling", null, "state")).kind())
				.isEqualTo(End.Kind.START_FAILED);
			assertThat(journal(context)).containsExactly("preDestroy");
		});
	}

	@Test
	void scheduledMethodsTickFromStartToStopOnly() {
		ProcessTestConfiguration.runner(Scheduling.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("ticking");
			Ticking bean = harness.bean(process, Ticking.class);
			Awaitility.await().until(() -> bean.ticks.get() > 3);
			harness.stop(process);
			int ticks = bean.ticks.get();
			Awaitility.await().during(Duration.ofMillis(50)).until(() -> bean.ticks.get() <= ticks + 1);
		});
	}

	@Test
	void scheduledMethodsNeverSeeAProcessWithoutItsState() {
		ProcessTestConfiguration.runner(Scheduling.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			for (int i = 0; i < 20; i++) {
				LocalProcess process = harness.start("ticking", null, "state");
				Ticking bean = harness.bean(process, Ticking.class);
				Awaitility.await().until(() -> bean.ticks.get() > 0);
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
			Awaitility.await().until(() -> journal.ticks.get() > 3);
			harness.stop(process);
			int ticks = journal.ticks.get();
			Awaitility.await().during(Duration.ofMillis(50)).until(() -> journal.ticks.get() <= ticks + 1);
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

	@Test
	void processIsSeenByTheScopeOnItsOwnThreadOnly() {
		ProcessTestConfiguration.runner(Journaled.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("journaled");
			List<Object> found = new ArrayList<>();
			process.offer(() -> found.add(context.getBean("journaled")));
			harness.run();
			assertThat(found).containsExactly(process.instance());
		});
	}

	@Test
	void runnableProcessEndsWhenItReturns() {
		ProcessTestConfiguration.runner(Working.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			assertThat(harness.end(harness.start("working")).kind()).isEqualTo(End.Kind.EXITED);
		});
	}

	private static List<String> journal(org.springframework.context.ApplicationContext context) {
		return context.getBean(Journal.class).entries;
	}

	static class Journal {

		private final List<String> entries = new CopyOnWriteArrayList<>();

		private final AtomicInteger ticks = new AtomicInteger();

	}

	@HordeProcess("journaled")
	@Import(Journal.class)
	static class Journaled implements AutoCloseable {

		private final Journal journal;

		Journaled(Journal journal) {
			this.journal = journal;
			this.journal.entries.add("construct");
		}

		@PostConstruct
		void init() {
			this.journal.entries.add("postConstruct");
		}

		@PreDestroy
		void destroy() {
			this.journal.entries.add("preDestroy");
		}

		@Override
		public void close() {
			this.journal.entries.add("close");
		}

	}

	@HordeProcess("binding")
	static class Binding {

		private final List<LocalProcess> seen = new ArrayList<>();

		private final List<Boolean> owner = new ArrayList<>();

		private final ProcessContext context;

		Binding(ProcessContext context) {
			this.context = context;
			look();
		}

		@PostConstruct
		@PreDestroy
		void look() {
			this.seen.add(CurrentProcess.get());
			this.owner.add(this.context.isOwner());
		}

	}

	@HordeProcess("failing")
	static class Failing {

		@PostConstruct
		void init() {
			throw new IllegalStateException("no database");
		}

	}

	@HordeProcess("ignoring")
	static class Ignoring {

		@PostConstruct
		void init() {
			throw new IgnoreProcessException("nothing to do");
		}

	}

	@HordeProcess("counter")
	static class Counter implements StateHandoff<List<Long>> {

		private final List<String> events = new ArrayList<>();

		private List<Long> values = List.of();

		@PostConstruct
		void init() {
			this.events.add("postConstruct");
		}

		@Override
		public List<Long> handOff() {
			return List.of(this.values.get(0), 42L);
		}

		@Override
		public void takeOver(List<Long> state) {
			this.events.add("takeOver");
			this.values = state;
		}

	}

	@HordeProcess("unwilling")
	static class Unwilling implements StateHandoff<String> {

		private final Journal journal;

		Unwilling(Journal journal) {
			this.journal = journal;
		}

		@Override
		public String handOff() {
			return "";
		}

		@Override
		public void takeOver(String state) {
			throw new IllegalStateException("unwilling");
		}

		@PreDestroy
		void destroy() {
			this.journal.entries.add("preDestroy");
		}

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

	@HordeProcess("working")
	static class Working implements Runnable {

		@Override
		public void run() {
		}

	}

}
