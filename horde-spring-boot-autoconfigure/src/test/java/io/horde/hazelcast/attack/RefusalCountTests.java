package io.horde.hazelcast.attack;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.horde.hazelcast.HazelcastTransportSettings;
import io.horde.hazelcast.TestNode;
import io.horde.hazelcast.gate.GateRefusal;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Refusals are counted by reason.
 */
class RefusalCountTests {

	private final List<TestNode> nodes = new ArrayList<>();

	@AfterEach
	void close() {
		this.nodes.forEach(TestNode::close);
	}

	@Test
	void eachReasonIsCountedWhereLinksAreSecured() throws IOException {
		TestNode node = node(Mode.SECRET);
		RawAttacks.send(node.port(), new byte[100]);
		assertCounted(node, GateRefusal.NOT_HORDE);
		RawAttacks.send(node.port(), GateClient.introduction(UUID.randomUUID(), "127.0.0.1:1", Mode.CLUSTER));
		assertCounted(node, GateRefusal.ONE_SIDED);
		byte[] hello = TlsRecords.clientHello();
		hello[TlsRecords.HEAD] = 77;
		RawAttacks.send(node.port(), hello);
		assertCounted(node, GateRefusal.TLS);
		try (GateClient client = GateClient.connect(Mode.SECRET, node.port())) {
			client.enter(UUID.randomUUID(), "127.0.0.1:1");
			assertCounted(node, GateRefusal.SECRET);
		}
		try (GateClient client = GateClient.connect(Mode.SECRET, node.port())) {
			client.send(GateClient.introduction(UUID.randomUUID(), "127.0.0.1:1", "another"));
			client.read();
			assertCounted(node, GateRefusal.CLUSTER);
		}
		try (Socket silent = RawAttacks.connect(node.port())) {
			silent.getOutputStream().write(TlsRecords.clientHello(), 0, 1);
			assertCounted(node, GateRefusal.TOO_SLOW);
		}
	}

	@Test
	void eachReasonIsCountedWhereLinksAreOpen() throws IOException {
		TestNode node = node(Mode.OPEN);
		try (Visitor visitor = new Visitor(GateClient.open(node.port()), "127.0.0.1:1")) {
			visitor.isAnswered(Stranger.managementMessages().values().iterator().next());
			assertCounted(node, GateRefusal.FORBIDDEN_MESSAGE);
		}
		byte[] older = GateClient.introduction(UUID.randomUUID(), "127.0.0.1:1", Mode.CLUSTER);
		older[4]--;
		RawAttacks.send(node.port(), older);
		assertCounted(node, GateRefusal.VERSION);
		List<Socket> idle = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			idle.add(RawAttacks.connect(node.port()));
		}
		assertCounted(node, GateRefusal.TOO_MANY);
		for (Socket socket : idle) {
			socket.close();
		}
	}

	private static void assertCounted(TestNode node, GateRefusal refusal) {
		Awaitility.await().until(() -> node.transport().counters().refusals().count(refusal).sum() > 0);
	}

	private TestNode node(Mode mode) {
		TestNode node = TestNode.start("node",
				(settings) -> HazelcastTransportSettings.defaults(settings.host(), 0, Mode.CLUSTER, "node")
					.withSecurity(mode.security()));
		this.nodes.add(node);
		return node;
	}

}
