package io.horde.discovery;

import java.util.HashMap;
import java.util.Map;

import org.springframework.cloud.client.discovery.event.InstancePreRegisteredEvent;
import org.springframework.cloud.netflix.eureka.serviceregistry.EurekaRegistration;
import org.springframework.context.ApplicationListener;

/**
 * Adds the transport port and the node name to what Eureka's client tells. It copies the
 * metadata of the registration when it is made, and whoever asks for instances, as a node
 * does when it starts, has it made before the registration.
 */
public final class EurekaMetadata implements ApplicationListener<InstancePreRegisteredEvent> {

	private final RegistrationMetadata metadata;

	/**
	 * Creates a listener.
	 * @param metadata knows what to tell
	 */
	public EurekaMetadata(RegistrationMetadata metadata) {
		this.metadata = metadata;
	}

	@Override
	public void onApplicationEvent(InstancePreRegisteredEvent event) {
		if (event.getRegistration() instanceof EurekaRegistration registration) {
			Map<String, String> metadata = new HashMap<>();
			this.metadata.addTo(metadata);
			registration.getApplicationInfoManager().registerAppMetadata(metadata);
		}
	}

	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

}
