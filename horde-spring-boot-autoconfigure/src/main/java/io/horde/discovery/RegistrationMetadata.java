package io.horde.discovery;

import java.util.Map;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.BeanWrapper;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.cloud.client.discovery.event.InstancePreRegisteredEvent;
import org.springframework.context.ApplicationListener;

/**
 * Adds the transport port and the node name to what this application is about to tell the
 * service registry of itself. Where the port is chosen at start-up nothing else knows it.
 */
public final class RegistrationMetadata implements ApplicationListener<InstancePreRegisteredEvent> {

	private static final Logger logger = LoggerFactory.getLogger(RegistrationMetadata.class);

	private static final String ZOOKEEPER = "zookeeperDiscoveryProperties";

	private final Supplier<String> address;

	private final String nodeName;

	private final BeanFactory beanFactory;

	/**
	 * Creates a listener.
	 * @param address the transport address of this node, {@code host:port}
	 * @param nodeName the name of this node
	 * @param beanFactory where the properties of a registry are found
	 */
	public RegistrationMetadata(Supplier<String> address, String nodeName, BeanFactory beanFactory) {
		this.address = address;
		this.nodeName = nodeName;
		this.beanFactory = beanFactory;
	}

	@Override
	public void onApplicationEvent(InstancePreRegisteredEvent event) {
		Map<String, String> metadata = event.getRegistration().getMetadata();
		if (metadata == null) {
			return;
		}
		try {
			addTo(metadata);
		}
		catch (UnsupportedOperationException ex) {
			if (!addToProperties()) {
				logger.debug("The registration takes no metadata", ex);
			}
		}
	}

	/*
	 * Zookeeper's registration is made after this event, with the very map of its
	 * properties.
	 */
	private boolean addToProperties() {
		if (!this.beanFactory.containsBean(ZOOKEEPER)) {
			return false;
		}
		BeanWrapper properties = new BeanWrapperImpl(this.beanFactory.getBean(ZOOKEEPER));
		if (!properties.isReadableProperty("metadata")) {
			return false;
		}
		properties.setPropertyValue("metadata[" + DiscoveryMemberSource.PORT + "]", port());
		properties.setPropertyValue("metadata[" + DiscoveryMemberSource.NODE + "]", this.nodeName);
		return true;
	}

	void addTo(Map<String, String> metadata) {
		metadata.put(DiscoveryMemberSource.PORT, port());
		metadata.put(DiscoveryMemberSource.NODE, this.nodeName);
	}

	private String port() {
		String address = this.address.get();
		return address.substring(address.lastIndexOf(':') + 1);
	}

	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

}
