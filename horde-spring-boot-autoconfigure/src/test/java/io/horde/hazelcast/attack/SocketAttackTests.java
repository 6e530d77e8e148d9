package io.horde.hazelcast.attack;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bytes that are not, or not quite, what a node says.
 */
class SocketAttackTests {

	private static final int HANDSHAKES = 40;

	private static final Duration PATIENCE = Duration.ofSeconds(7);

	@RegisterExtension
	private final AttackedNodes nodes = new AttackedNodes();

	@ParameterizedTest
	@EnumSource(Mode.class)
	void garbageHarmsNobody(Mode mode) throws IOException {
		Victims victims = this.nodes.of(mode);
		SplittableRandom random = new SplittableRandom(1);
		for (int i = 0; i < 50; i++) {
			byte[] garbage = new byte[1 + random.nextInt(20_000)];
			random.nextBytes(garbage);
			RawAttacks.send(victims.port(), garbage);
		}
		for (String text : List.of("GET / HTTP/1.1\r\n\r\n", "CP2", "HZCxxxxxxxxxxxxxxxx", "SSH-2.0-x\r\n")) {
			RawAttacks.send(victims.port(), text.getBytes(StandardCharsets.US_ASCII));
		}
		RawAttacks.send(victims.port(), ByteBuffer.allocate(40).put((byte) 22).putShort((short) 0x0301).array());
		RawAttacks.send(victims.port(), new byte[1_000_000]);
		victims.assertUnharmed();
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void truncatedHandshakesHarmNobody(Mode mode) throws IOException {
		Victims victims = this.nodes.of(mode);
		byte[] first = first(mode);
		SplittableRandom random = new SplittableRandom(2);
		for (int i = 0; i < HANDSHAKES; i++) {
			RawAttacks.send(victims.port(), Arrays.copyOf(first, random.nextInt(first.length)));
		}
		victims.assertUnharmed();
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void handshakesWithFlippedBitsHarmNobody(Mode mode) throws IOException {
		Victims victims = this.nodes.of(mode);
		byte[] first = first(mode);
		SplittableRandom random = new SplittableRandom(3);
		for (int i = 0; i < HANDSHAKES; i++) {
			byte[] flipped = first.clone();
			for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
				flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
			}
			RawAttacks.send(victims.port(), flipped);
		}
		victims.assertUnharmed();
	}

	private static byte[] first(Mode mode) {
		return (mode == Mode.OPEN) ? GateClient.introduction(new UUID(1, 2), "127.0.0.1:1", Mode.CLUSTER)
				: TlsRecords.clientHello();
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void halfOpenConnectionsAreClosed(Mode mode) throws IOException {
		Victims victims = this.nodes.of(mode);
		List<Socket> sockets = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			Socket socket = RawAttacks.connect(victims.port());
			sockets.add(socket);
			RawAttacks.untilClosed(socket::shutdownOutput);
		}
		for (Socket socket : sockets) {
			assertThat(RawAttacks.isClosedWithin(socket, PATIENCE)).isTrue();
			socket.close();
		}
		victims.assertUnharmed();
	}

}
