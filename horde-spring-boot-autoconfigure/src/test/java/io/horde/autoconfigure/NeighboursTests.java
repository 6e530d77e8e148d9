package io.horde.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import io.horde.actuate.HordeActuatorAutoConfiguration;
import io.horde.cluster.HordeCluster;
import io.horde.micrometer.autoconfigure.HordeMetricsAutoConfiguration;
import io.horde.micrometer.autoconfigure.HordeObservationAutoConfiguration;
import io.horde.payload.PayloadCodec;
import io.horde.payload.PayloadModule;
import io.horde.process.HordeProcess;
import io.horde.transport.Transport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.TaskExecutor;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Horde must not change in an application that it is added to.
 */
class NeighboursTests {

	private static ConfigurableApplicationContext with;

	private static ConfigurableApplicationContext without;

	@BeforeAll
	static void start() {
		with = builder().run("--horde.enabled=true");
		without = builder().run("--horde.enabled=false");
	}

	@AfterAll
	static void stop() {
		with.close();
		without.close();
	}

	@ParameterizedTest
	@ValueSource(classes = { ObjectMapper.class, Executor.class, TaskExecutor.class, TaskScheduler.class,
			HazelcastInstance.class, Config.class, HttpMessageConverter.class })
	void noBeanOfSensitiveTypeIsAdded(Class<?> type) {
		assertThat(with.getBeanNamesForType(type, true, false))
			.containsExactlyInAnyOrder(without.getBeanNamesForType(type, true, false));
	}

	@Test
	void beansThatAreAddedAreHordes() {
		Map<String, Class<?>> added = new TreeMap<>();
		for (String name : with.getBeanDefinitionNames()) {
			if (!without.containsBeanDefinition(name)) {
				added.put(name, with.getType(name));
			}
		}
		assertThat(added).isNotEmpty()
			.allSatisfy((name,
					type) -> assertThat(
							type.getName().startsWith("io.horde.") || name.startsWith("org.springframework.boot."))
						.as(name + " " + type)
						.isTrue());
	}

	@Test
	void jsonStaysTheAnswerOfControllers() throws Exception {
		assertThat(get(with, "/greeting", "*/*").headers().firstValue("Content-Type")).hasValue("application/json");
	}

	@Test
	void cborIsNeitherProducedNorAccepted() throws Exception {
		assertThat(get(with, "/greeting", "application/cbor").statusCode()).isEqualTo(406);
		HttpRequest post = HttpRequest.newBuilder(uri(with, "/greeting"))
			.header("Content-Type", "application/cbor")
			.POST(HttpRequest.BodyPublishers.ofByteArray(new byte[] { (byte) 0xa0 }))
			.build();
		assertThat(HttpClient.newHttpClient().send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
			.isEqualTo(415);
	}

	@Test
	void processThatIsHealthIndicatorDoesNotBreakHealth() throws Exception {
		HttpResponse<String> health = get(with, "/actuator/health", "*/*");
		assertThat(health.statusCode()).isEqualTo(200);
		assertThat(health.body()).contains("UP");
	}

	@Test
	void eventLoopIsNoCandidateForInjection() {
		BeanDefinition loop = with.getBeanFactory().getBeanDefinition("hordeEventLoop");
		assertThat(((AbstractBeanDefinition) loop).isDefaultCandidate()).isFalse();
	}

	@Test
	void disabledHordeLeavesProcessesAsleep() {
		assertThat(without.getBeanNamesForType(HordeCluster.class)).isEmpty();
		assertThat(without.isActive()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.cloud", "io.micrometer", "org.springframework.boot.actuate",
			"org.springframework.boot.health", "org.springframework.boot.micrometer", "tools.jackson.dataformat" })
	void optionalDependencyMayBeMissing(String packageName) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(HordeScopeAutoConfiguration.class, HordeAutoConfiguration.class,
					HordeActuatorAutoConfiguration.class, HordeMetricsAutoConfiguration.class,
					HordeObservationAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader(packageName))
			.withBean(Transport.class, SilentTransport::new)
			.withPropertyValues(properties())
			.run((context) -> assertThat(context.getBean(HordeCluster.class).members()).hasSize(1));
	}

