package io.horde.hazelcast;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import com.hazelcast.internal.nio.Connection;
import org.junit.jupiter.api.Test;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

/**
 * Tests for {@link Visitors}.
 */
class VisitorsTests {

	private final UUID peer = UUID.randomUUID();

	private final List<Connection> connections = new ArrayList<>();

	@Test
	void whoHasJustComeMayStay() {
		Connection silent = connection(null, 1);
		turnOut();
		assertStays(silent);
	}

	@Test
	void whoSaysNothingForLongMustGo() {
		Connection silent = connection(null, 6);
		Connection client = connection(UUID.randomUUID(), 6);
		turnOut();
		assertGone(silent);
		assertStays(client);
	}

	@Test
	void ofTooManyTheOldestMustGoAndNoPeer() {
		Connection linked = connection(this.peer, 4000);
		Connection oldest = connection(UUID.randomUUID(), 3000);
		for (int i = 1; i < Visitors.MAX; i++) {
			connection(UUID.randomUUID(), 2000 - i);
		}
		turnOut();
		assertStays(oldest);
		Connection newest = connection(null, 0);
		turnOut();
		assertGone(oldest);
		assertStays(newest);
		assertStays(linked);
	}

	private Connection connection(UUID client, int seconds) {
		Connection connection = mock(Connection.class);
		given(connection.getRemoteUuid()).willReturn(client);
		given(connection.getStartTime()).willReturn(System.currentTimeMillis() - seconds * 1000L);
		this.connections.add(connection);
		return connection;
	}

	private void turnOut() {
		new Visitors().turnOut(this.connections, Set.of(this.peer));
	}

	private static void assertStays(Connection connection) {
		then(connection).should(never()).close(any(), any());
	}

	private static void assertGone(Connection connection) {
		then(connection).should().close(any(), any());
	}

}
