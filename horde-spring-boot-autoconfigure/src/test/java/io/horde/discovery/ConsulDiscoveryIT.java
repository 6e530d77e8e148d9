package io.horde.discovery;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.consul.discovery.ConsulServiceInstance;

/**
 * Consul's instances carry what was registered as metadata; its keys have no dots.
 */
class ConsulDiscoveryIT extends ListedInstances {

	@Override
	protected ServiceInstance instance(String host, Map<String, String> metadata) {
		return new ConsulServiceInstance("app-" + host, "app", host, 8080, false, metadata, List.of());
	}

	@Override
	protected BiFunction<String, String, Map<String, String>> metadata() {
		return (port, node) -> Map.of("horde-port", port, "horde-node", node, "secure", "false");
	}

}
