package io.horde.discovery;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

import io.horde.cluster.MemberSource;
import io.horde.cluster.MemberSource.Candidate;
import org.junit.jupiter.api.BeforeEach;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;

/**
 * The kit for a discovery client that cannot run here: instances of its own type, with
 * the metadata that it is documented to give them.
 */
abstract class ListedInstances extends DiscoveryCompatibilityKit {

	private static final Candidate SELF = new Candidate("10.0.0.1:7431", "self");

	private final Map<String, ServiceInstance> instances = new ConcurrentHashMap<>();

	private volatile boolean failing;

	private DiscoveryMemberSource source;

	@BeforeEach
	void listSelf() {
		list(SELF);
	}

	/**
	 * Make an instance.
	 * @param host where it is
	 * @param metadata what it told of itself
	 */
	protected abstract ServiceInstance instance(String host, Map<String, String> metadata);

	protected abstract BiFunction<String, String, Map<String, String>> metadata();

	@Override
	protected MemberSource look() {
		this.source = new DiscoveryMemberSource(new Client(), "app", false, 7420);
		return this.source;
	}

	@Override
	protected Candidate self() {
		return tellsNames() ? SELF : new Candidate(SELF.address(), "");
	}

	@Override
	protected Candidate join(String node, boolean ephemeral) {
		String host = "10.0.0." + (this.instances.size() + 1);
		Candidate candidate = new Candidate(host + ":" + (ephemeral ? 43210 : 7432), node);
		list(candidate);
		if (this.source != null) {
			this.source.onApplicationEvent(new HeartbeatEvent(this, this.instances.size()));
		}
		return tellsNames() ? candidate : new Candidate(candidate.address(), "");
	}

	private void list(Candidate candidate) {
		int colon = candidate.address().indexOf(':');
		this.instances.put(candidate.nodeName(), instance(candidate.address().substring(0, colon),
				metadata().apply(candidate.address().substring(colon + 1), candidate.nodeName())));
	}

	@Override
	protected void leave(String node) {
		this.instances.remove(node);
	}

	@Override
	protected void fail() {
		this.failing = true;
	}

	@Override
	protected void recover() {
		this.failing = false;
	}

	@Override
	protected void closeClient() {
		this.instances.clear();
	}

	/**
	 * Answers with the list.
	 */
	private final class Client implements DiscoveryClient {

		@Override
		public String description() {
			return "list";
		}

		@Override
		public List<ServiceInstance> getInstances(String serviceId) {
			if (ListedInstances.this.failing) {
				throw new IllegalStateException("no connection");
			}
			return List.copyOf(new TreeMap<>(ListedInstances.this.instances).values());
		}

		@Override
		public List<String> getServices() {
			return List.of("app");
		}

	}

}
