package io.horde.hazelcast;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.UUID;

import com.hazelcast.client.Client;
import com.hazelcast.client.ClientListener;
import io.horde.hazelcast.gate.Identity;
import io.horde.hazelcast.gate.ProvedConnection;
import io.horde.hazelcast.gate.Refusals;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LocalMember}.
 */
@Timeout(60)
class LocalMemberTests {

	private final LocalMember member = LocalMember
		.start(HazelcastTransportSettings.defaults("127.0.0.1", 0, "test", "member"), (packet) -> {
		}, new Nobody(), new Refusals());

	@AfterEach
	void terminate() {
		this.member.terminate();
	}

	@Test
	void whoDialsFromTheAddressThatNobodyListensAtIsSentAway() throws Exception {
		try (ServerSocketChannel gate = ServerSocketChannel.open()) {
			gate.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
			try (SocketChannel peer = SocketChannel.open()) {
				peer.bind(this.member.address());
				peer.connect(gate.getLocalAddress());
				SocketChannel accepted = gate.accept();
				accepted.configureBlocking(false);
				this.member.accept(
						new ProvedConnection(accepted, null, new Identity(UUID.randomUUID(), "127.0.0.1:1", "test")));
				assertThat(peer.read(ByteBuffer.allocate(1))).isNegative();
			}
		}
		assertThat(this.member.connections()).isEmpty();
	}

	private static final class Nobody implements ClientListener {

		@Override
		public void clientConnected(Client client) {
			throw new IllegalStateException();
		}

		@Override
		public void clientDisconnected(Client client) {
			throw new IllegalStateException();
		}

	}

}
