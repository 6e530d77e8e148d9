package io.horde.discovery;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.cloud.client.discovery.event.InstancePreRegisteredEvent;
import org.springframework.cloud.client.serviceregistry.Registration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link RegistrationMetadata} and
 * {@link RegistrationMetadataEnvironmentPostProcessor}.
 */
class RegistrationMetadataTests {

	private final StaticListableBeanFactory beanFactory = new StaticListableBeanFactory();

	private final RegistrationMetadata listener = new RegistrationMetadata(() -> "10.0.0.1:43210", "a",
			this.beanFactory);

	@Test
	void boundPortAndNodeNameAreAddedToTheRegistration() {
		Map<String, String> metadata = new HashMap<>(Map.of("horde-port", "0"));
		this.listener.onApplicationEvent(event(metadata));
		assertThat(metadata).containsOnly(Map.entry("horde-port", "43210"), Map.entry("horde-node", "a"));
	}

	@Test
	void registrationThatTakesNoMetadataIsLeftAlone() {
		assertThatNoException()
			.isThrownBy(() -> this.listener.onApplicationEvent(event(Collections.unmodifiableMap(new HashMap<>()))));
		assertThatNoException().isThrownBy(() -> this.listener.onApplicationEvent(event(null)));
	}

	/* As Zookeeper's, which is made of the map of its properties after the event. */
	@Test
	void registrationThatIsMadeLaterTakesThemFromItsProperties() {
		ZookeeperProperties properties = new ZookeeperProperties();
		Map<String, String> registered = properties.getMetadata();
		registered.putAll(Map.of("horde-port", "0", "zone", "z1"));
		this.beanFactory.addBean("zookeeperDiscoveryProperties", properties);
		this.listener.onApplicationEvent(event(Collections.emptyMap()));
		assertThat(registered).containsOnly(Map.entry("horde-port", "43210"), Map.entry("horde-node", "a"),
				Map.entry("zone", "z1"));
	}

	@Test
	void propertiesOfRegistriesTellPortAndNodeName() {
		ConfigurableEnvironment environment = process(new MockEnvironment().withProperty("horde.transport.port", "7431")
			.withProperty("horde.node.name", "a"));
		assertThat(environment.getProperty("eureka.instance.metadata-map.horde-port")).isEqualTo("7431");
		assertThat(environment.getProperty("spring.cloud.consul.discovery.metadata.horde-node")).isEqualTo("a");
		assertThat(environment.getProperty("spring.cloud.zookeeper.discovery.metadata.horde-port")).isEqualTo("7431");
	}

	@Test
	void advertisedPortIsTold() {
		ConfigurableEnvironment environment = process(
				new MockEnvironment().withProperty("horde.transport.advertised-port", "30020"));
		assertThat(environment.getProperty("eureka.instance.metadata-map.horde-port")).isEqualTo("30020");
	}

	@Test
	void whatTheApplicationSetsWins() {
		ConfigurableEnvironment environment = process(
				new MockEnvironment().withProperty("eureka.instance.metadata-map.horde-port", "9999"));
		assertThat(environment.getProperty("eureka.instance.metadata-map.horde-port")).isEqualTo("9999");
	}

	@Test
	void portThatIsChosenAtTheStartIsNotTold() {
		ConfigurableEnvironment environment = process(new MockEnvironment().withProperty("horde.transport.port", "0"));
		assertThat(environment.getProperty("eureka.instance.metadata-map.horde-port")).isNull();
	}

	@Test
	void disabledHordeTellsNothing() {
		ConfigurableEnvironment environment = process(new MockEnvironment().withProperty("horde.enabled", "false"));
		assertThat(environment.getProperty("eureka.instance.metadata-map.horde-port")).isNull();
	}

	private static InstancePreRegisteredEvent event(Map<String, String> metadata) {
		Registration registration = mock(Registration.class);
		given(registration.getMetadata()).willReturn(metadata);
		return new InstancePreRegisteredEvent("test", registration);
	}

	private static ConfigurableEnvironment process(MockEnvironment environment) {
		new RegistrationMetadataEnvironmentPostProcessor().postProcessEnvironment(environment, new SpringApplication());
		return environment;
	}

	static class ZookeeperProperties {

		private final Map<String, String> metadata = new HashMap<>();

		public Map<String, String> getMetadata() {
			return this.metadata;
		}

	}

}
