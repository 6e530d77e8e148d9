package io.horde.hazelcast.attack;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.UUID;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

import io.horde.hazelcast.HazelcastTransportSettings;
import io.horde.hazelcast.TestNode;
import io.horde.hazelcast.gate.Certificates;
import io.horde.hazelcast.gate.GateRefusal;
import io.horde.hazelcast.gate.LinkSecurity;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Who comes with a certificate that is not good enough.
 */
class CertificateAttackTests {

	private final Rotated certificates = new Rotated();

	private final TestNode node = TestNode.start("node",
			(settings) -> HazelcastTransportSettings.defaults(settings.host(), 0, Mode.CLUSTER, "node")
				.withSecurity(LinkSecurity.certificates(this.certificates)));

	@AfterEach
	void close() {
		this.node.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { Keys.NODE, Keys.NEXT })
	void certificateOfTheAuthorityIsGood(String alias) throws IOException {
		assertThat(enter(Keys.trustingAnybody(alias))).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { Keys.OTHER, Keys.OTHER_AUTHORITY, Keys.EXPIRED })
	void certificateOfAnotherAuthorityOrTimeIsNot(String alias) throws IOException {
		long before = refusals();
		assertThat(enter(Keys.trustingAnybody(alias))).isNull();
		assertThat(refusals()).isEqualTo(before + 1);
	}

	@Test
	void nobodyGetsInWithoutACertificate() throws IOException {
		assertThat(enter(Keys.withoutCertificate())).isNull();
	}

	@Test
	void olderTlsIsNotSpoken() {
		assertThatIOException()
			.isThrownBy(() -> GateClient.secured(this.node.port(), Keys.trustingAnybody(Keys.NODE), "TLSv1.2"));
	}

	@Test
	void sessionIsNotResumedAfterARotation() throws IOException {
		SSLContext old = Keys.trustingAnybody(Keys.NODE);
		assertThat(enter(old)).isNotNull();
		this.certificates.rotate(Keys.certificates(Keys.OTHER, Keys.OTHER_AUTHORITY));
		assertThat(enter(old)).as("who has a session from before").isNull();
		assertThat(enter(Keys.trustingAnybody(Keys.NODE))).as("who has none").isNull();
		assertThat(enter(Keys.trustingAnybody(Keys.OTHER))).isNotNull();
	}

	@Test
	void whoIsProvedCanNotSpeakInTheNameOfAnother() throws IOException {
		try (GateClient gate = GateClient.secured(this.node.port(), Keys.trustingAnybody(Keys.NEXT), "TLSv1.3");
				Visitor visitor = new Visitor(gate, "127.0.0.1:1")) {
			long before = this.node.transport().counters().dropped().sum();
			visitor.greet(UUID.randomUUID(), "127.0.0.1:1");
			visitor.greet(UUID.randomUUID(), "127.0.0.1:2");
			Awaitility.await().until(() -> this.node.transport().counters().dropped().sum() == before + 2);
			assertThat(this.node.handler().ups()).isEmpty();
		}
	}

	private @Nullable UUID enter(SSLContext context) throws IOException {
		try (GateClient client = GateClient.secured(this.node.port(), context, "TLSv1.3")) {
			return client.enter(UUID.randomUUID(), "127.0.0.1:1");
		}
	}

	private long refusals() {
		return this.node.transport().counters().refusals().count(GateRefusal.CERTIFICATE).sum();
	}

	/**
	 * Certificates that change while the node runs.
	 */
	private static final class Rotated implements Certificates {

		private volatile Certificates current = Keys.certificates(Keys.NODE, Keys.AUTHORITY);

		void rotate(Certificates next) {
			this.current = next;
		}

		@Override
		public KeyManager[] keyManagers() throws GeneralSecurityException {
			return this.current.keyManagers();
		}

		@Override
		public TrustManager[] trustManagers() throws GeneralSecurityException {
			return this.current.trustManagers();
		}

	}

}
