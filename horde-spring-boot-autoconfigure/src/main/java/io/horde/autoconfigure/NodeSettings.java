package io.horde.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

import io.horde.autoconfigure.HordeProperties.Supervisor;
import io.horde.cluster.membership.MembershipSettings;
import io.horde.hazelcast.HazelcastTransportSettings;
import io.horde.node.HordeSettings;
import io.horde.process.engine.ProcessSettings;
import io.horde.registry.names.RegistrySettings;
import io.horde.replication.ReplicationSettings;
import io.horde.supervisor.ownership.SupervisorSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * The settings of this node's parts, made from the properties and from what the
 * environment tells.
 */
final class NodeSettings {

	/**
	 * What the transport needs in a frame besides the payload.
	 */
	private static final DataSize MIN_PAYLOAD = DataSize.ofKilobytes(1);

	private static final int MAX_SEATS = 7;

	private static final DataSize MAX_PAYLOAD = DataSize.ofMegabytes(64);

	private final HordeProperties properties;

	private final Environment environment;

	private final String host;

	private final String nodeName;

	private final String clusterName;

	private final String version;

	NodeSettings(HordeProperties properties, Environment environment, String version) {
		this.properties = properties;
		this.environment = environment;
		this.host = orElse(properties.transport().host(), LocalHost::address);
		this.nodeName = orElse(properties.node().name(), this::defaultNodeName);
		this.clusterName = orElse(properties.cluster().name(), () -> orElse(applicationName(), () -> "horde"));
		this.version = orElse(properties.node().version(), () -> version);
		validate();
	}

	private static String orElse(@Nullable String value, Supplier<String> defaultValue) {
		return StringUtils.hasText(value) ? value.strip() : defaultValue.get();
	}

	private @Nullable String applicationName() {
		return this.environment.getProperty("spring.application.name");
	}

	private String defaultNodeName() {
		HordeProperties.Transport transport = this.properties.transport();
		String advertised = orElse(transport.advertisedHost(), () -> this.host);
		int port = (transport.advertisedPort() != null) ? transport.advertisedPort() : transport.port();
		return advertised + ((port != 0) ? ":" + port : "-" + UUID.randomUUID().toString().substring(0, 8));
	}

	private void validate() {
		HordeProperties.Transport transport = this.properties.transport();
		require(transport.port() >= 0 && transport.port() < 65536, "horde.transport.port", transport.port(),
				"It must be a port from 1 to 65535, or 0 for any free one");
		Integer advertised = transport.advertisedPort();
		require(advertised == null || (advertised >= 0 && advertised < 65536), "horde.transport.advertised-port",
				advertised, "It must be a port from 1 to 65535, or 0 for the one that is listened on");
		DataSize payload = transport.maxPayloadSize();
		require(payload.compareTo(MIN_PAYLOAD) >= 0 && payload.compareTo(MAX_PAYLOAD) <= 0,
				"horde.transport.max-payload-size", payload,
				"It must be at least 1KB and at most 64MB. Keep larger data elsewhere and pass a reference");
		require(transport.previousSecret() == null || StringUtils.hasText(transport.secret()),
				"horde.transport.previous-secret", "***", "It is of no use without horde.transport.secret");
		requirePositive("horde.cluster.discovery-interval", this.properties.cluster().discoveryInterval());
		requireNotNegative("horde.shutdown.drain-timeout", this.properties.shutdown().drainTimeout());
		requirePositive("horde.supervisor.start-timeout", this.properties.supervisor().startTimeout());
		requireNotNegative("horde.supervisor.shutdown-timeout", this.properties.supervisor().shutdownTimeout());
		requirePositive("horde.registry.call-timeout", this.properties.registry().callTimeout());
		requireNotNegative("horde.registry.move-wait", this.properties.registry().moveWait());
		int mailbox = this.properties.registry().mailboxCapacity();
		require(mailbox > 0, "horde.registry.mailbox-capacity", mailbox, "It must be positive");
	}

	private static void requirePositive(String property, Duration value) {
		require(!value.isNegative() && !value.isZero(), property, value, "It must be positive");
	}

	private static void requireNotNegative(String property, Duration value) {
		require(!value.isNegative(), property, value, "It must not be negative");
	}

	private static void require(boolean condition, String property, @Nullable Object value, String reason) {
		if (!condition) {
			throw new InvalidConfigurationPropertyValueException(property, value, reason);
		}
	}

	String host() {
		return this.host;
	}

	String nodeName() {
		return this.nodeName;
	}

	String clusterName() {
		return this.clusterName;
	}

	/**
	 * Return the service to look up.
	 * @return the service id, or {@code null} if discovery is switched off
	 */
	@Nullable String serviceId() {
		String serviceId = this.properties.cluster().serviceId();
		serviceId = (serviceId != null) ? serviceId : applicationName();
		return StringUtils.hasText(serviceId) ? serviceId.strip() : null;
	}

	boolean isServiceIdExplicit() {
		return StringUtils.hasText(this.properties.cluster().serviceId());
	}

	List<String> members() {
		return this.properties.cluster().members().stream().filter(StringUtils::hasText).toList();
	}

