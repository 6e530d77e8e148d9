package io.horde.hazelcast.attack;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What strangers can do with Hazelcast's own client, or with what it would send.
 */
class HazelcastClientAttackTests {

	private static final int PROXIES = 20_000;

	private static final int CLAIMED = 100_000_000;

	@RegisterExtension
	private final AttackedNodes nodes = new AttackedNodes();

	@ParameterizedTest
	@EnumSource(Mode.class)
	void managementMessagesAreObeyedByNobody(Mode mode) {
		Victims victims = this.nodes.of(mode);
		AtomicReference<List<String>> obeyed = new AtomicReference<>(List.of());
		asClient(victims, (stranger) -> obeyed.set(stranger.manage()));
		assertThat(obeyed.get()).isEmpty();
		victims.assertUnharmed();
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void setsOfSetsTakeNoProcessorTime(Mode mode) {
		Victims victims = this.nodes.of(mode);
		asClient(victims, (stranger) -> stranger.submit(Stranger.nestedSets()));
		Duration before = victims.measure().cpu();
		Awaitility.await().pollDelay(Duration.ofMillis(500)).until(() -> true);
		assertThat(victims.measure().cpu().minus(before)).as("processor time in half a second")
			.isLessThan(Duration.ofMillis(350));
		victims.assertUnharmed();
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void framesOfAHundredMegabytesTakeNoMemory(Mode mode) throws IOException {
		Victims victims = this.nodes.of(mode);
		List<Socket> sockets = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			Socket socket = RawAttacks.connect(victims.port());
			sockets.add(socket);
			ClientWire wire = new ClientWire(socket.getInputStream(), socket.getOutputStream());
			RawAttacks.untilClosed(() -> {
				wire.login();
				wire.messageType();
				wire.claim(CLAIMED);
				wire.write(new byte[1000]);
			});
		}
		victims.measure();
		for (Socket socket : sockets) {
			socket.close();
		}
		victims.assertUnharmed();
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void proxiesAreCreatedForNobody(Mode mode) {
		Victims victims = this.nodes.of(mode);
		AtomicReference<Integer> created = new AtomicReference<>(0);
		asClient(victims, (stranger) -> created.set(stranger.createProxies(PROXIES)));
		assertThat(created.get()).isZero();
		victims.assertUnharmed();
	}

	@Test
	void visitorsOfOpenNodesMaySendWhatLinksSendAndNothingElse() throws IOException {
		Victims victims = this.nodes.of(Mode.OPEN);
		String address = "127.0.0.1:1";
		Map<String, byte[]> messages = new LinkedHashMap<>();
		Stranger.managementMessages().forEach((name, message) -> messages.put(name, ClientWire.bytes(message)));
		messages.put("a map", ClientWire.bytes(Stranger.proxy(1)));
		messages.put("a frame of 100 MB", ClientWire.frameHead(CLAIMED));
		messages.put("sets of sets", ClientWire.bytes(Stranger.submission(Stranger.nestedSets(), new UUID(1, 2))));
		messages.put("a frame of less than nothing", ClientWire.frameHead(-1));
		for (Map.Entry<String, byte[]> message : messages.entrySet()) {
			try (Visitor visitor = new Visitor(GateClient.open(victims.port()), address)) {
				assertThat(visitor.isAnswered(message.getValue())).as(message.getKey()).isFalse();
			}
		}
		victims.assertUnharmed();
	}

	private static void asClient(Victims victims, Consumer<Stranger> attack) {
		Stranger stranger = Stranger.connect(victims.address());
		if (stranger != null) {
			try (stranger) {
				attack.accept(stranger);
			}
		}
	}

}
