package io.horde.hazelcast;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.hazelcast.gate.LinkSecurity;
import io.horde.transport.Channels;
import io.horde.transport.RecordingHandler.Failed;
import io.horde.transport.TransportHandler.DialFailure;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may link with whom: secrets and cluster names.
 */
class SecretTests {

	private final List<TestNode> nodes = new ArrayList<>();

	@AfterEach
	void close() {
		this.nodes.forEach(TestNode::close);
	}

	@Test
	void nodesWithTheSameSecretAreLinkedAndUnderstandEachOther() {
		TestNode a = node("a", "sesame", null);
		TestNode b = node("b", "sesame", null);
		assertTalk(a, b);
	}

	@Test
	void wrongSecretIsToldOnBothSides() {
		TestNode a = node("a", "sesame", null);
		TestNode b = node("b", "simsim", null);
		assertRefused(a, b, "horde.transport.secret");
	}

	@Test
	void nodeWithoutASecretIsToldSoOnBothSides() {
		TestNode a = node("a", "sesame", null);
		TestNode b = node("b", null, null);
		assertRefused(a, b, "only one of the nodes");
	}

	@Test
	void otherClusterNameIsToldOnBothSides() {
		TestNode a = node("a", null, null);
		TestNode b = TestNode.start("b",
				(settings) -> new HazelcastTransportSettings(settings.host(), 0, null, 0, "other", "b",
						LinkSecurity.OPEN, settings.maxPayloadSize(), settings.window(), settings.clusterWindow(),
						settings.connectTimeout(), settings.silenceTimeout()));
		this.nodes.add(b);
		assertRefused(a, b, "horde.cluster.name");
	}

	@Test
	void newSecretIsRolledOutNodeByNode() {
		TestNode old = node("old", "one", null);
		TestNode both = node("both", "two", "one");
		TestNode done = node("done", "two", null);
		assertTalk(old, both);
		assertTalk(both, done);
		assertRefused(old, done, "horde.transport.secret");
	}

	@Test
	void secretIsNotPrinted() {
		assertThat(HazelcastTransportSettings.defaults("127.0.0.1", 0, "test", "a")
			.withSecurity(LinkSecurity.secret("sesame", "simsim"))).asString()
			.doesNotContain("sesame")
			.doesNotContain("simsim");
	}

	private void assertTalk(TestNode a, TestNode b) {
		a.dial(b.address());
		int before = b.handler().frames().size();
		a.send(a.linkTo(b.address()), Channels.REPLICATION, TestNode.bytes("hello"));
		b.send(b.linkTo(a.address()), Channels.CLUSTER, TestNode.bytes("hello"));
		a.send(a.linkTo(b.address()), Channels.REPLICATION, new byte[200_000]);
		Awaitility.await().until(() -> b.handler().frames().size() == before + 2);
		Awaitility.await().until(() -> a.handler().frames(Channels.CLUSTER).size() == 1);
		assertThat(b.handler().frames().get(before).frame()).isEqualTo(TestNode.bytes("hello"));
	}

	private static void assertRefused(TestNode a, TestNode b, String reason) {
		a.dial(b.address());
		b.dial(a.address());
		for (TestNode node : List.of(a, b)) {
			String peer = (node == a) ? b.address() : a.address();
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> node.handler().failures().stream().anyMatch((failed) -> failed.address().equals(peer)));
			Failed failed = node.handler()
				.failures()
				.stream()
				.filter((candidate) -> candidate.address().equals(peer))
				.findFirst()
				.orElseThrow();
			assertThat(failed.failure()).isEqualTo(DialFailure.FOREIGN);
			assertThat(failed.reason()).contains(reason);
			assertThat(node.handler().link(peer)).isNull();
		}
	}

	private TestNode node(String name, @Nullable String secret, @Nullable String previous) {
		TestNode node = TestNode.start(name, (settings) -> settings
			.withSecurity((secret != null) ? LinkSecurity.secret(secret, previous) : LinkSecurity.OPEN));
		this.nodes.add(node);
		return node;
	}

}
