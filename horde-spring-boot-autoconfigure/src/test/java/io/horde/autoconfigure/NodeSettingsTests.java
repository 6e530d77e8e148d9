package io.horde.autoconfigure;

import java.time.Duration;
import java.util.Map;

import io.horde.cluster.membership.MembershipSettings;
import io.horde.hazelcast.gate.LinkSecurity;
import io.horde.node.Changed;
import io.horde.node.HordeSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link NodeSettings} and {@link HordeProperties}.
 */
class NodeSettingsTests {

	private final MockEnvironment environment = new MockEnvironment().withProperty("horde.transport.host", "10.0.0.1");

	@Test
	void defaultsAreThoseOfTheCore() {
		HordeSettings settings = settings().core(false, false);
		HordeSettings defaults = HordeSettings.defaults("10.0.0.1:7420");
		assertThat(settings.membership()).isEqualTo(defaults.membership());
		assertThat(settings.replication()).isEqualTo(defaults.replication());
		assertThat(settings.registry()).isEqualTo(defaults.registry());
		assertThat(settings.process()).isEqualTo(defaults.process());
		assertThat(Changed.of(settings.supervisor(), "distribution", "uniform", "activeRedistribution", false))
			.isEqualTo(defaults.supervisor());
		assertThat(settings.maxPayloadSize()).isEqualTo(defaults.maxPayloadSize());
	}

	@Test
	void nodeNameDefaultsToHostAndPort() {
		this.environment.withProperty("horde.transport.port", "7431");
		assertThat(settings().nodeName()).isEqualTo("10.0.0.1:7431");
	}

	@Test
	void nodeNameDefaultsToWhatIsAdvertised() {
		this.environment.withProperty("horde.transport.advertised-host", "node-a.example")
			.withProperty("horde.transport.advertised-port", "30020");
		assertThat(settings().nodeName()).isEqualTo("node-a.example:30020");
	}

	@Test
	void nodesOnChosenPortsHaveDifferentNames() {
		this.environment.withProperty("horde.transport.port", "0");
		assertThat(settings().nodeName()).startsWith("10.0.0.1-").isNotEqualTo(settings().nodeName());
	}

	@Test
	void clusterNameAndServiceIdDefaultToTheApplicationName() {
		assertThat(settings().clusterName()).isEqualTo("horde");
		assertThat(settings().serviceId()).isNull();
		this.environment.withProperty("spring.application.name", "shop");
		assertThat(settings().clusterName()).isEqualTo("shop");
		assertThat(settings().serviceId()).isEqualTo("shop");
		assertThat(settings().isServiceIdExplicit()).isFalse();
	}

	@Test
	void emptyServiceIdSwitchesDiscoveryOff() {
		this.environment.withProperty("spring.application.name", "shop").withProperty("horde.cluster.service-id", "");
		assertThat(settings().serviceId()).isNull();
	}

	@Test
	void propertiesReachTheCore() {
		Map.of("horde.node.name", "a", "horde.node.weight", "3", "horde.node.labels.zone", "z1",
				"horde.cluster.expected-size", "5", "horde.failure-detection.silence-timeout", "9s",
				"horde.supervisor.redistribution", "active", "horde.supervisor.max-children", "7",
				"horde.shutdown.drain-timeout", "3s", "horde.registry.mailbox-capacity", "11",
				"horde.transport.max-payload-size", "2MB")
			.forEach(this.environment::withProperty);
		this.environment.withProperty("horde.supervisor.mass-start-rate", "9");
		HordeSettings settings = settings().core(false, false);
		MembershipSettings membership = settings.membership();
		assertThat(membership.nodeName()).isEqualTo("a");
		assertThat(membership.weight()).isEqualTo(3);
		assertThat(membership.labels()).containsEntry("zone", "z1");
		assertThat(membership.expectedSize()).isEqualTo(5);
		assertThat(membership.silenceTimeout()).isEqualTo(Duration.ofSeconds(9));
		assertThat(settings.supervisor().activeRedistribution()).isTrue();
		assertThat(settings.supervisor().maxChildren()).isEqualTo(7);
		assertThat(settings.supervisor().massStartRate()).isEqualTo(9);
		assertThat(settings.supervisor().drainTimeout()).isEqualTo(Duration.ofSeconds(3));
		assertThat(settings.process().mailboxCapacity()).isEqualTo(11);
		assertThat(settings.maxPayloadSize()).isEqualTo(2 << 20);
		assertThat(settings().transport(LinkSecurity.OPEN).maxPayloadSize()).isEqualTo(2 << 20);
	}

