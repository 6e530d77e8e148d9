package io.horde.sample;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts one node of the sample.
 */
@SpringBootApplication
public class SampleApplication {

	/**
	 * Settings that say where the node is and whom it looks for: given one of them,
	 * whoever starts the node builds the cluster by hand, and no place is chosen for it.
	 */
	private static final String[] BY_HAND = { "horde.node.", "horde.transport.host", "horde.transport.port",
			"horde.transport.advertised", "horde.cluster.", "spring.cloud.discovery." };

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(SampleApplication.class);
		if (!isBuiltByHand(args)) {
			Place.takeFirstFree().ifPresent((place) -> application.setDefaultProperties(place.properties()));
		}
		application.run(args);
	}

	static boolean isBuiltByHand(String... args) {
		Stream<String> arguments = Arrays.stream(args)
			.filter((arg) -> arg.startsWith("--"))
			.map((arg) -> arg.substring(2));
		Stream<String> system = System.getProperties().stringPropertyNames().stream();
		Stream<String> environment = System.getenv()
			.keySet()
			.stream()
			.map((name) -> name.toLowerCase(Locale.ROOT).replace('_', '.'));
		return Stream.of(arguments, system, environment)
			.flatMap((names) -> names)
			.anyMatch((name) -> Arrays.stream(BY_HAND).anyMatch(name::startsWith));
	}

}
