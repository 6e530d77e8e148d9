package io.horde.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.horde.cluster.MemberSource.Candidate;
import org.junit.jupiter.api.Test;

import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClient;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryProperties;
import org.springframework.context.event.ContextRefreshedEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DiscoveryMemberSource}.
 */
class DiscoveryMemberSourceTests {

	private final List<ServiceInstance> instances = new ArrayList<>();

	private final DiscoveryMemberSource source = new DiscoveryMemberSource(new ListClient(this.instances), "app", false,
			7420);

	@Test
	void metadataTellsPortAndNodeName() {
		add("10.0.0.1", Map.of("horde-port", "7431", "horde-node", "a"));
		assertThat(this.source.candidates()).containsExactly(new Candidate("10.0.0.1:7431", "a"));
	}

	@Test
	void portOfKubernetesServiceIsUnderstood() {
		add("10.0.0.1", Map.of("port.horde", "7432"));
		assertThat(this.source.candidates()).containsExactly(new Candidate("10.0.0.1:7432", ""));
	}

	@Test
	void withoutMetadataTheDefaultPortIsTried() {
		add("10.0.0.1", Map.of());
		add("10.0.0.2", Map.of("horde-port", "none"));
		assertThat(this.source.candidates()).containsExactly(new Candidate("10.0.0.1:7420", ""),
				new Candidate("10.0.0.2:7420", ""));
	}

	@Test
	void ipv6HostIsPutInBrackets() {
		add("fe80::1", Map.of());
		assertThat(this.source.candidates()).containsExactly(new Candidate("[fe80::1]:7420", ""));
	}

	@Test
	void heartbeatOfTheClientWakes() {
		AtomicInteger wakes = new AtomicInteger();
		this.source.onChange(wakes::incrementAndGet);
		assertThat(this.source.supportsEventType(HeartbeatEvent.class)).isTrue();
		assertThat(this.source.supportsEventType(ContextRefreshedEvent.class)).isFalse();
		this.source.onApplicationEvent(new HeartbeatEvent(this, 1));
		assertThat(wakes).hasValue(1);
	}

	@Test
	void simpleClientWithoutEntriesLeadsToClusterOfOneNode() {
		DiscoveryClient simple = new CompositeDiscoveryClient(
				List.of(new SimpleDiscoveryClient(new SimpleDiscoveryProperties())));
		assertThat(new DiscoveryMemberSource(simple, "app", false, 7420).expectsOthers()).isFalse();
		assertThat(new DiscoveryMemberSource(simple, "app", true, 7420).expectsOthers()).isTrue();
	}

	@Test
	void emptyRegistryMayStillTellOfOthers() {
		assertThat(this.source.expectsOthers()).isTrue();
	}

	private void add(String host, Map<String, String> metadata) {
		this.instances.add(new DefaultServiceInstance("id", "app", host, 8080, false, metadata));
	}

	private record ListClient(List<ServiceInstance> instances) implements DiscoveryClient {

		@Override
		public String description() {
			return "list";
		}

		@Override
		public List<ServiceInstance> getInstances(String serviceId) {
			return serviceId.equals("app") ? this.instances : List.of();
		}

		@Override
		public List<String> getServices() {
			return List.of("app");
		}

	}

}
