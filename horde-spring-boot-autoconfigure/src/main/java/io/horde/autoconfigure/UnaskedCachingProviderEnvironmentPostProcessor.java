package io.horde.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;

import javax.cache.Caching;
import javax.cache.spi.CachingProvider;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.ClassUtils;

/**
 * Takes Hazelcast's JCache provider out of the choice unless the user has asked for
 * Hazelcast: Horde's starter brings the jar for its transport, and that must not change
 * anybody's caching.
 */
class UnaskedCachingProviderEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	/*
	 * The jar registers its provider for every application that has the JCache API on its
	 * class path. Being the only one, it would be taken by @EnableCaching and start a
	 * cluster of its own, at which the application hangs; being the second, it makes the
	 * choice ambiguous and the caches silently become maps.
	 *
	 * No property names "all but this one", and a system property would reach other
	 * applications of the JVM. What JCache has found is remembered per class loader, so
	 * the provider is removed from there: Spring Boot, Hibernate and direct users see
	 * what they saw before. Whoever names the provider still gets it, since names are
	 * looked up as classes.
	 */

	private static final String HAZELCAST = "com.hazelcast.";

	private static final String PROVIDER = "com.hazelcast.cache.HazelcastCachingProvider";

	private static final String BOOT_MODULE = "org.springframework.boot.hazelcast.autoconfigure.HazelcastAutoConfiguration";

	private static final String[] CONFIGURATIONS = { "hazelcast.xml", "hazelcast.yaml", "hazelcast.yml",
			"hazelcast-client.xml", "hazelcast-client.yaml", "hazelcast-client.yml" };

	private static final String[] PROPERTIES = { "spring.hazelcast.config", "hazelcast.config",
			"hazelcast.client.config", "javax.cache.spi.CachingProvider" };

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		ClassLoader classLoader = ClassUtils.getDefaultClassLoader();
		if (classLoader != null && ClassUtils.isPresent("javax.cache.Caching", classLoader)
				&& ClassUtils.isPresent(PROVIDER, classLoader) && !isAskedFor(environment, classLoader)) {
			Providers.removeHazelcast(environment);
		}
	}

	private static boolean isAskedFor(ConfigurableEnvironment environment, ClassLoader classLoader) {
		return ClassUtils.isPresent(BOOT_MODULE, classLoader)
				|| environment.getProperty("spring.cache.jcache.provider", "").startsWith(HAZELCAST)
				|| Stream.of(PROPERTIES).anyMatch(environment::containsProperty) || Stream.of(CONFIGURATIONS)
					.anyMatch((file) -> classLoader.getResource(file) != null || Files.exists(Path.of(file)));
	}

	/**
	 * Apart, because the JCache API may be absent.
	 */
	private static final class Providers {

		private Providers() {
		}

		static void removeHazelcast(ConfigurableEnvironment environment) {
			boolean others = false;
			for (CachingProvider provider : Caching.getCachingProviders()) {
				others |= !isHazelcast(provider);
			}
			if (!others && (environment.containsProperty("spring.cache.jcache.config")
					|| environment.getProperty("spring.cache.type", "").equalsIgnoreCase("jcache"))) {
				return;
			}
			Iterator<CachingProvider> providers = Caching.getCachingProviders().iterator();
			while (providers.hasNext()) {
				if (isHazelcast(providers.next())) {
					providers.remove();
				}
			}
		}

		private static boolean isHazelcast(CachingProvider provider) {
			return provider.getClass().getName().startsWith(HAZELCAST);
		}

	}

}
