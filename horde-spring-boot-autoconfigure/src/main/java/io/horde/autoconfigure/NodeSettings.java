package io.horde.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

import io.horde.cluster.quorum.SeatConfiguration;
import io.horde.hazelcast.HazelcastTransportSettings;
import io.horde.hazelcast.gate.LinkSecurity;
import io.horde.node.HordeSettings;
import io.horde.wire.InvalidSettingException;
import io.horde.wire.NameLimits;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

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
		LinkSecuritySettings.validate(transport);
		requireName("horde.transport.host", transport.host());
		requireName("horde.transport.advertised-host", transport.advertisedHost());
		Duration interval = this.properties.cluster().discoveryInterval();
		require(!interval.isNegative() && !interval.isZero(), "horde.cluster.discovery-interval", interval,
				"It must be positive");
	}

	private static void require(boolean condition, String property, @Nullable Object value, String reason) {
		if (!condition) {
			throw new InvalidConfigurationPropertyValueException(property, value, reason);
		}
	}

	private static void requireName(String property, @Nullable String value) {
		String problem = StringUtils.hasText(value) ? NameLimits.problem(value) : null;
		require(problem == null, property, value, "It " + problem);
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

	/*
	 * AP pays nothing: a list of members alone makes no seats unless some process wants
	 * them.
	 */
	private int votingSeats(boolean quorum) {
		HordeProperties.Cluster cluster = this.properties.cluster();
		boolean wanted = quorum || cluster.expectedSize() != null || !cluster.voters().isEmpty();
		return wanted ? Math.min(seats(), SeatConfiguration.MAX_SEATS) : 0;
	}

	/**
	 * Return the settings of the production transport.
	 * @param security how links are secured
	 * @return the settings
	 */
	HazelcastTransportSettings transport(LinkSecurity security) {
		HordeProperties.Transport transport = this.properties.transport();
		HazelcastTransportSettings defaults = HazelcastTransportSettings.defaults(this.host, transport.port(),
				this.clusterName, this.nodeName);
		int advertisedPort = (transport.advertisedPort() != null) ? transport.advertisedPort() : 0;
		return defaults.withAdvertised(textOrNull(transport.advertisedHost()), advertisedPort)
			.withSecurity(security)
			.withLimits(this.core.maxPayloadSize(), defaults.window());
	}

	/**
	 * Return how links are secured, and tell the log.
	 * @param bundles the SSL bundles of the application, if there are any
	 * @return how
	 */
	LinkSecurity security(@Nullable SslBundles bundles) {
		return new LinkSecuritySettings(this.properties.transport(), this.host).create(bundles);
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
			return new HordeSettingsMapper(this.properties, this.nodeName, this.clusterName, this.version).map(alone,
					votingSeats(quorum));
		}
		catch (InvalidSettingException ex) {
			String property = PropertyNames.of(ex.settings(), ex.component());
			throw new InvalidConfigurationPropertyValueException(property, this.environment.getProperty(property),
					"It " + PropertyNames.in(ex.problem(), ex.settings()));
		}
	}

}
