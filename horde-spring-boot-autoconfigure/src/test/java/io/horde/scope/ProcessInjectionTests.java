package io.horde.scope;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.horde.payload.PayloadException;
import io.horde.process.HordeProcess;
import io.horde.process.ProcessArgument;
import io.horde.process.ProcessContext;
import io.horde.process.StartReason;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessStartException;
import io.horde.process.engine.StartOrder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what a process can have injected.
 */
class ProcessInjectionTests {

	@Test
	void argumentContextPropertyAndServiceMixInOneConstructor() {
		ProcessTestConfiguration.runner(Rooms.class).withPropertyValues("greeting=hello").run((context) -> {
			Room room = ProcessHarness.of(context).startBean("room", new Settings("red", 4), Room.class);
			assertThat(room.settings).isEqualTo(new Settings("red", 4));
			assertThat(room.context.id()).isEqualTo("room-0");
			assertThat(room.greeting).isEqualTo("hello");
			assertThat(room.service).isSameAs(context.getBean(Service.class));
		});
	}

	@Test
	void eachChildOfATypeHasItsOwnBean() {
		ProcessTestConfiguration.runner(Rooms.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			Room red = harness.startBean("room", new Settings("red", 1), Room.class);
			Room blue = harness.startBean("room", new Settings("blue", 2), Room.class);
			assertThat(red).isNotSameAs(blue);
			assertThat(red.settings.colour()).isEqualTo("red");
			assertThat(blue.settings.colour()).isEqualTo("blue");
		});
	}

	@Test
	void contextTellsAboutTheStart() {
		ProcessTestConfiguration.runner(Rooms.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			byte[] argument = context.getBean(io.horde.payload.PayloadCodec.class).encode(new Settings("red", 1));
			LocalProcess process = harness.start(
					new StartOrder("id", "room", "name", 3, 77, argument, null, StartReason.TAKEOVER, null, Map.of()));
			ProcessContext injected = harness.bean(process, Room.class).context;
			assertThat(injected.id()).isEqualTo("id");
			assertThat(injected.type()).isEqualTo("room");
			assertThat(injected.name()).contains("name");
			assertThat(injected.instance()).isEqualTo(3);
			assertThat(injected.node()).isEqualTo("node");
			assertThat(injected.fencingToken()).isEqualTo(77);
			assertThat(injected.startReason()).isEqualTo(StartReason.TAKEOVER);
			assertThat(LocalProcess.of(injected)).isSameAs(process);
		});
	}

	@Test
	void recordCanBeAProcess() {
		ProcessTestConfiguration.runner(RecordProcess.class).run((context) -> {
			RecordProcess bean = ProcessHarness.of(context).startBean("record", 42L, RecordProcess.class);
			assertThat(bean.number()).isEqualTo(42);
			assertThat(bean.context().type()).isEqualTo("record");
		});
	}

	@Test
	void beanMethodCanDefineAProcess() {
		ProcessTestConfiguration.runner(BeanMethods.class).run((context) -> {
			Plain bean = ProcessHarness.of(context).startBean("plain", "argument", Plain.class);
			assertThat(bean.text).isEqualTo("argument on node");
		});
	}

	@Test
	void oneClassCanHaveSeveralDefinitions() {
		ProcessTestConfiguration.runner(BeanMethods.class).run((context) -> {
			ScopeProcessFactory factory = context.getBean(ScopeProcessFactory.class);
			assertThat(factory.typesOf(Plain.class)).containsExactly("other", "plain");
			Plain bean = ProcessHarness.of(context).startBean("other", null, Plain.class);
			assertThat(bean.text).isEqualTo("other");
		});
	}

	@Test
	void argumentIsDecodedToTheDeclaredTypeWithItsTypeArguments() {
		ProcessTestConfiguration.runner(Generic.class).run((context) -> {
			Map<String, List<Settings>> argument = Map.of("all", List.of(new Settings("red", 1)));
			Generic bean = ProcessHarness.of(context).startBean("generic", argument, Generic.class);
			assertThat(bean.argument).isEqualTo(argument);
			assertThat(bean.argument.get("all").get(0)).isInstanceOf(Settings.class);
		});
	}

	@Test
	void argumentDeclaredByAGenericBaseClassBindsToTheSubclassesType() {
		ProcessTestConfiguration.runner(Dated.class).run((context) -> {
			Instant now = Instant.parse("2026-11-20T08:00:00Z");
			assertThat(ProcessHarness.of(context).startBean("dated", now, Dated.class).argument).isEqualTo(now);
		});
	}

	@Test
	void argumentOfTheWrongTypeFailsTheStart() {
		ProcessTestConfiguration.runner(Rooms.class).run((context) -> {
			Throwable failure = ProcessHarness.of(context).startFailure("room", List.of("no", "settings"));
			assertThat(failure).hasRootCauseInstanceOf(Exception.class)
				.hasStackTraceContaining(PayloadException.class.getName());
		});
	}

	@Test
	void missingArgumentFailsTheStartAndNamesTheRemedy() {
		ProcessTestConfiguration.runner(Rooms.class).run((context) -> {
			Throwable failure = ProcessHarness.of(context).startFailure("room", null);
			assertThat(failure).rootCause()
				.isInstanceOf(ProcessStartException.class)
				.hasMessageContaining("room-0")
				.hasMessageContaining("ChildSpec.argument")
				.hasMessageContaining("@Nullable");
		});
	}

	@Test
	void nullableArgumentMayBeMissing() {
		ProcessTestConfiguration.runner(NullableArgument.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			assertThat(harness.startBean("nullableArgument", null, NullableArgument.class).argument).isNull();
			assertThat(harness.startBean("nullableArgument", "here", NullableArgument.class).argument)
				.isEqualTo("here");
		});
	}

	@Test
	void optionalArgumentMayBeMissing() {
		ProcessTestConfiguration.runner(OptionalArgument.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			assertThat(harness.startBean("optionalArgument", null, OptionalArgument.class).argument).isEmpty();
			assertThat(harness.startBean("optionalArgument", new Settings("red", 1), OptionalArgument.class).argument)
				.contains(new Settings("red", 1));
		});
	}

	@Test
	void expressionInTheArgumentIsNotEvaluated() {
		ProcessTestConfiguration.runner(Text.class).withPropertyValues("secret=42").run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			for (String hostile : List.of("#{T(java.lang.System).getProperty('user.home')}", "${secret}",
					"#{hordeProcess}", "#{1 + 1}")) {
				assertThat(harness.startBean("text", hostile, Text.class).argument).isEqualTo(hostile);
			}
		});
	}

	@Test
	void constructorMarkedAsAutowiredDecides() {
		ProcessTestConfiguration.runner(TwoConstructors.class).run((context) -> {
			TwoConstructors bean = ProcessHarness.of(context).startBean("twoConstructors", 7, TwoConstructors.class);
			assertThat(bean.number).isEqualTo(7);
		});
	}

	@Test
	void autowiredMethodOfAProcessCanTakeTheArgument() {
		ProcessTestConfiguration.runner(Setter.class)
			.run((context) -> assertThat(
					ProcessHarness.of(context).startBean("setter", new Settings("red", 1), Setter.class).settings)
				.isEqualTo(new Settings("red", 1)));
	}

	@Test
	void serviceReachesTheCurrentProcessThroughAProvider() {
		ProcessTestConfiguration.runner(Current.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			CurrentService service = context.getBean(CurrentService.class);
			LocalProcess process = harness.start("asking");
			String[] seen = new String[1];
			process.offer(() -> seen[0] = service.contexts.getObject().id());
			harness.run();
			assertThat(seen[0]).isEqualTo(process.id());
			assertThat(service.contexts.getIfAvailable()).isNull();
		});
	}

	record Settings(String colour, int seats) {

	}

	static class Service {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Room.class)
	static class Rooms {

		@Bean
		Service service() {
			return new Service();
		}

	}

	@HordeProcess(value = "room", autoStartup = false)
	static class Room {

		private final Settings settings;

		private final ProcessContext context;

		private final String greeting;

		private final Service service;

		Room(@Value("${greeting:hi}") String greeting, @ProcessArgument Settings settings, Service service,
				ProcessContext context) {
			this.settings = settings;
			this.context = context;
			this.greeting = greeting;
			this.service = service;
		}

	}

	@HordeProcess(value = "record", autoStartup = false)
	record RecordProcess(@ProcessArgument long number, ProcessContext context) {

	}

	@Configuration(proxyBeanMethods = false)
	static class BeanMethods {

		@Bean
		@HordeProcess(autoStartup = false)
		Plain plain(@ProcessArgument String argument, ProcessContext context) {
			return new Plain(argument + " on " + context.node());
		}

		@Bean
		@HordeProcess
		Plain other() {
			return new Plain("other");
		}

	}

	static class Plain {

		private final String text;

		Plain(String text) {
			this.text = text;
		}

	}

	@HordeProcess(value = "generic", autoStartup = false)
	static class Generic {

		private final Map<String, List<Settings>> argument;

		Generic(@ProcessArgument Map<String, List<Settings>> argument) {
			this.argument = argument;
		}

	}

	abstract static class Base<T> {

		@Nullable T argument;

		@Autowired
		void setArgument(@ProcessArgument T argument) {
			this.argument = argument;
		}

	}

	@HordeProcess(value = "dated", autoStartup = false)
	static class Dated extends Base<Instant> {

	}

	@HordeProcess(value = "nullableArgument", autoStartup = false)
	static class NullableArgument {

		private final @Nullable String argument;

		NullableArgument(@ProcessArgument @Nullable String argument) {
			this.argument = argument;
		}

	}

	@HordeProcess(value = "optionalArgument", autoStartup = false)
	static class OptionalArgument {

		private final Optional<Settings> argument;

		OptionalArgument(@ProcessArgument Optional<Settings> argument) {
			this.argument = argument;
		}

	}

	@HordeProcess(value = "text", autoStartup = false)
	static class Text {

		private final String argument;

		Text(@ProcessArgument String argument) {
			this.argument = argument;
		}

	}

	@HordeProcess(value = "twoConstructors", autoStartup = false)
	static class TwoConstructors {

		private final int number;

		@Autowired
		TwoConstructors(@ProcessArgument int number, ProcessContext context) {
			this.number = number;
		}

		TwoConstructors(@ProcessArgument int number) {
			this.number = -number;
		}

	}

	@HordeProcess(value = "setter", autoStartup = false)
	static class Setter {

		private @Nullable Settings settings;

		@Autowired
		void configure(@ProcessArgument Settings settings) {
			this.settings = settings;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ CurrentService.class, Asking.class })
	static class Current {

	}

	static class CurrentService {

		private final ObjectProvider<ProcessContext> contexts;

		CurrentService(ObjectProvider<ProcessContext> contexts) {
			this.contexts = contexts;
		}

	}

	@HordeProcess("asking")
	static class Asking {

	}

}
