package io.horde.hazelcast;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.horde.hazelcast.gate.LinkSecurity;
import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.TransportException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Names and numbers under which nodes are reached.
 */
class AddressTests {

	private final List<TestNode> nodes = new ArrayList<>();

	@AfterEach
	void close() {
		this.nodes.forEach(TestNode::close);
	}

	@Test
	void peerDialledUnderTwoNamesHasOneLink() {
		TestNode a = node("a");
		TestNode b = node("b");
		a.dial("localhost:" + b.port());
		a.dial(b.address());
		a.linkTo(b.address());
		b.linkTo(a.address());
		Awaitility.await()
			.during(Duration.ofSeconds(1))
			.atMost(Duration.ofSeconds(10))
			.until(() -> a.handler().ups().size() == 1 && b.handler().ups().size() == 1);
		assertThat(a.handler().violations()).isEmpty();
	}

	@Test
	void hangUpOfASecondNameClosesTheLink() {
		TestNode a = node("a");
		TestNode b = node("b");
		a.dial("localhost:" + b.port());
		a.linkTo(b.address());
		a.run(() -> a.transport().hangUp("localhost:" + b.port()));
		Awaitility.await().until(() -> a.handler().downs().size() == 1 && b.handler().downs().size() == 1);
	}

	@Test
	void ownAddressUnderAnotherNameGivesNoLink() {
		TestNode a = node("a");
		a.dial("localhost:" + a.port());
		Awaitility.await()
			.during(Duration.ofSeconds(1))
			.atMost(Duration.ofSeconds(10))
			.until(() -> a.handler().ups().isEmpty());
		assertThat(a.handler().failures()).isEmpty();
	}

	@Test
	void otherIncarnationAtTheSameAddressGetsALinkOfItsOwn() {
		TestNode a = node("a");
		TestNode first = TestNode.start("b");
		int port = first.port();
		a.dial(first.address());
		Link link = a.linkTo(first.address());
		first.close();
		Awaitility.await().until(() -> !link.isUp());
		TestNode second = TestNode.start("b",
				(settings) -> HazelcastTransportSettings.defaults("127.0.0.1", port, "test", "b"));
		this.nodes.add(second);
		Link renewed = a.linkTo(second.address());
		assertThat(renewed).isNotSameAs(link);
		assertThat(a.transport().counters().reconnects().sum()).isEqualTo(1);
		a.send(renewed, Channels.CLUSTER, new byte[] { 1 });
		Awaitility.await().until(() -> second.handler().frames().size() == 1);
	}

	@Test
	void advertisedAddressIsToldToPeers() {
		TestNode a = TestNode.start("a", (settings) -> settings.withAdvertised("localhost", 0));
		this.nodes.add(a);
		TestNode b = node("b");
		b.dial("127.0.0.1:" + a.port());
		assertThat(a.address()).startsWith("localhost:");
		assertThat(b.linkTo(a.address()).address()).isEqualTo(a.address());
	}

	@Test
	void unreachableAdvertisedAddressIsToldWithItsRemedy() {
		TestNode a = TestNode.start("a", (settings) -> settings.withAdvertised("127.0.0.1", 1));
		this.nodes.add(a);
		TestNode b = node("b");
		a.dial(b.address());
		AtomicReference<String> reason = new AtomicReference<>();
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
			a.handler().failures().forEach((failed) -> reason.set(failed.reason()));
			return reason.get() != null;
		});
		assertThat(reason.get()).contains("127.0.0.1:1").contains("horde.transport.advertised-host");
	}

	@Test
	void nameThatNobodyKnowsIsNotCalledBackInOpenLinks() {
		TestNode a = TestNode.start("a", (settings) -> settings.withAdvertised("localhost", 0));
		this.nodes.add(a);
		TestNode b = node("b");
		a.dial(b.address());
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !a.handler().failures().isEmpty());
		assertThat(a.handler().failures()).allSatisfy((failed) -> assertThat(failed.reason()).contains(a.address())
			.contains("links are open", "set advertised-host to that number"));
		assertThat(b.handler().ups()).isEmpty();
		b.dial(a.address());
		a.linkTo(b.address());
	}

	@Test
	void nameThatNobodyKnowsIsCalledBackWhenItIsProved() {
		TestNode a = TestNode.start("a", (settings) -> settings.withAdvertised("localhost", 0)
			.withSecurity(LinkSecurity.secret("sesame", null)));
		this.nodes.add(a);
		TestNode b = TestNode.start("b", (settings) -> settings.withSecurity(LinkSecurity.secret("sesame", null)));
		this.nodes.add(b);
		a.dial(b.address());
		assertThat(b.linkTo(a.address()).address()).isEqualTo(a.address());
	}

	@Test
	void takenPortNamesTheRemedy() {
		TestNode a = node("a");
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> TestNode.start("b",
					(settings) -> HazelcastTransportSettings.defaults("127.0.0.1", a.port(), "test", "b")))
			.havingRootCause()
			.withMessageContaining("in use");
	}

	@Test
	void foreignHostNamesTheRemedy() {
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> TestNode.start("b",
					(settings) -> HazelcastTransportSettings.defaults("192.0.2.1", 0, "test", "b")))
			.havingCause()
			.havingCause()
			.isInstanceOf(TransportException.class)
			.withMessageContaining("192.0.2.1")
			.withMessageContaining("horde.transport.host");
	}

	@Test
	void allInterfacesAdvertiseARealAddress() {
		TestNode a = TestNode.start("a", (settings) -> HazelcastTransportSettings.defaults("0.0.0.0", 0, "test", "a"));
		this.nodes.add(a);
		assertThat(a.address()).doesNotStartWith("0.0.0.0");
		TestNode b = node("b");
		b.dial("127.0.0.1:" + a.port());
		b.linkTo(a.address());
	}

	private TestNode node(String name) {
		TestNode node = TestNode.start(name);
		this.nodes.add(node);
		return node;
	}

}
