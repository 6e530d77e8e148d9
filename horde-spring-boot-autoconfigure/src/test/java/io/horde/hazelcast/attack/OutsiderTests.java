package io.horde.hazelcast.attack;

import java.io.IOException;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.UUID;

import javax.net.ssl.SSLSocket;

import io.horde.hazelcast.HazelcastTransportSettings;
import io.horde.hazelcast.TestNode;
import io.horde.hazelcast.attack.GateClient.Message;
import io.horde.hazelcast.gate.LinkSecurity;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Who speaks as nodes do, and does not belong to the cluster.
 */
class OutsiderTests {

	@RegisterExtension
	private final AttackedNodes nodes = new AttackedNodes();

	@Test
	void nodeWithAnotherSecretIsNotLinked() {
		assertNotLinked("attacked", LinkSecurity.secret("tr0ub4dor and three", null));
	}

	@Test
	void nodeWithAnOldSecretIsNotLinked() {
		assertNotLinked("attacked", LinkSecurity.secret("the secret of last year", "the secret before that"));
	}

	@Test
	void nodeWithoutASecretIsNotLinked() {
		assertNotLinked("attacked", LinkSecurity.OPEN);
	}

	@Test
	void nodeWithACertificateInsteadIsNotLinked() {
		assertNotLinked("attacked", Mode.CERTIFICATES.security());
	}

	@Test
	void nodeOfAnotherClusterIsNotLinkedThoughItKnowsTheSecret() {
		assertNotLinked("other", Mode.SECRET.security());
	}

	private void assertNotLinked(String cluster, LinkSecurity security) {
		Victims victims = this.nodes.of(Mode.SECRET);
		TestNode outsider = TestNode.start("a",
				(settings) -> HazelcastTransportSettings.defaults("127.0.0.1", 0, cluster, "a").withSecurity(security));
		try {
			outsider.dial(victims.address());
			victims.dial(outsider.address());
			Awaitility.await().until(() -> outsider.handler().failures().size() > 1);
			assertThat(outsider.handler().ups()).isEmpty();
			assertThat(victims.isLinkedTo(outsider.address())).isFalse();
		}
		finally {
			victims.hangUp(outsider.address());
			outsider.close();
		}
		victims.assertUnharmed();
	}

	@Test
	void whoConnectsLearnsNothingToGuessAgainst() throws IOException {
		Victims victims = this.nodes.of(Mode.SECRET);
		try (GateClient silent = GateClient.connect(Mode.SECRET, victims.port())) {
			assertThat(RawAttacks.isClosedWithin(silent.socket(), Duration.ofSeconds(8))).isTrue();
		}
		try (GateClient client = GateClient.connect(Mode.SECRET, victims.port())) {
			client.send(GateClient.introduction(UUID.randomUUID(), "127.0.0.1:1", Mode.CLUSTER));
			Message introduction = client.read();
			assertThat(introduction).isNotNull();
			assertThat(introduction.kind()).isEqualTo(GateClient.INTRODUCTION);
			client.send(GateClient.proofs(new byte[32], new byte[32]));
			Message refusal = client.read();
			assertThat(refusal).isNotNull();
			assertThat(refusal.kind()).isEqualTo(GateClient.REFUSAL);
			assertThat(client.read()).isNull();
		}
		assertThat(certificate(victims.address())).isNotEqualTo(certificate(victims.other()));
		victims.assertUnharmed();
	}

	private static Certificate certificate(String address) throws IOException {
		try (GateClient client = GateClient.connect(Mode.SECRET, Victims.port(address))) {
			return ((SSLSocket) client.socket()).getSession().getPeerCertificates()[0];
		}
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OPEN")
	void olderTlsIsNotSpoken(Mode mode) {
		Victims victims = this.nodes.of(mode);
		assertThatIOException()
			.isThrownBy(() -> GateClient.secured(victims.port(), Keys.trustingAnybody(Keys.OTHER), "TLSv1.2"));
		victims.assertUnharmed();
	}

	@ParameterizedTest
	@EnumSource
	void nodeThatIsLedToItselfIsNotLinked(Mode mode) throws IOException {
		Victims victims = this.nodes.of(mode);
		try (TamperingRelay relay = new TamperingRelay(victims.port())) {
			String address = "127.0.0.1:" + relay.port();
			relay.record();
			victims.dial(address);
			Awaitility.await().until(() -> relay.recorded().length > 0);
			assertThat(victims.join()).isLessThan(Victims.RECOVERY);
			assertThat(victims.isLinkedTo(address)).isFalse();
			assertThat(victims.isLinkedTo(victims.address())).isFalse();
			victims.hangUp(address);
		}
		victims.assertUnharmed();
	}

}
