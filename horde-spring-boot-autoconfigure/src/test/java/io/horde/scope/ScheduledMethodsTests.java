package io.horde.scope;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.horde.process.HordeProcess;
import io.horde.process.MissedTicks;
import io.horde.process.ProcessContext;
import io.horde.process.ProcessDefinitionException;
import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.LocalProcess;
import io.horde.schedule.engine.Cron;
import io.horde.schedule.engine.Schedule;
import io.horde.time.clock.Moment;
import kotlin.coroutines.Continuation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.actuate.scheduling.ScheduledTasksEndpoint;
import org.springframework.boot.actuate.scheduling.ScheduledTasksEndpoint.FixedRateTaskDescriptor;
import org.springframework.boot.actuate.scheduling.ScheduledTasksEndpoint.ScheduledTasksDescriptor;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.annotation.Schedules;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.support.CronExpression;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what {@link Scheduled} means in a process: the same as in any bean, as far as
 * it is not refused.
 */
class ScheduledMethodsTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Moment NEW_YEAR = new Moment(0, Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());

	@Test
	void fixedRateFixedDelayAndOneTimeMethodsTick() {
		run(Forms.class, (context, harness) -> {
			harness.start("process");
			harness.run(Duration.ofMillis(989));
			Journal journal = context.getBean(Journal.class);
			assertThat(journal.of("rate")).hasSize(10);
			assertThat(journal.of("delay")).hasSize(5);
			assertThat(journal.of("units")).hasSize(1);
			assertThat(journal.of("once")).hasSize(1);
			assertThat(journal.of("disabled")).isEmpty();
			harness.run(Duration.ofMinutes(1));
			assertThat(journal.of("once")).hasSize(1);
			assertThat(journal.of("units")).hasSize(2);
		});
	}

	@Test
	void cronTicksByTheWallClock() {
		run(EachSecond.class, (context, harness) -> {
			harness.start("process");
			harness.run(Duration.ofSeconds(3));
			assertThat(context.getBean(Journal.class).of("cron")).hasSize(3);
		});
	}

	@Test
	void annotationsOfOneMethodAreSchedulesOfTheirOwn() {
		run(Several.class, (context, harness) -> {
			harness.start("process");
			harness.run(Duration.ofMillis(989));
			Journal journal = context.getBean(Journal.class);
			assertThat(journal.of("repeated")).hasSize(10 + 5);
			assertThat(journal.of("contained")).hasSize(10 + 5);
			assertThat(journal.of("composed")).hasSize(10);
			assertThat(journal.of("inherited")).hasSize(10);
		});
	}

	@Test
	void placeholdersAndExpressionsAreResolved() {
		ProcessTestConfiguration.runner(Placeholders.class, Journal.class)
			.withPropertyValues("poll.rate=PT0.1S", "poll.delay=300", "poll.cron=-", "poll.zone=Asia/Tokyo")
			.run((context) -> {
				ProcessHarness harness = ProcessHarness.of(context);
				LocalProcess process = harness.start("process");
				harness.run(Duration.ofMillis(989));
				Journal journal = context.getBean(Journal.class);
				assertThat(journal.of("rate")).hasSize(7);
				assertThat(journal.of("expression")).hasSize(2);
				assertThat(journal.of("cron")).isEmpty();
				assertThat(after(cron(context, process, "zoned"), NEW_YEAR.millis()))
					.isEqualTo(Instant.parse("2026-01-01T18:00:00Z").toEpochMilli());
			});
	}

	@Test
	void absentZoneIsThatOfTheJvm() {
		run(Daily.class, (context, harness) -> {
			LocalProcess process = harness.start("process");
			ZonedDateTime due = ZonedDateTime.ofInstant(
					Instant.ofEpochMilli(after(cron(context, process, "daily"), NEW_YEAR.millis())),
					ZoneId.systemDefault());
			assertThat(due.getHour()).isEqualTo(3);
			assertThat(due.getMinute()).isEqualTo(30);
		});
	}

	@ParameterizedTest
	@CsvSource({ "berlin, Europe/Berlin", "cairo, Africa/Cairo" })
	void clockChangesAreThoseOfSpring(String method, ZoneId zone) {
		run(Zones.class, (context, harness) -> {
			Cron cron = cron(context, harness.start("process"), method);
			CronExpression expression = CronExpression.parse("0 30 */1 * * *");
			ZonedDateTime expected = Instant.ofEpochMilli(NEW_YEAR.millis()).atZone(zone);
			long due = NEW_YEAR.millis();
			for (int i = 0; i < 366 * 24; i++) {
				expected = expression.next(expected);
				due = after(cron, due);
				assertThat(Instant.ofEpochMilli(due)).isEqualTo(expected.toInstant());
			}
		});
	}

	@Test
	void tickRunsInItsProcess() {
		run(Bound.class, (context, harness) -> {
			LocalProcess process = harness.start("process");
			assertThat(context.getBean(Journal.class).of("bound")).first().isSameAs(process);
			assertThat(context.getBean(Journal.class).of("owner")).first().isEqualTo(true);
		});
	}

	@Test
	void eachProcessTicksForItself() {
		run(Bound.class, (context, harness) -> {
			LocalProcess first = harness.start("process");
			LocalProcess second = harness.start("process");
			assertThat(context.getBean(Journal.class).of("bound")).containsExactly(first, second);
		});
	}

	@Test
	void tickLastsUntilItsStageCompletes() {
		run(Asynchronous.class, (context, harness) -> {
			Asynchronous bean = harness.bean(harness.start("process"), Asynchronous.class);
			harness.run(SECOND);
			assertThat(bean.stages).hasSize(1);
			bean.stages.get(0).complete(null);
			harness.run(SECOND);
			assertThat(bean.stages).hasSize(2);
			bean.stages.get(1).completeExceptionally(new IllegalStateException("expected"));
			harness.run(SECOND);
			assertThat(bean.stages).hasSize(3);
			assertThat(harness.ticks().failed().sum()).isEqualTo(1);
		});
	}

	@Test
	void tickThatThrowsDoesNotFailTheProcess() {
		run(Failing.class, (context, harness) -> {
			LocalProcess process = harness.start("process");
			harness.run(Duration.ofMillis(989));
			assertThat(process.isOpen()).isTrue();
			assertThat(harness.ticks().failed().sum()).isEqualTo(10);
		});
	}

	@Test
	void springDoesNotTickToo() {
		ProcessTestConfiguration.runner(Scheduling.class, Bound.class, Journal.class).run((context) -> {
			ProcessHarness.of(context).start("process");
			ScheduledAnnotationBeanPostProcessor spring = context.getBean(ScheduledAnnotationBeanPostProcessor.class);
			assertThat(spring.getScheduledTasks()).extracting(ScheduledTask::toString)
				.containsExactly(Ordinary.class.getName() + ".tick");
		});
	}

	@Test
	void springDoesNotTickAProxyToo() {
		ProcessTestConfiguration.runner(Scheduling.class, Interfaces.class, Journal.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("process");
			assertThat(AopUtils.isJdkDynamicProxy(process.instance())).isTrue();
			assertThat(context.getBean(Journal.class).of("proxied")).hasSize(1);
			assertThat(context.getBean(ScheduledAnnotationBeanPostProcessor.class).getScheduledTasks()).hasSize(1);
		});
	}

	@Test
	void beansThatAProcessCreatesTickAsEver() {
		ProcessTestConfiguration.runner(Scheduling.class, Dependent.class, Journal.class).run((context) -> {
			ProcessHarness.of(context).start("process");
			assertThat(context.getBean(ScheduledAnnotationBeanPostProcessor.class).getScheduledTasks())
				.extracting(ScheduledTask::toString)
				.contains(Created.class.getName() + ".tick");
		});
	}

	@Test
	void methodsOfTheRealClassTickWhereTheBeanMethodDeclaresAnInterface() {
		run(Declared.class, (context, harness) -> {
			harness.start("process");
			assertThat(context.getBean(Journal.class).of("proxied")).hasSize(1);
		});
	}

	@Test
	void endpointShowsWhatTicksHere() {
		run(Bound.class, (context, harness) -> {
			ScheduledTasksEndpoint endpoint = new ScheduledTasksEndpoint(
					List.of(context.getBean(ScopeProcessFactory.class)::scheduledTasks));
			assertThat(endpoint.scheduledTasks().getFixedRate()).isEmpty();
			LocalProcess process = harness.start("process");
			harness.start("process");
			ScheduledTasksDescriptor tasks = endpoint.scheduledTasks();
			assertThat(tasks.getFixedRate()).singleElement()
				.isInstanceOfSatisfying(FixedRateTaskDescriptor.class, (task) -> {
					assertThat(task.getInterval()).isEqualTo(1000);
					assertThat(task.getRunnable().getTarget()).isEqualTo(Bound.class.getName() + ".tick");
					assertThat(task.getLastExecution()).isNotNull();
				});
			harness.stop(process);
			assertThat(endpoint.scheduledTasks().getFixedRate()).hasSize(1);
		});
	}

	@Test
	void observerIsToldOfTicks() {
		ProcessTestConfiguration.runner(Bound.class, Journal.class, Observing.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("process");
			assertThat(context.getBean(Journal.class).of("observed")).containsExactly("tick of " + process.instance(),
					"returned", "ended null");
		});
	}

	@Test
	void badCronExpressionIsRefused() {
		refuse(BadCron.class, "has @Scheduled on method poll, which can't be read: Cron expression must consist of 6",
				"a cron expression has six fields");
	}

	@Test
	void unknownZoneIsRefused() {
		refuse(BadZone.class, "which can't be read: ", "exactly one of cron");
	}

	@Test
	void unknownPlaceholderIsRefused() {
		refuse(BadPlaceholder.class, "no.such.property", "exactly one of cron");
	}

	@Test
	void twoAttributesAreRefused() {
		refuse(TwoAttributes.class, "Exactly one of the 'cron', 'fixedDelay' or 'fixedRate'", "exactly one of cron");
	}

	@Test
	void noAttributeIsRefused() {
		refuse(NoAttribute.class, "which can't be read: ", "initialDelay alone");
	}

	@Test
	void rateOfZeroIsRefused() {
		refuse(Zero.class, "its rate or delay is zero", "above zero");
	}

	@Test
	void parametersAreRefused() {
		refuse(Parameters.class, "has the @Scheduled method poll, which has parameters", "into the constructor");
	}

	@Test
	void schedulerOfItsOwnIsRefused() {
		refuse(OwnScheduler.class, "has @Scheduled(scheduler = \"mine\") on method poll", "Take the attribute away");
	}

	@Test
	void reactiveMethodIsRefused() {
		refuse(Reactive.class, "has the @Scheduled method poll, which returns the reactive type Publisher",
				"CompletionStage");
	}

	@Test
	void suspendingMethodIsRefused() {
		refuse(Suspending.class, "has the @Scheduled method poll, which suspends", "CompletionStage");
	}

	@Test
	void asynchronousMethodIsRefused() {
		refuse(AsyncMethod.class, "has @Async on method poll", "ProcessContext.execute");
	}

	@Test
	void asynchronousClassIsRefused() {
		refuse(AsyncClass.class, "has @Async", "ProcessContext.execute");
	}

	@Test
	void missedTicksAreThoseOfTheAnnotationUnlessAPropertySaysOtherwise() {
		run(Daily.class,
				(context, harness) -> assertThat(missedTicks(context, harness)).isEqualTo(MissedTicks.RUN_ONCE));
		run(Skipping.class,
				(context, harness) -> assertThat(missedTicks(context, harness)).isEqualTo(MissedTicks.SKIP));
		ProcessOverrides rerun = new ProcessOverrides(null, null, null, null, null, MissedTicks.RERUN_LOST, Map.of());
		new ApplicationContextRunner().withUserConfiguration(Skipping.class)
			.run((context) -> assertThat(
					new ProcessTypeReader(context.getBeanFactory(), Map.of("process", rerun)).read()
						.scheduled()
						.get("process")
						.bind(new Skipping(), TickObserver.NONE))
				.singleElement()
				.extracting(ScheduledTick::missedTicks)
				.isEqualTo(MissedTicks.RERUN_LOST));
	}

	@Test
	void schedulesOfOneMethodAreToldApartByTheirOrder() {
		run(Zones.class,
				(context, harness) -> assertThat(keys(context, harness)).containsExactlyInAnyOrder("berlin", "cairo"));
		run(Twice.class,
				(context, harness) -> assertThat(keys(context, harness)).containsExactlyInAnyOrder("run", "run#3"));
	}

	@Test
	void disabledTypeIsNotRead() {
		ProcessOverrides disabled = new ProcessOverrides(false, null, null, null, null, null, Map.of());
		new ApplicationContextRunner().withUserConfiguration(BadPlaceholder.class)
			.run((context) -> assertThat(
					new ProcessTypeReader(context.getBeanFactory(), Map.of("process", disabled)).read().types())
				.isEmpty());
	}

	@Test
	void methodThatTheProxyDoesNotHaveFailsTheStart() {
		ProcessTestConfiguration.runner(Hidden.class, Journal.class)
			.run((context) -> assertThat(ProcessHarness.of(context).startFailure("process", null))
				.isInstanceOfSatisfying(ProcessDefinitionException.class, (ex) -> assertThat(ex.problem())
					.contains("HiddenProcess.tick, which its proxy does not have")));
	}

	private static void run(Class<?> process, Scenario scenario) {
		ProcessTestConfiguration.runner(process, Journal.class)
			.run((context) -> scenario.run(context, ProcessHarness.of(context)));
	}

	private static Cron cron(AssertableApplicationContext context, LocalProcess process, String method) {
		return (Cron) context.getBean(ScopeProcessFactory.class)
			.schedules(process)
			.stream()
			.filter((schedule) -> schedule.name().endsWith("." + method))
			.findFirst()
			.orElseThrow()
			.timing();
	}

	private static MissedTicks missedTicks(AssertableApplicationContext context, ProcessHarness harness) {
		return context.getBean(ScopeProcessFactory.class).schedules(harness.start("process")).get(0).missedTicks();
	}

	private static List<String> keys(AssertableApplicationContext context, ProcessHarness harness) {
		return context.getBean(ScopeProcessFactory.class)
			.schedules(harness.start("process"))
			.stream()
			.map(Schedule::key)
			.collect(Collectors.toList());
	}

	private static long after(Cron cron, long millis) {
		return cron.instants().after(millis, (cron.zone() != null) ? cron.zone() : ZoneId.systemDefault());
	}

	private static void refuse(Class<?> definition, String problem, String remedy) {
		ProcessTestConfiguration.runner(definition)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(ProcessDefinitionException.class, (ex) -> {
					assertThat(ex.problem()).contains(problem);
					assertThat(ex.remedy()).contains(remedy);
				}));
	}

	/**
	 * What is done with an application.
	 */
	@FunctionalInterface
	private interface Scenario {

		void run(AssertableApplicationContext context, ProcessHarness harness);

	}

	static class Journal {

		private final List<Entry> entries = new CopyOnWriteArrayList<>();

		void add(String key, Object value) {
			this.entries.add(new Entry(key, value));
		}

		List<Object> of(String key) {
			return this.entries.stream().filter((entry) -> entry.key().equals(key)).map(Entry::value).toList();
		}

		private record Entry(String key, Object value) {

		}

	}

	@HordeProcess("process")
	static class Forms {

		private final Journal journal;

		Forms(Journal journal) {
			this.journal = journal;
		}

		@Scheduled(fixedRate = 100)
		void rate() {
			this.journal.add("rate", "");
		}

		@Scheduled(fixedDelay = 100, initialDelay = 500)
		private void delay() {
			this.journal.add("delay", "");
		}

		@Scheduled(fixedDelayString = "1", timeUnit = TimeUnit.MINUTES)
		void units() {
			this.journal.add("units", "");
		}

		@Scheduled(initialDelay = 200)
		void once() {
			this.journal.add("once", "");
		}

		@Scheduled(cron = Scheduled.CRON_DISABLED)
		void disabled() {
			this.journal.add("disabled", "");
		}

	}

	@HordeProcess("process")
	static class EachSecond {

		private final Journal journal;

		EachSecond(Journal journal) {
			this.journal = journal;
		}

		@Scheduled(cron = "* * * * * *")
		void tick() {
			this.journal.add("cron", "");
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Scheduled(fixedRate = 100)
	@interface TenTimes {

	}

	static class Base {

		private final Journal journal;

		Base(Journal journal) {
			this.journal = journal;
		}

		@Scheduled(fixedRate = 100)
		void inherited() {
			this.journal.add("inherited", "");
		}

		Journal journal() {
			return this.journal;
		}

	}

	@HordeProcess("process")
	static class Several extends Base {

		Several(Journal journal) {
			super(journal);
		}

		@Scheduled(fixedRate = 100)
		@Scheduled(fixedRate = 200)
		void repeated() {
			journal().add("repeated", "");
		}

		@Schedules({ @Scheduled(fixedRate = 100), @Scheduled(fixedRate = 200) })
		void contained() {
			journal().add("contained", "");
		}

		@TenTimes
		void composed() {
			journal().add("composed", "");
		}

	}

	@HordeProcess("process")
	static class Placeholders {

		private final Journal journal;

		Placeholders(Journal journal) {
			this.journal = journal;
		}

		@Scheduled(fixedRateString = "${poll.rate}", initialDelayString = "${poll.delay}")
		void rate() {
			this.journal.add("rate", "");
		}

		@Scheduled(fixedRateString = "#{${poll.delay} * 2}")
		void expression() {
			this.journal.add("expression", "");
		}

		@Scheduled(cron = "${poll.cron}")
		void cron() {
			this.journal.add("cron", "");
		}

		@Scheduled(cron = "${no.such.cron:0 0 3 * * *}", zone = "${poll.zone}")
		void zoned() {
		}

	}

	@HordeProcess(value = "process", missedTicks = MissedTicks.SKIP)
	static class Skipping {

		@Scheduled(cron = "0 30 3 * * *")
		void daily() {
		}

	}

	@HordeProcess("process")
	static class Twice {

		@Scheduled(cron = "0 30 3 * * *")
		@Scheduled(cron = "-")
		@Scheduled(cron = "0 30 4 * * *")
		void run() {
		}

	}

	@HordeProcess("process")
	static class Daily {

		@Scheduled(cron = "0 30 3 * * *")
		void daily() {
		}

	}

	@HordeProcess("process")
	static class Zones {

		@Scheduled(cron = "0 30 */1 * * *", zone = "Europe/Berlin")
		void berlin() {
		}

		@Scheduled(cron = "0 30 */1 * * *", zone = "Africa/Cairo")
		void cairo() {
		}

	}

	@HordeProcess("process")
	static class Bound {

		private final Journal journal;

		private final ProcessContext context;

		Bound(Journal journal, ProcessContext context) {
			this.journal = journal;
			this.context = context;
		}

		@Scheduled(fixedRate = 1000)
		void tick() {
			this.journal.add("bound", CurrentProcess.get());
			this.journal.add("owner", this.context.isOwner());
		}

	}

	@HordeProcess("process")
	static class Asynchronous {

		private final List<CompletableFuture<Void>> stages = new CopyOnWriteArrayList<>();

		@Scheduled(fixedDelay = 10)
		CompletableFuture<Void> tick() {
			CompletableFuture<Void> stage = new CompletableFuture<>();
			this.stages.add(stage);
			return stage;
		}

	}

	@HordeProcess("process")
	static class Failing {

		@Scheduled(fixedRate = 100)
		void tick() throws Exception {
			throw new Exception("expected");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	@Import(Ordinary.class)
	static class Scheduling {

	}

	static class Ordinary {

		@Scheduled(fixedDelay = 1, timeUnit = TimeUnit.DAYS)
		void tick() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Dependent {

		@Bean
		@Lazy
		Created created() {
			return new Created();
		}

		@Bean
		@HordeProcess
		Daily process(Created created) {
			return new Daily();
		}

	}

	static class Created {

		@Scheduled(fixedDelay = 1, timeUnit = TimeUnit.DAYS)
		void tick() {
		}

	}

	public interface Ticking {

		void tick();

	}

	static class TickingProcess implements Ticking {

		private final Journal journal;

		TickingProcess(Journal journal) {
			this.journal = journal;
		}

		@Override
		@Scheduled(fixedRate = 1000)
		public void tick() {
			this.journal.add("proxied", "");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Declared {

		@Bean
		@HordeProcess
		Ticking process(Journal journal) {
			return new TickingProcess(journal);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Declared.class)
	static class Interfaces {

		@Bean
		static BeanPostProcessor proxies() {
			return new InterfaceProxies();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Hidden {

		@Bean
		static BeanPostProcessor proxies() {
			return new InterfaceProxies();
		}

		@Bean
		@HordeProcess
		HiddenProcess process() {
			return new HiddenProcess();
		}

	}

	static class HiddenProcess implements Comparable<HiddenProcess> {

		@Scheduled(fixedRate = 1000)
		void tick() {
		}

		@Override
		public int compareTo(HiddenProcess other) {
			return 0;
		}

	}

	/**
	 * Puts processes behind proxies that know their interfaces only.
	 */
	private static final class InterfaceProxies implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			return beanName.equals("process") ? new ProxyFactory(bean).getProxy() : bean;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Observing {

		@Bean
		TickObserver observer(Journal journal) {
			return (bean, method) -> {
				journal.add("observed", method.getName() + " of " + bean);
				return new TickObserver.ObservedTick() {

					@Override
					public void returned() {
						journal.add("observed", "returned");
					}

					@Override
					public void ended(Throwable failure) {
						journal.add("observed", "ended " + failure);
					}

				};
			};
		}

	}

	@HordeProcess("process")
	static class BadCron {

		@Scheduled(cron = "nightly")
		void poll() {
		}

	}

	@HordeProcess("process")
	static class BadZone {

		@Scheduled(cron = "0 0 3 * * *", zone = "Atlantis")
		void poll() {
		}

	}

	@HordeProcess("process")
	static class BadPlaceholder {

		@Scheduled(fixedRateString = "${no.such.property}")
		void poll() {
		}

	}

	@HordeProcess("process")
	static class TwoAttributes {

		@Scheduled(fixedRate = 1, fixedDelay = 1)
		void poll() {
		}

	}

	@HordeProcess("process")
	static class NoAttribute {

		@Scheduled
		void poll() {
		}

	}

	@HordeProcess("process")
	static class Zero {

		@Scheduled(fixedDelayString = "0")
		void poll() {
		}

	}

	@HordeProcess("process")
	static class Parameters {

		@Scheduled(fixedRate = 1)
		void poll(String parameter) {
		}

	}

	@HordeProcess("process")
	static class OwnScheduler {

		@Scheduled(fixedRate = 1, scheduler = "mine")
		void poll() {
		}

	}

	@HordeProcess("process")
	static class Reactive {

		@Scheduled(fixedRate = 1)
		Flow.Publisher<String> poll() {
			throw new UnsupportedOperationException();
		}

	}

	@HordeProcess("process")
	static class Suspending {

		@Scheduled(fixedRate = 1)
		Object poll(Continuation<Object> continuation) {
			throw new UnsupportedOperationException();
		}

	}

	@HordeProcess("process")
	static class AsyncMethod {

		@Async
		void poll() {
		}

	}

	@Async
	@HordeProcess("process")
	static class AsyncClass {

	}

}
