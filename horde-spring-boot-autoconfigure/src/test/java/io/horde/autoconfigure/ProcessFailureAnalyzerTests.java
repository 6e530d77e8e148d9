package io.horde.autoconfigure;

import java.util.List;
import java.util.Objects;

import io.horde.process.HordeProcess;
import io.horde.process.ProcessContext;
import io.horde.process.ProcessDefinitionException;
import io.horde.scope.ProcessScope;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of what users are told about mistakes with processes.
 */
class ProcessFailureAnalyzerTests {

	@Test
	void injectedProcessIsExplainedBeforeBootAdvisesToDefineIt() {
		FailureAnalysis analysis = analyze(Injecting.class);
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription()).contains("Injecting").contains("process 'room'");
		assertThat(analysis.getAction()).contains("registry.proxy").contains("localInstances(Api.class)");
	}

	@Test
	void missingOrdinaryBeanIsLeftToBoot() {
		FailureAnalysis analysis = analyze(Missing.class);
		assertThat(analysis).isNotNull();
		assertThat(analysis.getAction()).doesNotContain("registry.proxy");
	}

	@Test
	void processContextOutsideAProcessIsExplained() {
		FailureAnalysis analysis = analyze(Outside.class);
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription()).contains("Outside").contains("@HordeProcess only");
	}

	@Test
	void wrongDefinitionIsExplained() {
		FailureAnalysis analysis = analyze(new AnnotationConfigApplicationContext(),
				new ProcessDefinitionException("room", "is wrong", "Make it right."));
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription()).isEqualTo("Process 'room' is wrong.");
		assertThat(analysis.getAction()).isEqualTo("Make it right.");
	}

	private static @Nullable FailureAnalysis analyze(Class<?> configuration) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(ProcessScope.class, configuration);
			return analyze(context, catchThrowable(context::refresh));
		}
	}

	private static @Nullable FailureAnalysis analyze(ConfigurableApplicationContext context,
			@Nullable Throwable failure) {
		assertThat(failure).isNotNull();
		List<FailureAnalyzer> analyzers = SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class,
					SpringFactoriesLoader.ArgumentResolver.of(BeanFactory.class, context.getBeanFactory())
						.and(Environment.class, context.getEnvironment()),
					(type, name, ex) -> {
					});
		return analyzers.stream()
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	interface Api {

	}

	@HordeProcess("room")
	static class Room implements Api {

	}

	@Import({ Room.class, Injecting.Bean.class })
	static class Injecting {

		static class Bean {

			Bean(Api api) {
			}

		}

	}

	static class Missing {

		Missing(Api api) {
		}

	}

	static class Outside {

		Outside(ProcessContext context) {
		}

	}

}
