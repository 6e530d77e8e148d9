package io.horde.actuate;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No endpoint shows the secrets of the links, though all are open and show all values.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "management.endpoints.web.exposure.include=*", "management.endpoint.env.show-values=always",
				"management.endpoint.configprops.show-values=always", "management.endpoint.health.show-details=always",
				"horde.transport.secret=" + SecretsInEndpointsTests.SECRET,
				"horde.transport.previous-secret=" + SecretsInEndpointsTests.PREVIOUS,
				"application.command=java --horde.transport.secret=" + SecretsInEndpointsTests.SECRET,
				"HORDE_TRANSPORT_PREVIOUSSECRET=short", "application.visible=plain" })
class SecretsInEndpointsTests {

	static final String SECRET = "open-sesame-open-sesame";

	static final String PREVIOUS = "abracadabra-abracadabra";

	@Value("${local.server.port}")
	private int port;

	@ParameterizedTest
	@ValueSource(strings = { "env", "env/horde.transport.secret", "env/horde.transport.previous-secret",
			"env/application.command", "configprops", "configprops/horde", "beans", "conditions", "health", "info",
			"horde", "horde/members", "loggers", "mappings", "metrics", "threaddump" })
	void secretIsNotShown(String endpoint) throws Exception {
		HttpResponse<String> response = get(endpoint);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isNotEmpty().doesNotContain(SECRET, PREVIOUS);
	}

	@Test
	void shortSecretIsKnownByItsKey() throws Exception {
		assertThat(get("env/HORDE_TRANSPORT_PREVIOUSSECRET").body()).contains("******").doesNotContain("\"short\"");
	}

	@Test
	void otherValuesAreShown() throws Exception {
		assertThat(get("env/application.visible").body()).contains("plain");
		assertThat(get("configprops/horde").body()).contains("127.0.0.1");
	}

	private HttpResponse<String> get(String endpoint) throws Exception {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + this.port + "/actuator/" + endpoint))
			.header("Accept", "application/json")
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
