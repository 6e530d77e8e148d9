package io.horde.hazelcast.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Strangers that begin handshakes of nodes.
 */
class HelloAttackTests {

	private static final List<String> SPELLINGS = List.of("127.0.0.1", "127.1", "127.0.1", "localhost", "LOCALHOST",
			"Localhost", "2130706433", "127.000.000.001", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
			"[::ffff:7f00:1]", "0.0.0.0", "0", "localhost.");

	private static final Duration FLOOD_PAUSE = Duration.ofMillis(12);

	@RegisterExtension
	private final AttackedNodes nodes = new AttackedNodes();

	@ParameterizedTest
	@EnumSource(Mode.class)
	void nodesLinkThoughStrangersGreetBothInTheNameOfTheOther(Mode mode) {
		Victims victims = this.nodes.of(mode);
		AtomicBoolean goOn = new AtomicBoolean(true);
		CompletableFuture<Void> first = flood(mode, victims.address(), victims.newcomer().address(), goOn);
		CompletableFuture<Void> second = flood(mode, victims.newcomer().address(), victims.address(), goOn);
		try {
			assertThat(victims.join()).as("until the nodes had linked").isLessThan(Victims.RECOVERY);
		}
		finally {
			goOn.set(false);
			first.join();
			second.join();
		}
		victims.assertUnharmed();
	}

	/**
	 * Some eighty times a second.
	 */
	private static CompletableFuture<Void> flood(Mode mode, String address, String named, AtomicBoolean goOn) {
		return CompletableFuture.runAsync(() -> {
			while (goOn.get()) {
				RawAttacks.untilClosed(() -> {
					if (mode == Mode.OPEN) {
						greet(mode, address, named);
					}
					else {
						RawAttacks.send(Victims.port(address), ClientWire.recordedLogin());
						try (GateClient client = GateClient.connect(mode, Victims.port(address))) {
							client.enter(UUID.randomUUID(), named);
						}
					}
				});
				LockSupport.parkNanos(FLOOD_PAUSE.toNanos());
			}
		});
	}

	/**
	 * Greet a node, with Hazelcast's own client, and, where anybody may, at the gate.
	 * @return whether anything was answered
	 */
	private static boolean greet(Mode mode, String address, String named) {
		if (mode != Mode.OPEN) {
			Stranger stranger = Stranger.connect(address);
			if (stranger == null) {
				return false;
			}
			try (stranger) {
				return stranger.submitPacket(Stranger.hello(UUID.randomUUID(), named));
			}
		}
		try (Visitor visitor = new Visitor(GateClient.open(Victims.port(address)), named)) {
			return visitor.greet();
		}
		catch (IOException ex) {
			return false;
		}
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void addressWrittenInManyWaysIsDialledInNone(Mode mode) {
		Victims victims = this.nodes.of(mode);
		List<String> addresses = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			for (String spelling : SPELLINGS) {
				addresses.add(spelling + ":" + "0".repeat(i) + victims.port());
			}
		}
		assertCostsNothing(victims, addresses);
	}

	@ParameterizedTest
	@EnumSource(names = { "OPEN", "SECRET" })
	void hostNamesAreNotLookedUp(Mode mode) {
		Victims victims = this.nodes.of(mode);
		List<String> addresses = new ArrayList<>();
		for (int i = 0; i < 60; i++) {
			addresses.add("host-" + i + ".invalid:7420");
		}
		assertCostsNothing(victims, addresses);
	}

	private static void assertCostsNothing(Victims victims, List<String> addresses) {
		for (String address : addresses) {
			if (!greet(victims.mode(), victims.address(), address) && victims.mode() != Mode.OPEN) {
				break;
			}
		}
		int threads = victims.measure().threads();
		assertThat(threads).as("threads during the attack").isLessThanOrEqualTo(victims.before().threads() + 4);
		assertThat(victims.join()).as("until a node had joined").isLessThan(Victims.RECOVERY);
		victims.assertUnharmed();
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void addressThatAStrangerNamesIsNotDialled(Mode mode) throws IOException {
		Victims victims = this.nodes.of(mode);
		try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.9"))) {
			listener.setSoTimeout(500);
			greet(mode, victims.address(), "127.0.0.9:" + listener.getLocalPort());
			assertThatThrownBy(listener::accept).isInstanceOf(SocketTimeoutException.class);
		}
		victims.assertUnharmed();
	}

}
