package io.horde.actuate;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * {@link SanitizingFunction} that keeps the secrets of the links out of endpoints, also
 * where these show all other values: as properties, and within others such as the command
 * line.
 */
final class SecretSanitizingFunction implements SanitizingFunction {

	private static final List<String> PROPERTIES = List.of("horde.transport.secret", "horde.transport.previous-secret");

	private static final List<String> KEYS = PROPERTIES.stream().map(SecretSanitizingFunction::uniform).toList();

	/** What is shorter may be a part of anything. */
	private static final int RECOGNISABLE = 8;

	private final Environment environment;

	SecretSanitizingFunction(Environment environment) {
		this.environment = environment;
	}

	@Override
	public SanitizableData apply(SanitizableData data) {
		return (isSecret(data.getKey()) || holdsSecret(data.getValue())) ? data.withSanitizedValue() : data;
	}

	private static boolean isSecret(String key) {
		String uniform = uniform(key);
		return KEYS.stream().anyMatch(uniform::endsWith);
	}

	private static String uniform(String key) {
		return key.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
	}

	private boolean holdsSecret(@Nullable Object value) {
		String text = Objects.toString(value, "");
		return secrets().anyMatch(text::contains);
	}

	private Stream<String> secrets() {
		return PROPERTIES.stream()
			.map(this.environment::getProperty)
			.filter((secret) -> StringUtils.hasText(secret) && secret.length() >= RECOGNISABLE)
			.map(Objects::requireNonNull);
	}

}
