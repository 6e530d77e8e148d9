package io.horde.scope;

import java.util.List;
import java.util.Map;

import io.horde.process.HordeProcess;
import io.horde.process.ProcessArgument;
import io.horde.process.ProcessContext;
import io.horde.process.ProcessDefinitionException;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.support.ScopeNotActiveException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that a process is no dependency.
 */
class ProcessAsDependencyTests {

	@Test
	void collectionOfAnInterfaceContainsNoProcess() {
		ProcessTestConfiguration.runner(Collector.class, Ordinary.class, Member.class).run((context) -> {
			ProcessHarness.of(context).start("member");
			Collector collector = context.getBean(Collector.class);
			assertThat(collector.list).hasSize(1).hasOnlyElementsOfType(Ordinary.class);
			assertThat(collector.map).hasSize(1);
			assertThat(collector.provider.stream()).hasSize(1);
		});
	}

	@Test
	void singleInjectionOfAnInterfaceDoesNotSeeAProcess() {
		ProcessTestConfiguration.runner(Single.class, Ordinary.class, Member.class)
			.run((context) -> assertThat(context.getBean(Single.class).part).isInstanceOf(Ordinary.class));
	}

	@Test
	void healthIndicatorAsProcessDoesNotBreakTheContext() {
		ProcessTestConfiguration.runner(Indicator.class)
			.withConfiguration(AutoConfigurations.of(HealthContributorAutoConfiguration.class,
					HealthContributorRegistryAutoConfiguration.class))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(HealthContributorRegistry.class).getContributor("indicator")).isNull();
			});
	}

	@Test
	void injectionOfAProcessFailsTheContext() {
		ProcessTestConfiguration.runner(Dependent.class, Member.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(UnsatisfiedDependencyException.class)
				.hasRootCauseInstanceOf(NoSuchBeanDefinitionException.class));
	}

	@Test
	void lookupOfAProcessSaysWhatToUseInstead() {
		ProcessTestConfiguration.runner(Member.class)
			.run((context) -> assertThatExceptionOfType(ScopeNotActiveException.class)
				.isThrownBy(() -> context.getBean(Member.class))
				.havingRootCause()
				.withMessageContaining("HordeRegistry.proxy")
				.withMessageContaining("localInstances"));
	}

	@Test
	void contextOutsideAProcessFailsTheContext() {
		ProcessTestConfiguration.runner(Outsider.class)
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("@HordeProcess only"));
	}

	@Test
	void argumentOutsideAProcessFailsTheContextAndNamesTheRemedy() {
		ProcessTestConfiguration.runner(Argued.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(ProcessDefinitionException.class)
				.hasMessageContaining("argued")
				.hasMessageContaining("is no process"));
	}

	interface Part {

	}

	@HordeProcess("member")
	static class Member implements Part {

	}

	static class Ordinary implements Part {

	}

	static class Collector {

		private final List<Part> list;

		private final Map<String, Part> map;

		private final ObjectProvider<Part> provider;

		Collector(List<Part> list, Map<String, Part> map, ObjectProvider<Part> provider) {
			this.list = list;
			this.map = map;
			this.provider = provider;
		}

	}

	static class Single {

		private final Part part;

		Single(Part part) {
			this.part = part;
		}

	}

	@HordeProcess("indicator")
	static class Indicator implements HealthIndicator {

		@Override
		public Health health() {
			return Health.up().build();
		}

	}

	static class Dependent {

		Dependent(Member member) {
		}

	}

	static class Outsider {

		Outsider(ProcessContext context) {
		}

	}

	@Import(Argued.Bean.class)
	static class Argued {

		@org.springframework.stereotype.Component("argued")
		static class Bean {

			Bean(@ProcessArgument String argument) {
			}

		}

	}

}
