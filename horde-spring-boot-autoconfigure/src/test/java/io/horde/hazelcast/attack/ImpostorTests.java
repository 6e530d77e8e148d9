package io.horde.hazelcast.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Strangers that listen at an address that a node dials.
 */
class ImpostorTests {

	@RegisterExtension
	private final AttackedNodes nodes = new AttackedNodes();

	static Stream<Arguments> impostors() {
		return Stream.of(Mode.SECRET, Mode.CERTIFICATES, Mode.OPEN)
			.flatMap((mode) -> Stream.of(Answer.values()).map((answer) -> Arguments.of(mode, answer)));
	}

	@ParameterizedTest
	@MethodSource("impostors")
	void nothingThatAnImpostorSaysHasConsequences(Mode mode, Answer answer) throws IOException {
		Victims victims = this.nodes.of(mode);
		AtomicInteger dialled = new AtomicInteger();
		try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			Thread impostor = new Thread(() -> RawAttacks.untilClosed(() -> {
				while (true) {
					Socket socket = listener.accept();
					dialled.incrementAndGet();
					new Thread(() -> RawAttacks.untilClosed(() -> answer.give(mode, socket)), "impostor").start();
				}
			}), "impostor");
			impostor.start();
			String address = "127.0.0.1:" + listener.getLocalPort();
			victims.dial(address);
			Awaitility.await().until(() -> dialled.get() > 0);
			assertThat(victims.join()).isLessThan(Victims.RECOVERY);
			assertThat(victims.isLinkedTo(address)).isFalse();
			victims.hangUp(address);
		}
		victims.assertUnharmed();
	}

	/**
	 * What an impostor does.
	 */
	private enum Answer {

		SILENCE {

			@Override
			void give(Mode mode, Socket socket) throws IOException {
				socket.getInputStream().read();
			}

		},

		END {

			@Override
			void give(Mode mode, Socket socket) throws IOException {
				socket.close();
			}

		},

		GARBAGE {

			@Override
			void give(Mode mode, Socket socket) throws IOException {
				byte[] garbage = new byte[100_000];
				new SplittableRandom(1).nextBytes(garbage);
				socket.getOutputStream().write(garbage);
			}

		},

		REFUSAL_IN_CLEAR {

			@Override
			void give(Mode mode, Socket socket) throws IOException {
				for (int code = 0; code < 20; code++) {
					socket.getOutputStream().write(GateClient.message(GateClient.REFUSAL, new byte[] { (byte) code }));
				}
			}

		},

		REFUSAL_INSIDE {

			@Override
			void give(Mode mode, Socket socket) throws IOException {
				try (GateClient client = accept(mode, socket)) {
					client.read();
					client.send(GateClient.message(GateClient.REFUSAL, new byte[] { 5 }));
					client.read();
				}
			}

		},

		WRONG_PROOF {

			@Override
			void give(Mode mode, Socket socket) throws IOException {
				try (GateClient client = accept(mode, socket)) {
					client.read();
					client.send(GateClient.introduction(UUID.randomUUID(), "127.0.0.1:1",
							(mode == Mode.OPEN) ? "another" : Mode.CLUSTER));
					client.read();
					client.send(GateClient.message(GateClient.ACCEPTANCE, GateClient.proofList(new byte[32])));
					client.read();
				}
			}

		};

		abstract void give(Mode mode, Socket socket) throws IOException;

		private static GateClient accept(Mode mode, Socket socket) throws IOException {
			return (mode == Mode.OPEN) ? GateClient.plain(socket)
					: GateClient.accept(socket, Keys.trustingAnybody(Keys.OTHER));
		}

	}

}
