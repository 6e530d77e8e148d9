package io.horde.discovery;

import java.util.Map;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.cloud.client.discovery.event.InstancePreRegisteredEvent;
import org.springframework.context.ApplicationListener;

/**
 * Adds the transport port and the node name to what this application is about to tell the
 * service registry of itself. Where the port is chosen at start-up nothing else knows it.
 */
public final class RegistrationMetadata implements ApplicationListener<InstancePreRegisteredEvent> {

	private static final Logger logger = LoggerFactory.getLogger(RegistrationMetadata.class);

	private final Supplier<String> address;

	private final String nodeName;

	/**
	 * Creates a listener.
	 * @param address the transport address of this node, {@code host:port}
	 * @param nodeName the name of this node
	 */
	public RegistrationMetadata(Supplier<String> address, String nodeName) {
		this.address = address;
		this.nodeName = nodeName;
	}

	@Override
	public void onApplicationEvent(InstancePreRegisteredEvent event) {
		String address = this.address.get();
		String port = address.substring(address.lastIndexOf(':') + 1);
		Map<String, String> metadata = event.getRegistration().getMetadata();
		if (metadata == null) {
			return;
		}
		try {
			metadata.put(DiscoveryMemberSource.PORT, port);
			metadata.put(DiscoveryMemberSource.NODE, this.nodeName);
		}
		catch (UnsupportedOperationException ex) {
			// Zookeeper's registration copies its metadata from properties, see
			// RegistrationMetadataEnvironmentPostProcessor.
			logger.debug("The registration takes no metadata", ex);
		}
	}

	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

}
