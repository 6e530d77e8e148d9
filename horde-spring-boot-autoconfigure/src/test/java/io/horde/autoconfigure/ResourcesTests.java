package io.horde.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds what stands in {@code META-INF} against the classes.
 */
class ResourcesTests {

	private static final JavaClasses classes = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("io.horde");

	@Test
	void allAutoConfigurationsAreListed() {
		List<String> listed = ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader())
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("io.horde."))
			.toList();
		assertThat(listed).isSorted()
			.containsExactlyInAnyOrderElementsOf(classes.stream()
				.filter((type) -> type.isMetaAnnotatedWith(AutoConfiguration.class))
				.map(JavaClass::getName)
				.toList());
	}

	@Test
	void allSpringFactoriesAreListed() throws Exception {
		assertListed("META-INF/spring.factories", FailureAnalyzer.class);
		assertListed("META-INF/spring.factories", EnvironmentPostProcessor.class);
		assertListed("META-INF/spring.factories", ContextCustomizerFactory.class);
	}

	@Test
	void allAotFactoriesAreListed() throws Exception {
		assertListed("META-INF/spring/aot.factories", BeanRegistrationAotProcessor.class);
		assertListed("META-INF/spring/aot.factories", RuntimeHintsRegistrar.class);
	}

	@Test
	void factoriesHaveConstructorsThatSpringCanCall() throws Exception {
		for (String resource : List.of("META-INF/spring.factories", "META-INF/spring/aot.factories")) {
			for (Object names : properties(resource).values()) {
				for (String name : names.toString().split(",")) {
					Class<?> type = ClassUtils.forName(name.strip(), getClass().getClassLoader());
					assertThat(type.getDeclaredConstructors()).as(name)
						.anySatisfy((constructor) -> assertThat(constructor.getParameterTypes())
							.isSubsetOf(BeanFactory.class, Environment.class));
				}
			}
		}
	}

	@Test
	void allPropertiesAreDescribed() throws IOException {
		List<String> properties = new ArrayList<>();
		for (JsonNode property : metadata("META-INF/spring-configuration-metadata.json").path("properties")) {
			String name = property.path("name").asString();
			if (name.startsWith("horde.")) {
				properties.add(name);
				assertThat(property.path("description").asString()).as(name)
					.matches(Pattern.compile("(?!(?:A|An|The) )[A-Z0-9].*\\.", Pattern.DOTALL))
					.doesNotContain("{@", "&lt;", "&quot;");
				if (property.path("type").asString().equals("java.lang.Boolean")) {
					assertThat(property.path("description").asString()).as(name).startsWith("Whether ");
				}
			}
		}
		assertThat(properties).contains("horde.enabled", "horde.node.name", "horde.cluster.service-id",
				"horde.cluster.members", "horde.transport.port", "horde.transport.secret", "horde.transport.ssl.bundle",
				"horde.transport.ssl.previous-bundle", "horde.transport.allow-open", "horde.supervisor.distribution",
				"horde.supervisor.redistribution", "horde.supervisor.backoff.initial", "horde.registry.call-timeout",
				"horde.replication.log-size", "horde.shutdown.drain-timeout");
	}

	@Test
	void hintsAreForPropertiesThatExist() throws IOException {
		TreeSet<String> names = new TreeSet<>();
		metadata("META-INF/spring-configuration-metadata.json").path("properties")
			.forEach((property) -> names.add(property.path("name").asString()));
		for (JsonNode hint : metadata("META-INF/additional-spring-configuration-metadata.json").path("hints")) {
			assertThat(names).contains(hint.path("name").asString());
		}
	}

	private void assertListed(String resource, Class<?> factoryType) throws IOException {
		List<String> implementations = classes.stream()
			.filter((type) -> type.isAssignableTo(factoryType) && !type.isInterface())
			.map(JavaClass::getName)
			.toList();
		String listed = properties(resource).getProperty(factoryType.getName(), "");
		assertThat(Arrays.stream(listed.split(",")).map(String::strip).filter((name) -> !name.isEmpty()))
			.as(factoryType.getSimpleName())
			.containsExactlyInAnyOrderElementsOf(implementations);
	}

	private Properties properties(String resource) throws IOException {
		Properties all = new Properties();
		for (URL url : Collections.list(getClass().getClassLoader().getResources(resource))) {
			if (url.getProtocol().equals("file")) {
				try (InputStream in = url.openStream()) {
					all.load(in);
				}
			}
		}
		return all;
	}

	private JsonNode metadata(String resource) throws IOException {
		for (URL url : Collections.list(getClass().getClassLoader().getResources(resource))) {
			if (url.getProtocol().equals("file")) {
				try (InputStream in = url.openStream()) {
					return JsonMapper.shared().readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8));
				}
			}
		}
		throw new IllegalStateException("There is no " + resource);
	}

}
