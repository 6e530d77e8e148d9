package io.horde.sample;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.testcontainers.DockerClientFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fails where Docker is required and absent, so that container tests cannot be skipped in
 * silence.
 */
@EnabledIfEnvironmentVariable(named = "REQUIRE_DOCKER", matches = "true", disabledReason = "REQUIRE_DOCKER is not true")
class DockerAvailabilityIT {

	@Test
	void dockerAnswers() {
		assertThat(DockerClientFactory.instance().isDockerAvailable()).isTrue();
	}

}
