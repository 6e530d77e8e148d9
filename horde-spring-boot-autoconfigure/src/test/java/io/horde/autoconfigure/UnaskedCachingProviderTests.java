package io.horde.autoconfigure;

import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

import javax.cache.Caching;
import javax.cache.spi.CachingProvider;

import com.hazelcast.cache.HazelcastCachingProvider;
import com.hazelcast.core.Hazelcast;
import org.ehcache.jsr107.EhcacheCachingProvider;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.jcache.JCacheCacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The class paths on which Hazelcast's jar could change the user's caching.
 */
class UnaskedCachingProviderTests {

	private static final String SERVICES = "META-INF/services/javax.cache.spi.CachingProvider";

	private static final Predicate<String> CAFFEINE = (name) -> name.startsWith("com.github.benmanes.caffeine.");

	private static final Predicate<String> EHCACHE = (name) -> name.startsWith("org.ehcache.");

	private static final Predicate<String> JCACHE = (name) -> name.startsWith("javax.cache.");

	@Test
	void withoutTheJcacheApiCachesAreMaps() {
		run(JCACHE.or(EHCACHE).or(CAFFEINE), (context) -> assertThat(context.getBean(CacheManager.class))
			.isInstanceOf(ConcurrentMapCacheManager.class));
	}

	@Test
	void withTheJcacheApiAndNoProviderCachesAreMapsAndNoHazelcastIsStarted() {
		run(EHCACHE.or(CAFFEINE), (context) -> {
			assertThat(context.getBean(CacheManager.class)).isInstanceOf(ConcurrentMapCacheManager.class);
			assertThat(Hazelcast.getAllHazelcastInstances()).isEmpty();
		});
	}

	@Test
	void withCaffeineCachesAreCaffeines() {
		run(EHCACHE,
				(context) -> assertThat(context.getBean(CacheManager.class)).isInstanceOf(CaffeineCacheManager.class));
	}

	@Test
	void withEhcacheCachesAreEhcaches() {
		run(CAFFEINE,
				(context) -> assertThat(context.getBean(CacheManager.class)).isInstanceOfSatisfying(
						JCacheCacheManager.class,
						(manager) -> assertThat(manager.getCacheManager().getCachingProvider())
							.isInstanceOf(EhcacheCachingProvider.class)));
	}

	@Test
	void hibernateAndOtherDirectUsersSeeTheOneProvider() {
		run(CAFFEINE, (context) -> assertThat(Caching.getCachingProvider()).isInstanceOf(EhcacheCachingProvider.class));
	}

	@Test
	void providerThatIsNamedIsStillFound() {
		run(CAFFEINE, (context) -> assertThat(Caching.getCachingProvider(HazelcastCachingProvider.class.getName()))
			.isInstanceOf(HazelcastCachingProvider.class));
	}

	@Test
	void providerStaysWhenTheUserConfiguresHazelcast() {
		run(CAFFEINE,
				(context) -> assertThat(Caching.getCachingProviders())
					.hasAtLeastOneElementOfType(HazelcastCachingProvider.class)
					.hasAtLeastOneElementOfType(EhcacheCachingProvider.class),
				"--spring.hazelcast.config=classpath:mine.xml");
	}

	@Test
	void onlyProviderStaysWhenTheUserConfiguresJcache() {
		run(EHCACHE.or(CAFFEINE), (context) -> {
			List<CachingProvider> providers = new ArrayList<>();
			Caching.getCachingProviders().forEach(providers::add);
			assertThat(providers).singleElement().isInstanceOf(HazelcastCachingProvider.class);
		}, "--spring.cache.jcache.config=mine.xml", "--spring.cache.type=simple");
	}

	private static void run(Predicate<String> absent, Consumer<ConfigurableApplicationContext> test, String... args) {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		ClassLoader classLoader = new ClassPathWithout(before, absent);
		thread.setContextClassLoader(classLoader);
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.resourceLoader(new DefaultResourceLoader(classLoader))
			.web(WebApplicationType.NONE)
			.run(args)) {
			test.accept(context);
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	@ImportAutoConfiguration(CacheAutoConfiguration.class)
	static class Application {

	}

	/**
	 * Hides classes, and the providers among them.
	 */
	private static final class ClassPathWithout extends ClassLoader {

		private final Predicate<String> absent;

		ClassPathWithout(ClassLoader parent, Predicate<String> absent) {
			super(parent);
			this.absent = absent;
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (this.absent.test(name)) {
				throw new ClassNotFoundException(name);
			}
			return super.loadClass(name, resolve);
		}

		@Override
		public Enumeration<URL> getResources(String name) throws IOException {
			if (!name.equals(SERVICES) || !this.absent.test("org.ehcache.")) {
				return super.getResources(name);
			}
			return Collections.enumeration(Collections.list(super.getResources(name))
				.stream()
				.filter((url) -> !url.toString().contains("ehcache"))
				.toList());
		}

	}

}
