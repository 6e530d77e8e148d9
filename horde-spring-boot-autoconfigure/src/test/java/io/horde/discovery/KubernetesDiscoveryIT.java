package io.horde.discovery;

import java.util.Map;
import java.util.function.BiFunction;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.kubernetes.commons.discovery.DefaultKubernetesServiceInstance;

/**
 * The instances of Kubernetes are pods; the port that a service names {@code horde} is
 * told as {@code port.horde}, and nobody tells the node's name.
 */
class KubernetesDiscoveryIT extends ListedInstances {

	@Override
	protected ServiceInstance instance(String host, Map<String, String> metadata) {
		return new DefaultKubernetesServiceInstance("uid-" + host, "app", host, 8080, metadata, false, "default", null,
				Map.of());
	}

	@Override
	protected BiFunction<String, String, Map<String, String>> metadata() {
		return (port, node) -> Map.of("port.http", "8080", "port.horde", port, "k8s_namespace", "default", "type",
				"ClusterIP");
	}

	@Override
	protected boolean tellsNames() {
		return false;
	}

}
