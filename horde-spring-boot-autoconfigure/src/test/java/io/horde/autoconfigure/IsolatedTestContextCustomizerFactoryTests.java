package io.horde.autoconfigure;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link IsolatedTestContextCustomizerFactory}.
 */
class IsolatedTestContextCustomizerFactoryTests {

	private final GenericApplicationContext context = new GenericApplicationContext();

	private final ConfigurableEnvironment environment = new StandardEnvironment();

	@Test
	void testIsAClusterOfItsOwnOnAPortOfItsOwnAndDoesNotWait() {
		customize();
		assertThat(this.environment.getProperty("horde.transport.port")).isEqualTo("0");
		assertThat(this.environment.getProperty("horde.transport.host")).isEqualTo("127.0.0.1");
		assertThat(this.environment.getProperty("horde.cluster.service-id")).isEmpty();
		assertThat(this.environment.getProperty("horde.cluster.members")).isEmpty();
		assertThat(this.environment.getProperty("horde.cluster.join-timeout")).isEqualTo("0");
	}

	@Test
	void whatIsWrittenForProductionDoesNotCount() {
		this.environment.getPropertySources()
			.addLast(new MapPropertySource("Config resource 'application.properties'",
					Map.of("horde.transport.port", "7420", "horde.cluster.members", "prod-1:7420",
							"horde.cluster.service-id", "shop", "horde.supervisor.max-children", "7")));
		customize();
		assertThat(this.environment.getProperty("horde.transport.port")).isEqualTo("0");
		assertThat(this.environment.getProperty("horde.cluster.members")).isEmpty();
		assertThat(this.environment.getProperty("horde.cluster.service-id")).isEmpty();
		assertThat(this.environment.getProperty("horde.supervisor.max-children")).isEqualTo("7");
	}

	@Test
	void whatTheTestSetsWins() {
		this.environment.getPropertySources()
			.addFirst(new MapPropertySource("Inlined Test Properties",
					Map.of("horde.transport.port", "7421", "horde.cluster.join-timeout", "3s")));
		customize();
		assertThat(this.environment.getProperty("horde.transport.port")).isEqualTo("7421");
		assertThat(this.environment.getProperty("horde.cluster.join-timeout")).isEqualTo("3s");
		assertThat(this.environment.getProperty("horde.cluster.members")).isEmpty();
	}

	@Test
	void contextsCanBeCached() {
		assertThat(customizer()).isEqualTo(customizer()).hasSameHashCodeAs(customizer());
	}

	private void customize() {
		this.context.setEnvironment(this.environment);
		customizer().customizeContext(this.context, mock(MergedContextConfiguration.class));
	}

	private static ContextCustomizer customizer() {
		return new IsolatedTestContextCustomizerFactory()
			.createContextCustomizer(IsolatedTestContextCustomizerFactoryTests.class, List.of());
	}

}
