package io.horde.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

import io.horde.cluster.MemberSource;
import io.horde.wire.NameLimits;
import io.horde.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClient;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.cloud.client.discovery.event.ParentHeartbeatEvent;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClient;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.SmartApplicationListener;

/**
 * The candidates are the instances of a service in a service registry.
 */
public final class DiscoveryMemberSource implements MemberSource, SmartApplicationListener {

	/**
	 * Metadata that tells the transport port of an instance.
	 */
	static final String PORT = "horde-port";

	/**
	 * Metadata that tells the node name of an instance.
	 */
	static final String NODE = "horde-node";

	/**
	 * Metadata with which the Kubernetes client tells the port that is named
	 * {@code horde}.
	 */
	private static final String KUBERNETES_PORT = "port.horde";

	private final DiscoveryClient client;

	private final String serviceId;

	private final boolean named;

	private final int defaultPort;

	private final Set<Runnable> wakes = new CopyOnWriteArraySet<>();

	/**
	 * Creates a source.
	 * @param client the discovery client
	 * @param serviceId the service that the members are instances of
	 * @param named whether the service was named for this purpose, and is not just this
	 * application
	 * @param defaultPort the transport port of instances that don't tell theirs
	 */
	public DiscoveryMemberSource(DiscoveryClient client, String serviceId, boolean named, int defaultPort) {
		this.client = client;
		this.serviceId = serviceId;
		this.named = named;
		this.defaultPort = defaultPort;
	}

	@Override
	public List<Candidate> candidates() {
		List<Candidate> candidates = new ArrayList<>();
		for (ServiceInstance instance : this.client.getInstances(this.serviceId)) {
			Map<String, String> metadata = (instance.getMetadata() != null) ? instance.getMetadata() : Map.of();
			String host = instance.getHost();
			if (host != null && NameLimits.problem(host) == null) {
				candidates
					.add(new Candidate(TransportAddress.of(host, port(metadata)), metadata.getOrDefault(NODE, "")));
			}
		}
		return candidates;
	}

	private int port(Map<String, String> metadata) {
		Integer port = parse(metadata.get(PORT));
		port = (port != null) ? port : parse(metadata.get(KUBERNETES_PORT));
		return (port != null) ? port : this.defaultPort;
	}

	private static @Nullable Integer parse(@Nullable String port) {
		return (port != null && port.matches("[1-9]\\d{0,4}")) ? Integer.valueOf(port) : null;
	}

	/*
	 * The simple discovery client is there in every application with Spring Cloud. If it
	 * is the only one, it has no entry for the service, and nobody has named the service,
	 * then nobody has thought of a cluster: there is nobody to wait for.
	 */
	@Override
	public boolean expectsOthers() {
		return this.named || !isList(this.client) || !this.client.getInstances(this.serviceId).isEmpty();
	}

	private static boolean isList(DiscoveryClient client) {
		return client instanceof SimpleDiscoveryClient || (client instanceof CompositeDiscoveryClient composite
				&& composite.getDiscoveryClients().stream().allMatch(DiscoveryMemberSource::isList));
	}

	@Override
	public void onChange(Runnable wake) {
		this.wakes.add(wake);
	}

	@Override
	public boolean supportsEventType(Class<? extends ApplicationEvent> eventType) {
		return HeartbeatEvent.class.isAssignableFrom(eventType)
				|| ParentHeartbeatEvent.class.isAssignableFrom(eventType)
				|| InstanceRegisteredEvent.class.isAssignableFrom(eventType);
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		this.wakes.forEach(Runnable::run);
	}

	@Override
	public String description() {
		return "service '" + this.serviceId + "' (horde.cluster.service-id)";
	}

}
