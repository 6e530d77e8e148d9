package io.horde.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of eight places on this machine for nodes of the sample that are started without
 * any settings: each has its ports, and all of them know the eight transport addresses. A
 * place is held by a file lock for as long as the JVM lives, so that nodes that are
 * started at the same time don't choose the same ports.
 */
final class Place {

	private static final int PLACES = 8;

	private static final int HTTP_PORT = 8080;

	private static final int TRANSPORT_PORT = 7420;

	/**
	 * Never closed, and referred to for as long as the JVM lives: a channel that is
	 * collected gives up its lock.
	 */
	private static final List<FileChannel> held = new ArrayList<>();

	private final int number;

	private Place(int number) {
		this.number = number;
	}

	static Optional<Place> takeFirstFree() {
		for (int number = 0; number < PLACES; number++) {
			Optional<Place> place = take(number);
			if (place.isPresent()) {
				return place;
			}
		}
		return Optional.empty();
	}

	private static Optional<Place> take(int number) {
		try {
			Path directory = Files
				.createDirectories(Path.of(System.getProperty("java.io.tmpdir"), "horde-sample-" + user()));
			FileChannel channel = FileChannel.open(directory.resolve("place-" + number), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE);
			if (channel.tryLock() != null) {
				held.add(channel);
				return Optional.of(new Place(number));
			}
			channel.close();
			return Optional.empty();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String user() {
		return System.getProperty("user.name").replaceAll("[^A-Za-z0-9]", "_");
	}

	Map<String, Object> properties() {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("server.port", HTTP_PORT + this.number);
		properties.put("horde.node.name", "node-" + (this.number + 1));
		properties.put("horde.transport.host", "127.0.0.1");
		properties.put("horde.transport.port", TRANSPORT_PORT + this.number);
		properties.put("horde.cluster.service-id", "horde-sample");
		for (int place = 0; place < PLACES; place++) {
			properties.put("spring.cloud.discovery.client.simple.instances.horde-sample[" + place + "].uri",
					"http://127.0.0.1:" + (HTTP_PORT + place));
			properties.put(
					"spring.cloud.discovery.client.simple.instances.horde-sample[" + place + "].metadata.horde-port",
					String.valueOf(TRANSPORT_PORT + place));
		}
		return properties;
	}

}