	@Test
	void payloadsAreNeitherWrittenNorReadByTheMapperOfTheApplication() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, HordeScopeAutoConfiguration.class,
					HordeAutoConfiguration.class))
			.withBean(Transport.class, SilentTransport::new)
			.withPropertyValues(properties())
			.withPropertyValues("spring.jackson.property-naming-strategy=SNAKE_CASE",
					"spring.jackson.deserialization.fail-on-unknown-properties=true")
			.run((context) -> {
				TwoWords value = new TwoWords("x");
				assertThat(context.getBean(JsonMapper.class).writeValueAsString(value)).contains("first_word");
				PayloadCodec codec = context.getBean(PayloadCodec.class);
				assertThat(new String(codec.encode(value), StandardCharsets.ISO_8859_1)).contains("firstWord");
				assertThat(codec.<TwoWords>decode(codec.encode(new ThreeWords("y", "z")), TwoWords.class))
					.isEqualTo(new TwoWords("y"));
			});
	}

	@Test
	void payloadModulesAreForPayloadsOnly() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, HordeScopeAutoConfiguration.class,
					HordeAutoConfiguration.class))
			.withBean(Transport.class, SilentTransport::new)
			.withUserConfiguration(WithPayloadModule.class)
			.withPropertyValues(properties())
			.run((context) -> {
				Letters letters = new Letters("abc");
				assertThat(context.getBean(JsonMapper.class).writeValueAsString(letters)).contains("\"text\"");
				PayloadCodec codec = context.getBean(PayloadCodec.class);
				byte[] bytes = codec.encode(letters, Letters.class);
				assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).contains("letters of abc")
					.doesNotContain("text");
				assertThat(codec.<Letters>decode(bytes, Letters.class)).isEqualTo(letters);
			});
	}

	private static SpringApplicationBuilder builder() {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.registerShutdownHook(false)
			.properties(properties());
	}

	private static String[] properties() {
		return Stream
			.of("server.port=0", "horde.transport.host=127.0.0.1", "horde.transport.port=0",
					"management.endpoints.web.exposure.include=*", "management.endpoint.health.show-components=always")
			.toArray(String[]::new);
	}

	private static HttpResponse<String> get(ConfigurableApplicationContext context, String path, String accept)
			throws IOException, InterruptedException {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(uri(context, path)).header("Accept", accept).build(),
					HttpResponse.BodyHandlers.ofString());
	}

	private static URI uri(ConfigurableApplicationContext context, String path) {
		return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + path);
	}

	record Letters(String text) {

	}

	@Configuration(proxyBeanMethods = false)
	static class WithPayloadModule {

		@PayloadModule
		JacksonModule letters() {
			return new SimpleModule().addSerializer(Letters.class, new StdSerializer<>(Letters.class) {

				@Override
				public void serialize(Letters value, JsonGenerator generator, SerializationContext context) {
					generator.writeString("letters of " + value.text());
				}

			}).addDeserializer(Letters.class, new StdDeserializer<>(Letters.class) {

				@Override
				public Letters deserialize(JsonParser parser, DeserializationContext context) {
					return new Letters(parser.getString().substring("letters of ".length()));
				}

			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Plain {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ GreetingController.class, ProcessWithHealth.class })
	static class Application {

	}

	@RestController
	static class GreetingController {

		@GetMapping("/greeting")
		Greeting greet() {
			return new Greeting("hello");
		}

		@PostMapping("/greeting")
		Greeting greet(@RequestBody Greeting greeting) {
			return greeting;
		}

	}

	record Greeting(String text) {

	}

	record TwoWords(String firstWord) {

	}

	record ThreeWords(String firstWord, String secondWord) {

	}

	@HordeProcess("processWithHealth")
	static class ProcessWithHealth implements HealthIndicator {

		@Override
		public Health health() {
			return Health.down().build();
		}

	}

}
