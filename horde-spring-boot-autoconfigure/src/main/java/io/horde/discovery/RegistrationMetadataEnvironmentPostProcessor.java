package io.horde.discovery;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Lets the service registries that take metadata from properties tell the transport port
 * and the node name of this application. These are defaults: whatever the application
 * sets wins.
 */
final class RegistrationMetadataEnvironmentPostProcessor implements EnvironmentPostProcessor {

	private static final String[] PREFIXES = { "eureka.instance.metadata-map.",
			"spring.cloud.consul.discovery.metadata.", "spring.cloud.zookeeper.discovery.metadata." };

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (!environment.getProperty("horde.enabled", Boolean.class, true)) {
			return;
		}
		Map<String, Object> metadata = new LinkedHashMap<>();
		String port = environment.getProperty("horde.transport.advertised-port",
				environment.getProperty("horde.transport.port", "7420"));
		String node = environment.getProperty("horde.node.name", "");
		for (String prefix : PREFIXES) {
			if (!port.isBlank() && !port.equals("0")) {
				metadata.put(prefix + DiscoveryMemberSource.PORT, port);
			}
			if (!node.isBlank()) {
				metadata.put(prefix + DiscoveryMemberSource.NODE, node);
			}
		}
		if (!metadata.isEmpty()) {
			environment.getPropertySources().addLast(new MapPropertySource("hordeRegistrationMetadata", metadata));
		}
	}

}
