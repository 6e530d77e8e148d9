package io.horde.hazelcast.attack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import com.hazelcast.client.impl.protocol.ClientMessage;

/**
 * All attacks at once, as fast as they can be made, in a JVM of their own.
 */
public final class Storm {

	private static final int MAX_IDLE = 1000;

	private static final int IMPATIENCE = 100;

	private Storm() {
	}

	/**
	 * Attack until standard input ends, or until asked for the number of attacks.
	 * @param args the mode, then the ports of nodes
	 * @throws IOException if standard input can't be read
	 */
	public static void main(String[] args) throws IOException {
		Mode mode = Mode.valueOf(args[0]);
		List<Integer> ports = Arrays.stream(args).skip(1).map(Integer::parseInt).toList();
		ClientWire.recordedLogin();
		Keys.trustingAnybody(Keys.OTHER);
		AtomicLong made = new AtomicLong();
		for (Kind kind : Kind.values()) {
			Thread attacker = new Thread(() -> attack(kind, mode, ports, made), kind.name());
			attacker.setDaemon(true);
			attacker.start();
		}
		ChildJvm.answer("attacking");
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
		while (input.readLine() != null) {
			ChildJvm.answer(Long.toString(made.get()));
		}
		System.exit(0);
	}

	private static void attack(Kind kind, Mode mode, List<Integer> ports, AtomicLong made) {
		SplittableRandom random = new SplittableRandom(kind.ordinal());
		while (true) {
			int port = ports.get(random.nextInt(ports.size()));
			RawAttacks.untilClosed(() -> kind.attack(mode, port, random));
			made.incrementAndGet();
		}
	}

	/**
	 * The kinds of attacks.
	 */
	private enum Kind {

		GARBAGE {

			@Override
			void attack(Mode mode, int port, SplittableRandom random) throws IOException {
				byte[] garbage = new byte[random.nextInt(3000)];
				random.nextBytes(garbage);
				send(port, garbage, random);
			}

		},

		MUTATED_HANDSHAKE {

			@Override
			void attack(Mode mode, int port, SplittableRandom random) throws IOException {
				byte[] hello = TlsRecords.clientHello();
				hello[random.nextInt(hello.length)] ^= (byte) (1 << random.nextInt(8));
				send(port, hello, random);
			}

		},

		FIRST_MESSAGE {

			@Override
			void attack(Mode mode, int port, SplittableRandom random) throws IOException {
				send(port, TlsRecords.clientHello(), random);
			}

		},

		WRONG_PROOF {

			@Override
			void attack(Mode mode, int port, SplittableRandom random) throws IOException {
				try (GateClient client = GateClient.connect(mode, port)) {
					client.enter(UUID.randomUUID(), "127.0.0.1:" + (1 + random.nextInt(1000)));
				}
			}

		},

		HAZELCAST {

			@Override
			void attack(Mode mode, int port, SplittableRandom random) throws IOException {
				try (Socket socket = RawAttacks.connect(port, source(random))) {
					ClientWire wire = new ClientWire(socket.getInputStream(), socket.getOutputStream());
					wire.login();
					for (ClientMessage message : Stranger.managementMessages().values()) {
						wire.send(message);
					}
					wire.send(Stranger.submission(Stranger.nestedSets(), UUID.randomUUID()));
					wire.claim(100_000_000);
				}
			}

		},

		IDLE {

			private final Queue<Socket> idle = new ArrayDeque<>();

			@Override
			void attack(Mode mode, int port, SplittableRandom random) throws IOException {
				this.idle.add(RawAttacks.connect(port, source(random)));
				if (this.idle.size() > MAX_IDLE) {
					this.idle.remove().close();
				}
			}

		},

		IN_CLEAR {

			@Override
			void attack(Mode mode, int port, SplittableRandom random) throws IOException {
				send(port, GateClient.introduction(UUID.randomUUID(), "127.0.0.1:" + port, Mode.CLUSTER), random);
			}

		};

		abstract void attack(Mode mode, int port, SplittableRandom random) throws IOException;

		private static String source(SplittableRandom random) {
			return "127.0.0." + (1 + random.nextInt(200));
		}

		private static void send(int port, byte[] bytes, SplittableRandom random) throws IOException {
			try (Socket socket = RawAttacks.connect(port, source(random))) {
				socket.setSoTimeout(IMPATIENCE);
				socket.getOutputStream().write(bytes);
				socket.getInputStream().read();
			}
		}

	}

}
