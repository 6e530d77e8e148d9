package io.horde.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.horde.cluster.membership.MembershipSettings;
import io.horde.node.HordeSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PropertyNames}: each setting of the core has a property, and users are
 * told the default that the core has.
 */
class PropertyNamesTests {

	/** They are made up from other properties, or found out. */
	private static final Set<String> WITHOUT_PROPERTY = Set.of("seats", "incarnationAbove");

	/** The default is what the environment tells, or no limit. */
	private static final Set<String> WITHOUT_DEFAULT = Set.of("horde.node.name", "horde.node.version",
			"horde.node.labels", "horde.cluster.name", "horde.cluster.voters", "horde.cluster.expected-size",
			"horde.supervisor.distribution", "horde.supervisor.max-children", "horde.supervisor.mass-start-rate");

	private static final Map<String, JsonNode> metadata = metadata();

	static Stream<Record> settings() {
		HordeSettings settings = HordeSettings.defaults("n1");
		return Stream.of(settings, settings.membership(), settings.replication(), settings.registry(),
				settings.supervisor(), settings.process());
	}

	@ParameterizedTest
	@MethodSource("settings")
	void usersAreToldTheDefaultsOfTheCore(Record settings) throws ReflectiveOperationException {
		for (RecordComponent component : settings.getClass().getRecordComponents()) {
			if (Record.class.isAssignableFrom(component.getType()) || WITHOUT_PROPERTY.contains(component.getName())) {
				continue;
			}
			String property = PropertyNames.of(settings.getClass(), component.getName());
			JsonNode description = metadata.get(property);
			assertThat(description).as(property).isNotNull();
			assertThat(description.has("defaultValue")).as(property).isNotEqualTo(WITHOUT_DEFAULT.contains(property));
			if (description.has("defaultValue")) {
				assertThat(told(property, description, component.getType())).as(property)
					.isEqualTo(component.getAccessor().invoke(settings));
			}
		}
	}

	@Test
	void sentencesShowProperties() {
		assertThat(PropertyNames.in("must exceed {heartbeatInterval}, or it ends", MembershipSettings.class))
			.isEqualTo("must exceed horde.failure-detection.heartbeat-interval, or it ends");
		assertThat(PropertyNames.of(MembershipSettings.class, "labels.zone.x")).isEqualTo("horde.node.labels.zone.x");
	}

	private static Object told(String property, JsonNode description, Class<?> type) {
		String value = description.get("defaultValue").asString();
		if (property.equals("horde.supervisor.redistribution")) {
			return value.equals("active");
		}
		if (description.get("type").asString().equals(DataSize.class.getName())) {
			long bytes = DataSize.parse(value).toBytes();
			return (type == int.class) ? (Object) (int) bytes : (Object) bytes;
		}
		Class<?> target = (type == int.class) ? Integer.class : type;
		assertThat(target).isIn(List.of(Integer.class, Duration.class));
		return ApplicationConversionService.getSharedInstance().convert(value, target);
	}

	private static Map<String, JsonNode> metadata() {
		Map<String, JsonNode> metadata = new TreeMap<>();
		try {
			for (URL url : Collections.list(PropertyNamesTests.class.getClassLoader()
				.getResources("META-INF/spring-configuration-metadata.json"))) {
				if (url.getProtocol().equals("file")) {
					try (InputStream in = url.openStream()) {
						JsonMapper.shared()
							.readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8))
							.path("properties")
							.forEach((property) -> metadata.put(property.path("name").asString(), property));
					}
				}
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		return metadata;
	}

}
