package io.horde.sample;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fails where Docker is required and absent, or out of reach for what breaks its
 * networks, so that container tests cannot be skipped in silence.
 */
@Timeout(120)
@EnabledIfEnvironmentVariable(named = "REQUIRE_DOCKER", matches = "true", disabledReason = "REQUIRE_DOCKER is not true")
class DockerAvailabilityIT {

	@Test
	void containersAndTheirNetworksAreAvailable() {
		assertThat(ContainerNetwork.unavailable())
			.as("REQUIRE_DOCKER is true, but the container tests would be skipped")
			.isNull();
	}

}
