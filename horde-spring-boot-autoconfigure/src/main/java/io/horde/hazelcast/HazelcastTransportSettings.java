package io.horde.hazelcast;

import java.time.Duration;

import io.horde.hazelcast.gate.LinkSecurity;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the production transport.
 *
 * @param host the address to listen on
 * @param port the port to listen on, 0 for any free one
 * @param advertisedHost the host under which peers reach this node; {@code null} for the
 * address it listens on
 * @param advertisedPort the port under which peers reach this node; 0 for the one it
 * listens on
 * @param clusterName the name of the cluster: peers of another one are refused
 * @param nodeName the name of this node, for thread names and log lines
 * @param security how peers prove who they are
 * @param maxPayloadSize the largest payload of a user, in bytes; frames may be a bit
 * larger
 * @param window how many bytes per peer may be sent and not yet acknowledged
 * @param clusterWindow the same for frames between members, which pass all others
 * @param connectTimeout how long a dial waits for an answer
 * @param silenceTimeout after what silence Hazelcast gives a connection up
 */
public record HazelcastTransportSettings(String host, int port, @Nullable String advertisedHost, int advertisedPort,
		String clusterName, String nodeName, LinkSecurity security, int maxPayloadSize, int window, int clusterWindow,
		Duration connectTimeout, Duration silenceTimeout) {

	/**
	 * Return the defaults.
	 * @param host the address to listen on
	 * @param port the port to listen on, 0 for any free one
	 * @param clusterName the name of the cluster
	 * @param nodeName the name of this node
	 * @return settings without a secret
	 */
	public static HazelcastTransportSettings defaults(String host, int port, String clusterName, String nodeName) {
		return new HazelcastTransportSettings(host, port, null, 0, clusterName, nodeName, LinkSecurity.OPEN, 1 << 20,
				4 << 20, 256 << 10, Duration.ofSeconds(1), Duration.ofSeconds(20));
	}

	/**
	 * Return settings with other advertised coordinates.
	 * @param host the advertised host, {@code null} for the address listened on
	 * @param port the advertised port, 0 for the port listened on
	 * @return new settings
	 */
	public HazelcastTransportSettings withAdvertised(@Nullable String host, int port) {
		return new HazelcastTransportSettings(this.host, this.port, host, port, this.clusterName, this.nodeName,
				this.security, this.maxPayloadSize, this.window, this.clusterWindow, this.connectTimeout,
				this.silenceTimeout);
	}

	/**
	 * Return settings with another way to prove who a peer is.
	 * @param security how
	 * @return new settings
	 */
	public HazelcastTransportSettings withSecurity(LinkSecurity security) {
		return new HazelcastTransportSettings(this.host, this.port, this.advertisedHost, this.advertisedPort,
				this.clusterName, this.nodeName, security, this.maxPayloadSize, this.window, this.clusterWindow,
				this.connectTimeout, this.silenceTimeout);
	}

	/**
	 * Return settings with other limits.
	 * @param maxPayloadSize the largest payload in bytes
	 * @param window the window per peer in bytes
	 * @return new settings
	 */
	public HazelcastTransportSettings withLimits(int maxPayloadSize, int window) {
		return new HazelcastTransportSettings(this.host, this.port, this.advertisedHost, this.advertisedPort,
				this.clusterName, this.nodeName, this.security, maxPayloadSize, window, this.clusterWindow,
				this.connectTimeout, this.silenceTimeout);
	}

}
