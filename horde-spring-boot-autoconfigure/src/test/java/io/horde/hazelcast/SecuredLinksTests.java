package io.horde.hazelcast;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.hazelcast.gate.LinkSecurity;
import io.horde.hazelcast.gate.TestCertificates;
import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.TransportHandler.DialFailure;
import io.horde.transport.TransportHandler.LinkDown;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Links between nodes with certificates, and the ends of encrypted links.
 */
class SecuredLinksTests {

	private static final String BUNDLE = "horde.transport.ssl.bundle";

	private final List<TestNode> nodes = new ArrayList<>();

	@AfterEach
	void close() {
		this.nodes.forEach(TestNode::close);
	}

	@Test
	void nodesOfOneAuthorityAreLinkedAndThoseOfAnotherAreNot() throws GeneralSecurityException {
		TestNode a = node("a", LinkSecurity.certificates(TestCertificates.first()));
		TestNode b = node("b", LinkSecurity.certificates(TestCertificates.first()));
		TestNode other = node("other", LinkSecurity.certificates(TestCertificates.second()));
		a.dial(b.address());
		assertTalk(a, b);
		other.dial(a.address());
		a.dial(other.address());
		assertRefused(other, a);
		assertRefused(a, other);
		assertThat(a.handler().downs()).isEmpty();
	}

	@Test
	void changedCertificatesAreForTheNextHandshakeAndStandingLinksStayUp() throws GeneralSecurityException {
		TestCertificates ofA = TestCertificates.first();
		TestCertificates ofB = TestCertificates.first();
		TestNode a = node("a", LinkSecurity.certificates(ofA));
		TestNode b = node("b", LinkSecurity.certificates(ofB));
		TestNode next = node("next", LinkSecurity.certificates(TestCertificates.second()));
		a.dial(b.address());
		Link standing = a.linkTo(b.address());
		a.dial(next.address());
		assertRefused(a, next);
		ofA.become(TestCertificates.second());
		a.linkTo(next.address());
		assertTalk(a, next);
		next.dial(b.address());
		assertRefused(next, b);
		ofB.become(TestCertificates.second());
		next.linkTo(b.address());
		assertThat(a.linkTo(b.address())).isSameAs(standing);
		assertTalk(a, b);
		assertThat(a.handler().downs()).isEmpty();
		assertThat(b.handler().downs()).isEmpty();
	}

	@Test
	void peerSeesAnOrderlyEndAtOnce() {
		LinkSecurity secret = LinkSecurity.secret("a secret of enough characters", null);
		TestNode survivor = node("survivor", secret);
		TestNode leaver = node("leaver", secret);
		survivor.dial(leaver.address());
		survivor.linkTo(leaver.address());
		leaver.linkTo(survivor.address());
		long begin = System.nanoTime();
		leaver.loop().execute(leaver.transport()::stop);
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.until(() -> !survivor.handler().downs().isEmpty());
		Duration noticed = Duration.ofNanos(System.nanoTime() - begin);
		System.out.println("A peer that has stopped was noticed after " + noticed.toMillis() + " ms");
		assertThat(survivor.handler().downs().get(0).evidence()).isEqualTo(LinkDown.CLOSED);
		assertThat(noticed).isLessThan(Duration.ofSeconds(1));
	}

	private static void assertTalk(TestNode a, TestNode b) {
		int before = b.handler().frames().size();
		byte[] frame = new byte[100_000];
		a.send(a.linkTo(b.address()), Channels.REPLICATION, frame);
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> b.handler().frames().size() > before);
		assertThat(b.handler().frames().get(before).frame()).isEqualTo(frame);
	}

	private static void assertRefused(TestNode node, TestNode peer) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(node.handler().failures()).anySatisfy((failed) -> {
				assertThat(failed.address()).isEqualTo(peer.address());
				assertThat(failed.failure()).isEqualTo(DialFailure.FOREIGN);
				assertThat(failed.reason()).contains(BUNDLE, node.address(), peer.address());
			}));
		assertThat(node.handler().link(peer.address())).isNull();
	}

	private TestNode node(String name, LinkSecurity security) {
		TestNode node = TestNode.start(name, (settings) -> settings.withSecurity(security));
		this.nodes.add(node);
		return node;
	}

}