	/**
	 * Return the port to try where a service registry doesn't tell it.
	 * @return this node's own, if it is a fixed one
	 */
	int defaultPeerPort() {
		int port = this.properties.transport().port();
		return (port != 0) ? port : 7420;
	}

	/**
	 * Return the number of voting seats (Q6).
	 * @return the number of named voters, else the expected size, else the number of
	 * listed members, else 0
	 */
	int seats() {
		if (!this.properties.cluster().voters().isEmpty()) {
			return this.properties.cluster().voters().size();
		}
		Integer expectedSize = this.properties.cluster().expectedSize();
		return (expectedSize != null) ? expectedSize : members().size();
	}

	HazelcastTransportSettings transport() {
		HordeProperties.Transport transport = this.properties.transport();
		HazelcastTransportSettings defaults = HazelcastTransportSettings.defaults(this.host, transport.port(),
				this.clusterName, this.nodeName);
		int advertisedPort = (transport.advertisedPort() != null) ? transport.advertisedPort() : 0;
		return defaults.withAdvertised(textOrNull(transport.advertisedHost()), advertisedPort)
			.withSecret(textOrNull(transport.secret()), textOrNull(transport.previousSecret()))
			.withLimits((int) transport.maxPayloadSize().toBytes(), defaults.window());
	}

	private static @Nullable String textOrNull(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

	/**
	 * Return the settings of the core.
	 * @param alone whether there is nobody to wait for at the start
	 * @return the settings
	 */
	HordeSettings core(boolean alone, boolean quorum) {
		try {
			return new HordeSettings(membership(alone, quorum), replication(), registry(), supervisor(), process(),
					(int) this.properties.transport().maxPayloadSize().toBytes());
		}
		catch (IllegalArgumentException ex) {
			throw invalid(ex);
		}
	}

	/*
	 * The core names the property first in what it says.
	 */
	private RuntimeException invalid(IllegalArgumentException problem) {
		String message = String.valueOf(problem.getMessage());
		int space = message.indexOf(' ');
		if (!message.startsWith("horde.") || space < 0) {
			return problem;
		}
		String property = message.substring(0, space);
		return new InvalidConfigurationPropertyValueException(property, this.environment.getProperty(property),
				"It" + message.substring(space));
	}

	/*
	 * AP pays nothing: a list of members alone makes no seats unless some process wants
	 * them.
	 */
	private int votingSeats(boolean quorum) {
		HordeProperties.Cluster cluster = this.properties.cluster();
		boolean wanted = quorum || cluster.expectedSize() != null || !cluster.voters().isEmpty();
		return wanted ? Math.min(seats(), MAX_SEATS) : 0;
	}

	private MembershipSettings membership(boolean alone, boolean quorum) {
		HordeProperties.Cluster cluster = this.properties.cluster();
		HordeProperties.FailureDetection detection = this.properties.failureDetection();
		HordeProperties.Node node = this.properties.node();
		int expectedSize = (cluster.expectedSize() != null) ? cluster.expectedSize() : 0;
		return new MembershipSettings(this.nodeName, this.clusterName, node.labels(), node.weight(), this.version,
				expectedSize, votingSeats(quorum), cluster.voters(), alone ? Duration.ZERO : cluster.joinTimeout(),
				cluster.leaseDuration(), this.properties.quorum().stopMargin(), cluster.forgetAfter(),
				cluster.maxClockOffset(), detection.heartbeatInterval(), detection.silenceTimeout(),
				detection.confirmTimeout(), detection.indirectProbes(), this.properties.transport().overlayAbove(), 0);
	}

	private ReplicationSettings replication() {
		HordeProperties.Replication replication = this.properties.replication();
		return new ReplicationSettings(replication.logSize().toBytes(), (int) replication.snapshotChunk().toBytes(),
				(int) replication.maxInFlight().toBytes());
	}

	private RegistrySettings registry() {
		HordeProperties.Registry registry = this.properties.registry();
		return new RegistrySettings(registry.callTimeout(), registry.moveWait(), registry.mailboxCapacity());
	}

	private SupervisorSettings supervisor() {
		Supervisor supervisor = this.properties.supervisor();
		return SupervisorSettings.defaults()
			.withDistribution("", supervisor.redistribution() == Supervisor.Redistribution.ACTIVE)
			.withMaxChildren((supervisor.maxChildren() != null) ? supervisor.maxChildren() : 0)
			.withRestarts(supervisor.maxRestarts(), supervisor.restartWindow(), supervisor.backoff().initial(),
					supervisor.backoff().max())
			.withTimeouts(supervisor.startTimeout(), supervisor.callTimeout(),
					this.properties.shutdown().drainTimeout())
			.withMoves(supervisor.maxConcurrentMoves(), supervisor.settleTime())
			.withStaticRetention(supervisor.staticRetention())
			.withMassStartRate((supervisor.massStartRate() != null) ? supervisor.massStartRate() : 0);
	}

	private ProcessSettings process() {
		Supervisor supervisor = this.properties.supervisor();
		return new ProcessSettings(supervisor.startTimeout(), supervisor.shutdownTimeout(),
				this.properties.quorum().stopMargin(), this.properties.registry().mailboxCapacity());
	}

}
