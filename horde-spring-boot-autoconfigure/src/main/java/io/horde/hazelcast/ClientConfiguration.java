package io.horde.hazelcast;

import java.util.UUID;

import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.client.config.ClientConnectionStrategyConfig.ReconnectMode;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.config.SerializerConfig;
import com.hazelcast.core.LifecycleListener;

/**
 * How Hazelcast's client is set up: for one connection to one member, with as few threads
 * as it can have.
 */
final class ClientConfiguration {

	private ClientConfiguration() {
	}

	/**
	 * Create the configuration of a client.
	 * @param address where to connect
	 * @param settings time-outs
	 * @param listener told of the connection
	 * @return a configuration
	 */
	@SuppressWarnings("deprecation")
	static ClientConfig create(String address, HazelcastTransportSettings settings, LifecycleListener listener) {
		ClientConfig config = new ClientConfig();
		config.setInstanceName("horde-" + settings.nodeName() + "-to-" + address + "-" + UUID.randomUUID());
		config.setClusterName(LocalMember.NAME);
		config.setClassLoader(ClientConfiguration.class.getClassLoader());
		// Hazelcast 5.5 deprecates setSmartRouting; what replaces it has another package
		// in 5.7.
		config.getNetworkConfig()
			.setSmartRouting(false)
			.setRedoOperation(false)
			.addAddress(address)
			.setConnectionTimeout((int) settings.connectTimeout().toMillis());
		config.getConnectionStrategyConfig().setAsyncStart(true).setReconnectMode(ReconnectMode.ASYNC);
		config.getConnectionStrategyConfig()
			.getConnectionRetryConfig()
			.setInitialBackoffMillis(100)
			.setMaxBackoffMillis(500)
			.setClusterConnectTimeoutMillis(-1);
		config.getMetricsConfig().setEnabled(false);
		config.getSerializationConfig()
			.addSerializerConfig(
					new SerializerConfig().setTypeClass(Packet.class).setImplementation(new Packet.Serializer()));
		config.addListenerConfig(new ListenerConfig(listener));
		config.setProperty(QuietLogging.PROPERTY, QuietLogging.NONE);
		config.setProperty("hazelcast.client.io.input.thread.count", "1");
		config.setProperty("hazelcast.client.io.output.thread.count", "1");
		config.setProperty("hazelcast.client.io.balancer.interval.seconds", "0");
		config.setProperty("hazelcast.client.response.thread.count", "1");
		config.setProperty("hazelcast.client.event.thread.count", "1");
		config.setProperty("hazelcast.client.statistics.enabled", "false");
		config.setProperty("hazelcast.client.shuffle.member.list", "false");
		config.setProperty("hazelcast.client.heartbeat.interval", "1000");
		config.setProperty("hazelcast.client.heartbeat.timeout", Long.toString(settings.silenceTimeout().toMillis()));
		config.setProperty("hazelcast.client.invocation.timeout.seconds", "5");
		// The windows of links bound what is in flight. Who meets this limit loses the
		// connection: with Hazelcast 5.7, whose answers come later, 1,024 were too few.
		config.setProperty("hazelcast.client.max.concurrent.invocations", "65536");
		config.setProperty("hazelcast.client.invocation.backoff.timeout.millis", "-1");
		return config;
	}

}
