package io.horde.autoconfigure;

import java.util.List;
import java.util.Map;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Makes each application context of a test a cluster of its own, on a port of its own, so
 * that neither cached contexts nor applications that happen to run find each other. What
 * the test itself, the command line or the environment of the JVM sets wins; what is
 * written in {@code application.properties} for production doesn't.
 */
final class IsolatedTestContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		return new IsolatedTestContextCustomizer();
	}

	/**
	 * Adds the properties. A record, so that all are equal and contexts can be cached.
	 */
	private record IsolatedTestContextCustomizer() implements ContextCustomizer {

		private static final PropertySource<?> ISOLATION = new MapPropertySource("hordeTestIsolation",
				Map.of("horde.transport.port", "0", "horde.transport.host", LocalHost.LOOPBACK,
						"horde.cluster.service-id", "", "horde.cluster.members", "", "horde.cluster.join-timeout",
						"0"));

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
			MutablePropertySources sources = context.getEnvironment().getPropertySources();
			sources.remove(ISOLATION.getName());
			if (sources.contains(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
				sources.addAfter(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, ISOLATION);
			}
			else {
				sources.addLast(ISOLATION);
			}
		}

	}

}