	@Test
	void nodeWithNobodyToJoinDoesNotWait() {
		assertThat(settings().core(true, false).membership().joinTimeout()).isZero();
	}

	@Test
	void seatsAreTheExpectedSizeElseTheListedMembers() {
		assertThat(settings().seats()).isZero();
		this.environment.withProperty("horde.cluster.members", "a:1,b:1,c:1");
		assertThat(settings().seats()).isEqualTo(3);
		this.environment.withProperty("horde.cluster.expected-size", "5");
		assertThat(settings().seats()).isEqualTo(5);
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			horde.transport.port, 70000
			horde.transport.max-payload-size, 10B
			horde.cluster.discovery-interval, 0
			horde.shutdown.drain-timeout, -1s
			horde.supervisor.start-timeout, 0
			horde.registry.mailbox-capacity, 0
			horde.registry.call-timeout, 0
			horde.registry.move-wait, -1s
			horde.supervisor.shutdown-timeout, -1s
			horde.quorum.stop-margin, -1s
			horde.transport.overlay-above, 1
			horde.transport.max-payload-size, 5GB
			horde.node.weight, -1
			horde.cluster.expected-size, -1
			horde.failure-detection.heartbeat-interval, 0
			horde.failure-detection.silence-timeout, 600ms
			horde.supervisor.max-concurrent-moves, 0
			horde.supervisor.mass-start-rate, -1
			horde.supervisor.backoff.initial, 1h
			horde.replication.log-size, -1B
			horde.replication.snapshot-chunk, 0B
			horde.replication.max-in-flight, 1KB
			""")
	void contradictionNamesTheProperty(String property, String value) {
		this.environment.withProperty(property, value);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> settings().core(false, false))
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo(property);
				assertThat(ex.getReason()).isNotEmpty();
			});
	}

	@Test
	void contradictionNamesTheOtherPropertyToo() {
		this.environment.withProperty("horde.failure-detection.silence-timeout", "600ms");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(this::settings)
			.satisfies((ex) -> {
				assertThat(ex.getValue()).isEqualTo("600ms");
				assertThat(ex.getReason()).isEqualTo("It must be at least twice"
						+ " horde.failure-detection.heartbeat-interval, or every lost heartbeat is a failure");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "horde.node.name", "horde.cluster.name", "horde.node.labels.zone" })
	void nameThatOtherNodesWouldReadDifferentlyIsRefused(String property) {
		this.environment.withProperty(property, "half a pair: \uD83D");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> settings().core(false, false))
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo(property);
				assertThat(ex.getReason())
					.isEqualTo("It is no valid Unicode: there is half a surrogate pair at index 13");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "horde.node.name", "horde.node.version", "horde.node.labels.zone", "horde.cluster.name",
			"horde.transport.host", "horde.transport.advertised-host" })
	void nameWithALineBreakIsRefused(String property) {
		this.environment.withProperty(property, "n1\r\nERROR");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> settings().core(false, false))
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo(property);
				assertThat(ex.getReason()).isEqualTo("It contains the control character U+000D at index 2");
			});
	}

	@Test
	void voterWithALineBreakIsRefused() {
		this.environment.withProperty("horde.cluster.voters", "n1,n\n2");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> settings().core(false, true))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("horde.cluster.voters"));
	}

	@Test
	void nodeNameThatIsTooLongIsRefused() {
		this.environment.withProperty("horde.node.name", "n".repeat(1025));
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> settings().core(false, false))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("1025 bytes", "the limit is 1024"));
	}

	private NodeSettings settings() {
		HordeProperties properties = Binder.get(this.environment).bindOrCreate("horde", HordeProperties.class);
		return new NodeSettings(properties, this.environment, "");
	}

}
