package io.horde.autoconfigure;

import java.util.Optional;

import io.horde.StartupMistakeException;
import io.horde.distribution.DistributionStrategy;
import io.horde.distribution.RandomDistribution;
import io.horde.distribution.UniformDistribution;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Strategies}.
 */
class StrategiesTests {

	private final DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();

	@Test
	void shippedStrategiesHaveNames() {
		Strategies strategies = new Strategies(this.beanFactory, null);
		assertThat(strategies.apply("uniform")).isInstanceOf(UniformDistribution.class);
		assertThat(strategies.apply("random")).isInstanceOf(RandomDistribution.class);
		assertThat(strategies.apply("quorum").requiresQuorum()).isTrue();
	}

	@Test
	void beanOfTheApplicationIsTheDefault() {
		DistributionStrategy own = (request, view) -> Optional.empty();
		this.beanFactory.registerSingleton("own", own);
		assertThat(new Strategies(this.beanFactory, null).apply("")).isSameAs(own);
		assertThat(new Strategies(this.beanFactory, null).apply("own")).isSameAs(own);
	}

	@Test
	void propertyNamesTheDefault() {
		this.beanFactory.registerSingleton("own", (DistributionStrategy) (request, view) -> Optional.empty());
		assertThat(new Strategies(this.beanFactory, "random").apply("")).isInstanceOf(RandomDistribution.class);
	}

	@Test
	void unknownStrategyIsExplained() {
		this.beanFactory.registerSingleton("own", (DistributionStrategy) (request, view) -> Optional.empty());
		Strategies strategies = new Strategies(this.beanFactory, "unifrom");
		assertThatExceptionOfType(StartupMistakeException.class).isThrownBy(() -> strategies.apply(""))
			.satisfies((ex) -> {
				assertThat(ex.description()).contains("horde.supervisor.distribution", "'unifrom'");
				assertThat(ex.action()).contains("quorum, random, uniform", "own");
			});
	}

}
