package io.horde.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

import io.horde.autoconfigure.HordeProperties.Supervisor;
import io.horde.autoconfigure.HordeProperties.Supervisor.Redistribution;
import io.horde.cluster.membership.MembershipSettings;
import io.horde.cluster.quorum.SeatConfiguration;
import io.horde.hazelcast.HazelcastTransportSettings;
import io.horde.node.HordeSettings;
import io.horde.process.engine.ProcessSettings;
import io.horde.registry.names.RegistrySettings;
import io.horde.replication.ReplicationSettings;
import io.horde.supervisor.ownership.SupervisorSettings;
import io.horde.wire.InvalidSettingException;
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

	private final HordeProperties properties;

	private final Environment environment;

	private final String host;

	private final String nodeName;

	private final String clusterName;

	private final String version;

	/** As far as it is known before the start. */
	private final HordeSettings core;

	NodeSettings(HordeProperties properties, Environment environment, String version) {
		this.properties = properties;
		this.environment = environment;
		this.host = orElse(properties.transport().host(), LocalHost::address);
		this.nodeName = orElse(properties.node().name(), this::defaultNodeName);
		this.clusterName = orElse(properties.cluster().name(), () -> orElse(applicationName(), () -> "horde"));
		this.version = orElse(properties.node().version(), () -> version);
		validate();
		this.core = core(true, false);
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
		require(transport.previousSecret() == null || StringUtils.hasText(transport.secret()),
				"horde.transport.previous-secret", "***", "It is of no use without horde.transport.secret");
		Duration interval = this.properties.cluster().discoveryInterval();
		require(!interval.isNegative() && !interval.isZero(), "horde.cluster.discovery-interval", interval,
				"It must be positive");
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
			.withLimits(this.core.maxPayloadSize(), defaults.window());
	}

	private static @Nullable String textOrNull(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

	Duration drainTimeout() {
		return this.core.supervisor().drainTimeout();
	}

	/**
	 * Return the settings of the core.
	 * @param alone whether there is nobody to wait for at the start
	 * @return the settings
	 */
	HordeSettings core(boolean alone, boolean quorum) {
		try {
			HordeSettings defaults = HordeSettings.defaults(this.nodeName);
			return new HordeSettings(membership(defaults.membership(), alone, quorum),
					replication(defaults.replication()), registry(defaults.registry()),
					supervisor(defaults.supervisor()), process(defaults),
					bytes(this.properties.transport().maxPayloadSize(), defaults.maxPayloadSize()));
		}
		catch (InvalidSettingException ex) {
			String property = PropertyNames.of(ex.settings(), ex.component());
			throw new InvalidConfigurationPropertyValueException(property, this.environment.getProperty(property),
					"It " + PropertyNames.in(ex.problem(), ex.settings()));
		}
	}

	private static <T> T or(@Nullable T value, T defaultValue) {
		return (value != null) ? value : defaultValue;
	}

	private static int bytes(@Nullable DataSize size, int defaultValue) {
		return (size != null) ? (int) Math.min(size.toBytes(), Integer.MAX_VALUE) : defaultValue;
	}

	/*
	 * AP pays nothing: a list of members alone makes no seats unless some process wants
	 * them.
	 */
	private int votingSeats(boolean quorum) {
		HordeProperties.Cluster cluster = this.properties.cluster();
		boolean wanted = quorum || cluster.expectedSize() != null || !cluster.voters().isEmpty();
		return wanted ? Math.min(seats(), SeatConfiguration.MAX_SEATS) : 0;
	}

	private MembershipSettings membership(MembershipSettings defaults, boolean alone, boolean quorum) {
		HordeProperties.Cluster cluster = this.properties.cluster();
		HordeProperties.FailureDetection detection = this.properties.failureDetection();
		HordeProperties.Node node = this.properties.node();
		return new MembershipSettings(this.nodeName, this.clusterName, node.labels(),
				or(node.weight(), defaults.weight()), this.version, or(cluster.expectedSize(), defaults.expectedSize()),
				votingSeats(quorum), cluster.voters(),
				alone ? Duration.ZERO : or(cluster.joinTimeout(), defaults.joinTimeout()),
				or(cluster.leaseDuration(), defaults.leaseDuration()), stopMargin(defaults),
				or(cluster.forgetAfter(), defaults.forgetAfter()),
				or(cluster.maxClockOffset(), defaults.maxClockOffset()),
				or(detection.heartbeatInterval(), defaults.heartbeatInterval()),
				or(detection.silenceTimeout(), defaults.silenceTimeout()),
				or(detection.confirmTimeout(), defaults.confirmTimeout()),
				or(detection.indirectProbes(), defaults.indirectProbes()),
				or(this.properties.transport().overlayAbove(), defaults.overlayAbove()), defaults.incarnationAbove());
	}

	private Duration stopMargin(MembershipSettings defaults) {
		return or(this.properties.quorum().stopMargin(), defaults.stopMargin());
	}

	private ReplicationSettings replication(ReplicationSettings defaults) {
		HordeProperties.Replication replication = this.properties.replication();
		DataSize logSize = replication.logSize();
		return new ReplicationSettings((logSize != null) ? logSize.toBytes() : defaults.logSize(),
				bytes(replication.snapshotChunk(), defaults.snapshotChunk()),
				bytes(replication.maxInFlight(), defaults.maxInFlight()));
	}

	private RegistrySettings registry(RegistrySettings defaults) {
		HordeProperties.Registry registry = this.properties.registry();
		return new RegistrySettings(or(registry.callTimeout(), defaults.callTimeout()),
				or(registry.moveWait(), defaults.moveWait()),
				or(registry.mailboxCapacity(), defaults.mailboxCapacity()));
	}

	private SupervisorSettings supervisor(SupervisorSettings defaults) {
		Supervisor supervisor = this.properties.supervisor();
		Redistribution redistribution = supervisor.redistribution();
		return new SupervisorSettings("",
				(redistribution != null) ? redistribution == Redistribution.ACTIVE : defaults.activeRedistribution(),
				or(supervisor.maxChildren(), defaults.maxChildren()),
				or(supervisor.maxRestarts(), defaults.maxRestarts()),
				or(supervisor.restartWindow(), defaults.restartWindow()),
				or(supervisor.backoff().initial(), defaults.backoffInitial()),
				or(supervisor.backoff().max(), defaults.backoffMax()),
				or(supervisor.startTimeout(), defaults.startTimeout()),
				or(supervisor.callTimeout(), defaults.callTimeout()),
				or(supervisor.maxConcurrentMoves(), defaults.maxConcurrentMoves()),
				or(supervisor.settleTime(), defaults.settleTime()),
				or(supervisor.staticRetention(), defaults.staticRetention()),
				or(this.properties.shutdown().drainTimeout(), defaults.drainTimeout()),
				or(supervisor.massStartRate(), defaults.massStartRate()));
	}

	private ProcessSettings process(HordeSettings defaults) {
		Supervisor supervisor = this.properties.supervisor();
		return new ProcessSettings(or(supervisor.startTimeout(), defaults.process().startTimeout()),
				or(supervisor.shutdownTimeout(), defaults.process().shutdownTimeout()),
				stopMargin(defaults.membership()), registry(defaults.registry()).mailboxCapacity());
	}

}
