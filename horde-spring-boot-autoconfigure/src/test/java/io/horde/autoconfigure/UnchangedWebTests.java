package io.horde.autoconfigure;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A web application answers with Horde as it does without, whichever library makes its
 * JSON. The same application runs in two JVMs: one has the class path with the starter,
 * the other has it without and without all that the starter brings.
 */
class UnchangedWebTests {

	private static final List<String> TYPES = List.of("*/*", "application/json", "application/cbor", "application/xml",
			"application/yaml", "application/x-jackson-smile", "text/plain", "application/vnd.greeting+json");

	private static final Predicate<String> STARTER = (entry) -> entry.endsWith("target/classes")
			|| entry.contains("/com/hazelcast/") || entry.contains("/org/springframework/cloud/")
			|| entry.contains("/spring-security-crypto/");

	private static final Predicate<String> JACKSON_3 = (entry) -> entry.contains("/tools/jackson/");

	private final List<WebJvm> started = new ArrayList<>();

	@AfterEach
	void stop() {
		this.started.forEach(WebJvm::stop);
	}

	@ParameterizedTest
	@EnumSource
	void webApplicationAnswersAsItDoesWithoutTheStarter(Json json) throws Exception {
		WebJvm with = start(json.absent, "with");
		WebJvm without = start(json.absent.or(STARTER).or(json.brought), "without");
		assertThat(with.text("/converters")).contains(json.converter).isEqualTo(without.text("/converters"));
		for (String type : TYPES) {
			assertThat(with.get("/greeting", type)).as("Accept: " + type).isEqualTo(without.get("/greeting", type));
			assertThat(with.get("/actuator/health", type)).as("health, Accept: " + type)
				.isEqualTo(without.get("/actuator/health", type));
			assertThat(with.post(type)).as("Content-Type: " + type).isEqualTo(without.post(type));
		}
		assertThat(with.get("/greeting", "*/*").body()).contains("hello");
		assertThat(with.get("/greeting", "application/cbor").status()).isEqualTo(406);
		assertThat(with.post("application/cbor").status()).isEqualTo(415);
		Map<String, String> added = beans(with);
		assertThat(added).containsKeys(beans(without).keySet().toArray(String[]::new));
		added.keySet().removeAll(beans(without).keySet());
		// Boot's own, for its endpoints alone, as soon as there is Jackson 3
		added.values()
			.removeIf((bean) -> json != Json.JACKSON_3
					&& (bean.startsWith("endpointJsonMapper") || bean.contains("JacksonEndpointAutoConfiguration")));
		assertThat(added).containsKey("hordeSupervisor")
			.allSatisfy((name, type) -> assertThat(type).containsAnyOf(" io.horde.", " org.springframework.cloud."));
	}

	/**
	 * What it has, by name. A post-processor may have put another object into a place.
	 */
	private static Map<String, String> beans(WebJvm jvm) throws IOException, InterruptedException {
		return jvm.text("/beans")
			.lines()
			.collect(Collectors.toMap((bean) -> bean.substring(0, bean.indexOf(' ')), Function.identity(),
					(first, second) -> first, TreeMap::new));
	}

	private WebJvm start(Predicate<String> absent, String name) throws IOException {
		WebJvm jvm = new WebJvm(absent, name);
		this.started.add(jvm);
		return jvm;
	}

	enum Json {

		JACKSON_3((entry) -> isJackson2(entry) || isGson(entry), (entry) -> false, "JacksonJsonHttpMessageConverter"),

		JACKSON_2((entry) -> isJackson3Module(entry) || isGson(entry), UnchangedWebTests.JACKSON_3,
				"MappingJackson2HttpMessageConverter"),

		GSON((entry) -> isJackson3Module(entry) || isJackson2(entry), UnchangedWebTests.JACKSON_3,
				"GsonHttpMessageConverter");

		private final Predicate<String> absent;

		/**
		 * What the application has only by the starter.
		 */
		private final Predicate<String> brought;

		private final String converter;

		Json(Predicate<String> absent, Predicate<String> brought, String converter) {
			this.absent = absent;
			this.brought = brought;
			this.converter = converter;
		}

		private static boolean isGson(String entry) {
			return entry.contains("/gson/");
		}

		private static boolean isJackson2(String entry) {
			return entry.contains("/spring-boot-jackson2/")
					|| (entry.contains("/com/fasterxml/jackson/") && !entry.contains("/jackson-annotations/"));
		}

		private static boolean isJackson3Module(String entry) {
			return entry.contains("/spring-boot-jackson/");
		}

	}

	/**
	 * A JVM that runs the application.
	 */
	private static final class WebJvm {

		private final Process process;

		private final HttpClient http = HttpClient.newHttpClient();

		private final List<String> output = new ArrayList<>();

		private String address;

		WebJvm(Predicate<String> absent, String name) throws IOException {
			String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
				.filter((entry) -> !absent.test(entry.replace('\\', '/')))
				.collect(Collectors.joining(File.pathSeparator));
			this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-cp", classPath,
					WebApplication.class.getName(), "--server.port=0", "--spring.main.banner-mode=off",
					"--horde.node.name=" + name, "--horde.transport.host=127.0.0.1", "--horde.transport.port=0")
				.redirectErrorStream(true)
				.start();
		}

		private String address() throws IOException {
			if (this.address == null) {
				BufferedReader reader = this.process.inputReader();
				String line = reader.readLine();
				while (line != null && !line.startsWith(WebApplication.LISTENING)) {
					this.output.add(line);
					line = reader.readLine();
				}
				assertThat(line).as(() -> String.join("\n", this.output)).isNotNull();
				this.address = "http://127.0.0.1:" + line.substring(WebApplication.LISTENING.length());
			}
			return this.address;
		}

		String text(String path) throws IOException, InterruptedException {
			Answer answer = get(path, "text/plain");
			assertThat(answer.status()).isEqualTo(200);
			return answer.body();
		}

		Answer get(String path, String accept) throws IOException, InterruptedException {
			return send(HttpRequest.newBuilder(URI.create(address() + path)).header("Accept", accept));
		}

		Answer post(String contentType) throws IOException, InterruptedException {
			return send(HttpRequest.newBuilder(URI.create(address() + "/greeting"))
				.header("Content-Type", contentType)
				.POST(BodyPublishers.ofString("{\"text\":\"hi\",\"more\":1}")));
		}

		private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
			HttpResponse<String> response = this.http.send(request.timeout(Duration.ofSeconds(20)).build(),
					BodyHandlers.ofString());
			String type = response.headers().firstValue("Content-Type").orElse("");
			// What is wrong with a request is told with the time
			return new Answer(response.statusCode(), type, (response.statusCode() == 200) ? response.body() : "");
		}

		void stop() {
			this.process.destroyForcibly();
		}

	}

	/**
	 * What an application has answered.
	 */
	private record Answer(int status, String type, String body) {

	}

}
