package io.horde.scope;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

import io.horde.payload.codec.CborPayloadCodec;
import io.horde.process.HordeProcess;
import io.horde.process.ProcessArgument;
import io.horde.process.ProcessDefinitionException;
import io.horde.process.RestartPolicy;
import io.horde.process.engine.ProcessType;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of how annotations and properties make process types.
 */
class ProcessTypeTests {

	@Test
	void defaultsAreThoseOfTheAnnotation() {
		factory(Map.of(), (factory) -> {
			ProcessType type = factory.type("plain");
			assertThat(type).isNotNull();
			assertThat(type.autoStartup()).isTrue();
			assertThat(type.instances()).isEqualTo(1);
			assertThat(type.restart()).isEqualTo(RestartPolicy.PERMANENT);
			assertThat(type.distribution()).isEmpty();
			assertThat(type.shutdownTimeout()).isNull();
			assertThat(type.concurrent()).isFalse();
			assertThat(type.labels()).isEmpty();
			assertThat(type.acceptsArgument()).isFalse();
		});
	}

	@Test
	void attributesAreRead() {
		factory(Map.of(), (factory) -> {
			ProcessType type = factory.type("configured");
			assertThat(type).isNotNull();
			assertThat(type.autoStartup()).isFalse();
			assertThat(type.restart()).isEqualTo(RestartPolicy.TRANSIENT);
			assertThat(type.distribution()).isEqualTo("quorum");
			assertThat(type.shutdownTimeout()).isEqualTo(Duration.ofSeconds(10));
			assertThat(type.concurrent()).isTrue();
			assertThat(type.api()).containsExactly(NarrowApi.class);
			assertThat(type.acceptsArgument()).isTrue();
		});
	}

	@Test
	void composedAnnotationMakesAProcess() {
		factory(Map.of(),
				(factory) -> assertThat(factory.type("composed")).isNotNull()
					.extracting(ProcessType::instances)
					.isEqualTo(3));
	}

	@Test
	void annotationOnTheBeanMethodWinsOverThatOnTheClass() {
		factory(Map.of(),
				(factory) -> assertThat(factory.type("again")).isNotNull()
					.extracting(ProcessType::instances)
					.isEqualTo(7));
	}

	@Test
	void typesAreSortedByName() {
		factory(Map.of(), (factory) -> assertThat(factory.types()).extracting(ProcessType::name)
			.containsExactly("again", "composed", "configured", "plain"));
	}

	@Test
	void typesOfAClassAreFound() {
		factory(Map.of(), (factory) -> {
			assertThat(factory.typesOf(Plain.class)).containsExactly("again", "plain");
			assertThat(factory.typesOf(Configured.class)).containsExactly("configured");
			assertThat(factory.typesOf(String.class)).isEmpty();
		});
	}

	@Test
	void propertiesOverrideTheAnnotation() {
		ProcessOverrides overrides = new ProcessOverrides(null, 5, RestartPolicy.TEMPORARY, "random",
				Duration.ofSeconds(1), null, Map.of("zone", "a"));
		factory(Map.of("plain", overrides), (factory) -> {
			ProcessType type = factory.type("plain");
			assertThat(type).isNotNull();
			assertThat(type.instances()).isEqualTo(5);
			assertThat(type.restart()).isEqualTo(RestartPolicy.TEMPORARY);
			assertThat(type.distribution()).isEqualTo("random");
			assertThat(type.shutdownTimeout()).isEqualTo(Duration.ofSeconds(1));
			assertThat(type.labels()).containsExactly(Map.entry("zone", "a"));
		});
	}

	@Test
	void dashesAndCaseOfThePropertyDoNotMatter() {
		ProcessOverrides overrides = new ProcessOverrides(false, null, null, null, null, null, Map.of());
		factory(Map.of("con-figured", overrides), (factory) -> assertThat(factory.type("configured")).isNull());
	}

	@Test
	void disabledTypeIsNotOffered() {
		ProcessOverrides overrides = new ProcessOverrides(false, null, null, null, null, null, Map.of());
		factory(Map.of("plain", overrides), (factory) -> {
			assertThat(factory.type("plain")).isNull();
			assertThat(factory.types()).extracting(ProcessType::name).doesNotContain("plain");
			assertThat(factory.typesOf(Plain.class)).as("may be started elsewhere").contains("plain");
		});
	}

	@Test
	void propertyForAnUnknownTypeIsHarmless() {
		factory(Map.of("unknown", ProcessOverrides.NONE), (factory) -> assertThat(factory.types()).hasSize(4));
	}

	@Test
	void lessThanOneInstanceIsRefused() {
		ProcessOverrides overrides = new ProcessOverrides(null, 0, null, null, null, null, Map.of());
		factory(Map.of("plain", overrides),
				(factory) -> assertThatExceptionOfType(ProcessDefinitionException.class).isThrownBy(factory::types)
					.withMessageContaining("horde.processes.plain.instances=0"));
	}

	private static void factory(Map<String, ProcessOverrides> overrides, Consumer<ScopeProcessFactory> test) {
		ProcessTestConfiguration.runner(Definitions.class)
			.withPropertyValues("strategy=quorum")
			.run((context) -> test.accept(new ScopeProcessFactory(context.getSourceApplicationContext(),
					context.getBean(ProcessScope.class), new CborPayloadCodec(), overrides)));
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Plain.class, Configured.class, Composed.class })
	static class Definitions {

		@Bean
		@HordeProcess(instances = 7)
		Plain again() {
			return new Plain();
		}

	}

	public interface NarrowApi {

	}

	public interface WideApi {

	}

	@HordeProcess("plain")
	static class Plain {

	}

	@HordeProcess(value = "configured", autoStartup = false, restart = RestartPolicy.TRANSIENT,
			distribution = "${strategy}", shutdownTimeout = "10s", concurrent = true, api = NarrowApi.class)
	static class Configured implements NarrowApi, WideApi {

		Configured(@ProcessArgument String argument) {
		}

	}

	@Target(ElementType.TYPE)
	@Retention(RetentionPolicy.RUNTIME)
	@HordeProcess(instances = 3)
	@interface Triple {

	}

	@Triple
	@org.springframework.stereotype.Component("composed")
	static class Composed {

	}

}
