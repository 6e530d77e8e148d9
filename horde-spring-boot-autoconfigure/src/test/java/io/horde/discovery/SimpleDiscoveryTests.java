package io.horde.discovery;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.horde.cluster.MemberSource;
import io.horde.cluster.MemberSource.Candidate;
import org.junit.jupiter.api.BeforeEach;

import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.InstanceProperties;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryProperties;

/**
 * The simple client reads its properties anew at each question and never tells of a
 * change.
 */
class SimpleDiscoveryTests extends DiscoveryCompatibilityKit {

	private static final Candidate SELF = new Candidate("10.0.0.1:7431", "self");

	private final SimpleDiscoveryProperties properties = new SimpleDiscoveryProperties();

	private final List<InstanceProperties> instances = new ArrayList<>();

	@BeforeEach
	void listSelf() {
		list(SELF);
	}

	@Override
	protected MemberSource look() {
		return new DiscoveryMemberSource(
				new CompositeDiscoveryClient(List.of(new SimpleDiscoveryClient(this.properties))), "app", false, 7420);
	}

	@Override
	protected Candidate self() {
		return SELF;
	}

	@Override
	protected Candidate join(String node, boolean ephemeral) {
		Candidate candidate = new Candidate("10.0.0." + (this.instances.size() + 1) + ":" + (ephemeral ? 43210 : 7432),
				node);
		list(candidate);
		return candidate;
	}

	private void list(Candidate candidate) {
		int colon = candidate.address().indexOf(':');
		InstanceProperties instance = new InstanceProperties();
		instance.setServiceId("app");
		instance.setInstanceId(candidate.nodeName());
		instance.setUri(URI.create("http://" + candidate.address().substring(0, colon) + ":8080"));
		instance.setMetadata(
				Map.of("horde-port", candidate.address().substring(colon + 1), "horde-node", candidate.nodeName()));
		this.instances.add(instance);
		publish();
	}

	private void publish() {
		this.properties.setInstances(Map.of("app", List.copyOf(this.instances)));
	}

	@Override
	protected void leave(String node) {
		this.instances.removeIf((instance) -> instance.getInstanceId().equals(node));
		publish();
	}

	@Override
	protected void fail() {
		throw new UnsupportedOperationException();
	}

	@Override
	protected void recover() {
		throw new UnsupportedOperationException();
	}

	@Override
	protected void closeClient() {
	}

	@Override
	protected boolean canFail() {
		return false;
	}

	@Override
	protected boolean tellsChanges() {
		return false;
	}

}
