package io.horde.hazelcast;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import com.hazelcast.internal.nio.Connection;
import io.horde.hazelcast.gate.Allowance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those whose connection to this node's port belongs to no link. Hazelcast lets anybody
 * stay, even who never says a word; here only so many stay, and the silent ones not for
 * long. Lives on the event loop.
 */
final class Visitors {

	private static final Logger logger = LoggerFactory.getLogger(HazelcastTransport.class);

	/**
	 * Peers are visitors too until their handshake is complete, so there is room for a
	 * large cluster that starts at once.
	 */
	static final int MAX = 256;

	/**
	 * A peer introduces itself to Hazelcast within a round trip.
	 */
	private static final long SILENT_MILLIS = 5000;

	private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

	private long turnedOut;

	private final Allowance warnings = Allowance.oneIn(BETWEEN_WARNINGS, System::nanoTime);

	/**
	 * Close what is too old or too much.
	 * @param connections all connections from outside
	 * @param linked the clients of links that are up
	 */
	void turnOut(Collection<? extends Connection> connections, Set<UUID> linked) {
		long now = System.currentTimeMillis();
		List<Connection> staying = new ArrayList<>();
		for (Connection connection : connections) {
			UUID client = connection.getRemoteUuid();
			if (client == null && now - connection.getStartTime() > SILENT_MILLIS) {
				close(connection, "It has not introduced itself");
			}
			else if (client == null || !linked.contains(client)) {
				staying.add(connection);
			}
		}
		if (staying.size() > MAX) {
			staying.sort(Comparator.comparingLong(Connection::getStartTime));
			staying.subList(0, staying.size() - MAX)
				.forEach((connection) -> close(connection, "There are too many connections that belong to no link"));
		}
		warn();
	}

	private void close(Connection connection, String reason) {
		this.turnedOut++;
		connection.close(reason, null);
	}

	private void warn() {
		if (this.turnedOut > 0 && this.warnings.use()) {
			logger.warn(
					"{} connections to this node's port were closed, since nobody introduced itself within {} s"
							+ " or more than {} belonged to no node of the cluster: who is there besides them?",
					this.turnedOut, TimeUnit.MILLISECONDS.toSeconds(SILENT_MILLIS), MAX);
			this.turnedOut = 0;
		}
	}

}
