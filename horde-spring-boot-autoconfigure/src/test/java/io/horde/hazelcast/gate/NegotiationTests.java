package io.horde.hazelcast.gate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.net.ssl.SSLEngine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Negotiation}: both ends of a connection, without sockets.
 */
class NegotiationTests {

	private static final LinkSecurity OLD = LinkSecurity.secret("the old secret of 2025", null);

	private static final LinkSecurity NEW = LinkSecurity.secret("the new secret of 2026", null);

	private static final LinkSecurity NEW_AND_OLD = LinkSecurity.secret("the new secret of 2026",
			"the old secret of 2025");

	private static final LinkSecurity OLD_AND_NEW = LinkSecurity.secret("the old secret of 2025",
			"the new secret of 2026");

	private static final int CHANGE_OF_CIPHER = 20;

	private static final byte[] GREETING = "CP2".getBytes(StandardCharsets.US_ASCII);

	@Test
	void openEndsKnowEachOther() throws Exception {
		TestNegotiation negotiation = TestNegotiation.of(LinkSecurity.OPEN, LinkSecurity.OPEN);
		negotiation.talk();
		assertProved(negotiation);
		assertThat(negotiation.initiator().engine()).isNull();
		assertThat(negotiation.acceptor().engine()).isNull();
	}

	@Test
	void endsWithTheSameSecretAreProved() throws Exception {
		TestNegotiation negotiation = TestNegotiation.of(OLD, OLD);
		negotiation.talk();
		assertProved(negotiation);
		assertThat(negotiation.initiator().engine().getSession().getProtocol()).isEqualTo("TLSv1.3");
		assertThat(negotiation.acceptor().engine().getSession().getProtocol()).isEqualTo("TLSv1.3");
	}

	@Test
	void endsAreProvedHoweverTheBytesArrive() throws Exception {
		for (LinkSecurity security : List.of(LinkSecurity.OPEN, OLD)) {
			TestNegotiation negotiation = TestNegotiation.of(security, security);
			boolean said = true;
			while (said) {
				said = byteByByte(negotiation.initiator(), negotiation.acceptor());
				said |= byteByByte(negotiation.acceptor(), negotiation.initiator());
			}
			assertProved(negotiation);
		}
	}

	private static boolean byteByByte(Negotiation from, Negotiation to) {
		byte[] said = TestNegotiation.said(from);
		for (byte each : said) {
			TestNegotiation.receive(to, new byte[] { each });
		}
		return said.length > 0;
	}

	@Test
	void secretIsChangedNodeByNode() throws Exception {
		List<LinkSecurity> all = List.of(OLD, OLD_AND_NEW, NEW_AND_OLD, NEW);
		for (LinkSecurity one : all) {
			for (LinkSecurity another : all) {
				TestNegotiation negotiation = TestNegotiation.of(one, another);
				negotiation.talk();
				boolean nothingInCommon = (one == OLD && another == NEW) || (one == NEW && another == OLD);
				assertThat(negotiation.isProved()).isNotEqualTo(nothingInCommon);
			}
		}
	}

	@Test
	void wrongSecretIsToldToBothEnds() throws Exception {
		TestNegotiation negotiation = TestNegotiation.of(OLD, NEW);
		negotiation.talk();
		assertRefused(negotiation.acceptor(), GateRefusal.SECRET, false);
		assertRefused(negotiation.initiator(), GateRefusal.SECRET, true);
	}

	@Test
	void whoeverDialsWithoutTheSecretLearnsNothingToGuessAgainst() throws Exception {
		Negotiation acceptor = acceptor(OLD);
		ScriptedPeer peer = dialler(acceptor);
		assertThat(peer.heard()).isEmpty();
		peer.say(introduction("initiator"));
		assertThat(peer.kinds()).containsExactly(GateMessage.Kind.INTRODUCTION);
		peer.say(GateMessage.proofs(GateMessage.Kind.PROOF, List.of(new byte[32], new byte[32])));
		assertThat(peer.kinds()).containsExactly(GateMessage.Kind.INTRODUCTION, GateMessage.Kind.REFUSAL);
		assertThat(peer.heard().get(0).body()).isEqualTo(TestNegotiation.identity("acceptor", "test").toBytes());
		assertThat(peer.heard().get(1).body()).containsExactly((byte) GateRefusal.SECRET.code());
		assertRefused(acceptor, GateRefusal.SECRET, false);
	}

	@Test
	void noProofIsAWrongProof() throws Exception {
		Negotiation acceptor = acceptor(OLD);
		ScriptedPeer peer = dialler(acceptor);
		peer.say(introduction("initiator"));
		peer.say(GateMessage.proofs(GateMessage.Kind.PROOF, List.of()));
		assertRefused(acceptor, GateRefusal.SECRET, false);
		Negotiation initiator = initiator(OLD);
		ScriptedPeer impostor = dialled(initiator);
		impostor.say(introduction("acceptor"));
		impostor.say(GateMessage.proofs(GateMessage.Kind.ACCEPTANCE, List.of()));
		assertRefused(initiator, GateRefusal.SECRET, false);
	}

	@Test
	void proofThatIsThrownBackProvesNothing() throws Exception {
		Negotiation initiator = initiator(OLD);
		ScriptedPeer impostor = dialled(initiator);
		impostor.say(introduction("acceptor"));
		assertThat(impostor.kinds()).containsExactly(GateMessage.Kind.INTRODUCTION, GateMessage.Kind.PROOF);
		impostor.say(new GateMessage(GateMessage.Kind.ACCEPTANCE, impostor.heard().get(1).body()));
		assertRefused(initiator, GateRefusal.SECRET, false);
	}

	@Test
	void relayWithCertificatesOfItsOwnIsRefused() throws Exception {
		TestNegotiation victims = TestNegotiation.of(OLD, OLD);
		ScriptedPeer toInitiator = dialled(victims.initiator());
		ScriptedPeer toAcceptor = dialler(victims.acceptor());
		assertThat(toInitiator.heard()).hasSize(1);
		boolean news = true;
		while (news) {
			byte[] fromInitiator = toInitiator.take();
			toAcceptor.say(fromInitiator);
			byte[] fromAcceptor = toAcceptor.take();
			toInitiator.say(fromAcceptor);
			news = fromInitiator.length + fromAcceptor.length > 0;
		}
		assertThat(toInitiator.kinds()).containsExactly(GateMessage.Kind.INTRODUCTION, GateMessage.Kind.PROOF);
		assertThat(toAcceptor.kinds()).containsExactly(GateMessage.Kind.INTRODUCTION, GateMessage.Kind.REFUSAL);
		assertRefused(victims.acceptor(), GateRefusal.SECRET, false);
		assertRefused(victims.initiator(), GateRefusal.SECRET, true);
	}

	@Test
	void openAndSecuredEndsAreToldSo() throws Exception {
		for (LinkSecurity secured : List.of(OLD, LinkSecurity.certificates(TestCertificates.first()))) {
			TestNegotiation open = TestNegotiation.of(LinkSecurity.OPEN, secured);
			open.talk();
			assertRefused(open.acceptor(), GateRefusal.ONE_SIDED, false);
			assertRefused(open.initiator(), GateRefusal.ONE_SIDED, true);
			TestNegotiation closed = TestNegotiation.of(secured, LinkSecurity.OPEN);
			closed.talk();
			assertRefused(closed.acceptor(), GateRefusal.ONE_SIDED, false);
			assertRefused(closed.initiator(), GateRefusal.ONE_SIDED, true);
		}
	}

	@Test
	void otherClusterIsToldToBothEnds() throws Exception {
		for (LinkSecurity security : List.of(LinkSecurity.OPEN, LinkSecurity.certificates(TestCertificates.first()))) {
			TestNegotiation negotiation = TestNegotiation.of(TestNegotiation.credentials("initiator", "one", security),
					TestNegotiation.credentials("acceptor", "two", security));
			negotiation.talk();
			for (Negotiation end : List.of(negotiation.initiator(), negotiation.acceptor())) {
				assertThat(end.state()).isEqualTo(Negotiation.State.REFUSED);
				assertThat(end.refusal()).isEqualTo(GateRefusal.CLUSTER);
			}
			assertThat(negotiation.initiator().peer()).isEqualTo(TestNegotiation.identity("acceptor", "two"));
			assertThat(negotiation.acceptor().peer()).isEqualTo(TestNegotiation.identity("initiator", "one"));
		}
	}

	@Test
	void secretOfAnotherClusterProvesNothing() throws Exception {
		Negotiation acceptor = acceptor(OLD);
		Credentials foreign = TestNegotiation.credentials("initiator", "another", OLD);
		Credentials liar = new Credentials(TestNegotiation.identity("initiator", "test"), foreign.engines(),
				foreign.secrets());
		TestNegotiation negotiation = new TestNegotiation(new Negotiation(Role.INITIATOR, liar), acceptor);
		negotiation.talk();
		assertRefused(acceptor, GateRefusal.SECRET, false);
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET / HTTP/1.1\r\n\r\n", "HZC", "CP2", "\u0000\u0000\u0000\u0000", "hORD", "HORE" })
	void whatIsNeitherTlsNorTheGatesProtocolIsRefused(String garbage) throws Exception {
		byte[] bytes = garbage.getBytes(StandardCharsets.ISO_8859_1);
		for (LinkSecurity security : List.of(LinkSecurity.OPEN, OLD)) {
			for (Negotiation end : List.of(acceptor(security), initiator(security))) {
				TestNegotiation.receive(end, bytes);
				assertRefused(end, GateRefusal.NOT_HORDE, false);
			}
		}
	}

	@Test
	void garbageThatBeginsAsTlsProvesNothing() throws Exception {
		Random random = new Random(3);
		for (int i = 0; i < 500; i++) {
			byte[] garbage = new byte[6 + random.nextInt(600)];
			random.nextBytes(garbage);
			ByteBuffer.wrap(garbage).put((byte) 22).put((byte) 3).put((byte) 1).putShort((short) (garbage.length - 5));
			Negotiation acceptor = acceptor(OLD);
			TestNegotiation.receive(acceptor, garbage);
			assertThat(acceptor.state()).isNotEqualTo(Negotiation.State.PROVED);
			assertThat(acceptor.peer()).isNull();
		}
	}

	@Test
	void garbageAfterTheHandshakeIsRefusedAtEachStage() throws Exception {
		byte[] garbage = "garbage".getBytes(StandardCharsets.US_ASCII);
		for (int stage = 0; stage < 2; stage++) {
			Negotiation acceptor = acceptor(OLD);
			ScriptedPeer dialler = dialler(acceptor);
			Negotiation initiator = initiator(OLD);
			ScriptedPeer dialled = dialled(initiator);
			if (stage == 1) {
				dialler.say(introduction("initiator"));
				dialled.say(introduction("acceptor"));
			}
			dialler.say(garbage);
			dialled.say(garbage);
			assertRefused(acceptor, GateRefusal.NOT_HORDE, false);
			assertRefused(initiator, GateRefusal.NOT_HORDE, false);
			assertThat(dialler.kinds()).last().isEqualTo(GateMessage.Kind.REFUSAL);
			assertThat(dialled.kinds()).last().isEqualTo(GateMessage.Kind.REFUSAL);
		}
	}

	@Test
	void bytesInClearInsideOfAnEncryptedConnectionAreRefused() throws Exception {
		Negotiation acceptor = acceptor(OLD);
		ScriptedPeer peer = dialler(acceptor);
		peer.sayInClear(introduction("initiator").toBytes().array());
		assertThat(acceptor.state()).isEqualTo(Negotiation.State.REFUSED);
		assertThat(acceptor.peer()).isNull();
	}

	@ParameterizedTest
	@EnumSource(names = { "PROOF", "ACCEPTANCE" })
	void messageBeforeTheIntroductionIsOutOfTurn(GateMessage.Kind kind) throws Exception {
		for (LinkSecurity security : List.of(LinkSecurity.OPEN, OLD)) {
			Negotiation acceptor = acceptor(security);
			peer(acceptor, Role.INITIATOR, security).say(GateMessage.proofs(kind, List.of()));
			assertRefused(acceptor, GateRefusal.NOT_HORDE, false);
			Negotiation initiator = initiator(security);
			peer(initiator, Role.ACCEPTOR, security).say(GateMessage.proofs(kind, List.of()));
			assertRefused(initiator, GateRefusal.NOT_HORDE, false);
		}
	}

	@Test
	void messageOfTheOtherRoleIsOutOfTurn() throws Exception {
		for (LinkSecurity security : List.of(LinkSecurity.OPEN, OLD)) {
			Negotiation acceptor = acceptor(security);
			ScriptedPeer dialler = peer(acceptor, Role.INITIATOR, security);
			dialler.say(introduction("initiator"));
			dialler.say(GateMessage.proofs(GateMessage.Kind.ACCEPTANCE, List.of()));
			assertRefused(acceptor, GateRefusal.NOT_HORDE, false);
			Negotiation initiator = initiator(security);
			ScriptedPeer dialled = peer(initiator, Role.ACCEPTOR, security);
			dialled.say(introduction("acceptor"));
			dialled.say(GateMessage.proofs(GateMessage.Kind.PROOF, List.of()));
			assertRefused(initiator, GateRefusal.NOT_HORDE, false);
		}
	}

	@Test
	void secondIntroductionIsOutOfTurn() throws Exception {
		for (LinkSecurity security : List.of(LinkSecurity.OPEN, OLD)) {
			Negotiation acceptor = acceptor(security);
			ScriptedPeer dialler = peer(acceptor, Role.INITIATOR, security);
			dialler.say(introduction("initiator"));
			dialler.say(introduction("somebody"));
			assertRefused(acceptor, GateRefusal.NOT_HORDE, false);
			assertThat(acceptor.peer()).isEqualTo(TestNegotiation.identity("initiator", "test"));
		}
	}

	@Test
	void dataBeforeTheAcceptanceIsRefused() throws Exception {
		byte[] proof = GateMessage.proofs(GateMessage.Kind.PROOF, List.of()).toBytes().array();
		for (LinkSecurity security : List.of(LinkSecurity.OPEN, LinkSecurity.certificates(TestCertificates.first()))) {
			Negotiation inOneRecord = acceptor(security);
			ScriptedPeer first = peer(inOneRecord, Role.INITIATOR, security);
			first.say(introduction("initiator"));
			first.say(ByteBuffer.allocate(proof.length + 3).put(proof).put(GREETING).array());
			assertRefused(inOneRecord, GateRefusal.NOT_HORDE, false);
			assertThat(first.kinds()).doesNotContain(GateMessage.Kind.ACCEPTANCE);
			Negotiation inTwo = acceptor(security);
			ScriptedPeer second = peer(inTwo, Role.INITIATOR, security);
			second.say(introduction("initiator"));
			second.say(proof, GREETING);
			assertRefused(inTwo, GateRefusal.NOT_HORDE, false);
			assertThat(second.kinds()).doesNotContain(GateMessage.Kind.ACCEPTANCE);
		}
	}

	@Test
	void dataBehindTheAcceptanceIsRefusedToo() throws Exception {
		Negotiation initiator = initiator(LinkSecurity.OPEN);
		ScriptedPeer peer = new ScriptedPeer(initiator, null);
		peer.say(introduction("acceptor"));
		peer.say(GateMessage.proofs(GateMessage.Kind.ACCEPTANCE, List.of()).toBytes().array(), GREETING);
		assertRefused(initiator, GateRefusal.NOT_HORDE, false);
	}

	@Test
	void inputBeforeAProofIsBounded() throws Exception {
		for (LinkSecurity security : List.of(LinkSecurity.OPEN, OLD)) {
			Negotiation acceptor = acceptor(security);
			ByteBuffer endless = ByteBuffer.allocate(40_000);
			if (security == OLD) {
				endless.put((byte) 22).put((byte) 3).put((byte) 3).putShort((short) 16_000);
			}
			else {
				endless.put(GateMessage.introduction(new byte[GateMessage.MAX_BODY]).toBytes().limit(100));
			}
			TestNegotiation.receive(acceptor, endless.array());
			assertThat(acceptor.state()).isEqualTo(Negotiation.State.REFUSED);
		}
	}

	@Test
	void olderTlsIsRefused() throws Exception {
		Negotiation acceptor = acceptor(OLD);
		ScriptedPeer dialler = new ScriptedPeer(acceptor, older(Role.INITIATOR));
		assertRefused(acceptor, GateRefusal.TLS, false);
		assertThat(dialler.raw()).startsWith(21);
		Negotiation initiator = initiator(OLD);
		new ScriptedPeer(initiator, older(Role.ACCEPTOR));
		assertRefused(initiator, GateRefusal.TLS, false);
	}

	private static SSLEngine older(Role role) throws GeneralSecurityException {
		SSLEngine engine = TlsEngines.selfSigned().create(role);
		engine.setEnabledCipherSuites(engine.getSupportedCipherSuites());
		engine.setEnabledProtocols(new String[] { "TLSv1.2" });
		return engine;
	}

	@ParameterizedTest
	@EnumSource
	void flippedBitIsNoticed(Role sender) throws Exception {
		assertNoticed(sender, (record, random) -> {
			byte[] flipped = record.clone();
			flipped[5 + random.nextInt(record.length - 5)] ^= (byte) (1 << random.nextInt(8));
			return flipped;
		}, 3);
	}

	@ParameterizedTest
	@EnumSource
	void truncatedRecordIsNoticed(Role sender) throws Exception {
		assertNoticed(sender, (record, random) -> Arrays.copyOf(record, random.nextInt(record.length)), 2);
	}

	@ParameterizedTest
	@EnumSource
	void doubledRecordIsNoticed(Role sender) throws Exception {
		assertNoticed(sender, (record, random) -> {
			byte[] doubled = Arrays.copyOf(record, 2 * record.length);
			System.arraycopy(record, 0, doubled, record.length, record.length);
			return doubled;
		}, 1);
	}

	/**
	 * Changes one record after the other. One kind of record means nothing in TLS 1.3.
	 */
	private static void assertNoticed(Role sender, Change change, int times) throws Exception {
		Random random = new Random(4);
		int number = 0;
		AtomicBoolean more = new AtomicBoolean(true);
		while (more.get()) {
			for (int i = 0; i < times; i++) {
				TestNegotiation negotiation = TestNegotiation.of(OLD, OLD);
				AtomicBoolean changed = new AtomicBoolean();
				int target = number;
				more.set(false);
				negotiation.talk((from, index, record) -> {
					if (from != sender || index != target) {
						return record;
					}
					more.set(true);
					if (record[0] == CHANGE_OF_CIPHER) {
						return record;
					}
					changed.set(true);
					return change.apply(record, random);
				});
				Negotiation receiver = (sender == Role.INITIATOR) ? negotiation.acceptor() : negotiation.initiator();
				assertThat(receiver.state() == Negotiation.State.PROVED).as("record " + number)
					.isNotEqualTo(changed.get());
			}
			number++;
		}
		assertThat(number).isGreaterThan(5);
	}

	@Test
	void certificatesOfOneAuthorityProveBothEnds() throws Exception {
		LinkSecurity certificates = LinkSecurity.certificates(TestCertificates.first());
		TestNegotiation negotiation = TestNegotiation.of(certificates, certificates);
		negotiation.talk();
		assertProved(negotiation);
	}

	@Test
	void certificateOfAnotherAuthorityIsRefused() throws Exception {
		TestCertificates first = TestCertificates.first();
		TestCertificates both = first.trusting(TestCertificates.certificate("first-ca"),
				TestCertificates.certificate("second-ca"));
		for (TestCertificates one : List.of(first, both)) {
			assertRefusedForCertificates(one, TestCertificates.second());
			assertRefusedForCertificates(TestCertificates.second(), one);
		}
	}

	@Test
	void expiredCertificateIsRefused() throws Exception {
		assertRefusedForCertificates(TestCertificates.expired(), TestCertificates.first());
		assertRefusedForCertificates(TestCertificates.first(), TestCertificates.expired());
	}

	@Test
	void expiredCertificateThatIsItselfTrustedIsRefused() throws Exception {
		TestCertificates trusting = TestCertificates.first()
			.trusting(TestCertificates.certificate("first-ca"), TestCertificates.certificate("expired"));
		assertRefusedForCertificates(TestCertificates.expired(), trusting);
		assertRefusedForCertificates(trusting, TestCertificates.expired());
	}

	private static void assertRefusedForCertificates(Certificates initiator, Certificates acceptor) throws Exception {
		TestNegotiation negotiation = TestNegotiation.of(LinkSecurity.certificates(initiator),
				LinkSecurity.certificates(acceptor));
		negotiation.talk();
		for (Negotiation end : List.of(negotiation.initiator(), negotiation.acceptor())) {
			assertThat(end.state()).isEqualTo(Negotiation.State.REFUSED);
			assertThat(end.refusal()).isEqualTo(GateRefusal.CERTIFICATE);
			assertThat(end.peer()).isNull();
		}
	}

	@Test
	void certificatesAndASecretDoNotFit() throws Exception {
		LinkSecurity certificates = LinkSecurity.certificates(TestCertificates.first());
		TestNegotiation first = TestNegotiation.of(certificates, OLD);
		first.talk();
		assertRefused(first.initiator(), GateRefusal.CERTIFICATE, false);
		assertRefused(first.acceptor(), GateRefusal.TLS, false);
		TestNegotiation second = TestNegotiation.of(OLD, certificates);
		second.talk();
		assertRefused(second.initiator(), GateRefusal.TLS, false);
		assertRefused(second.acceptor(), GateRefusal.CERTIFICATE, false);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void changedTrustDecidesTheNextHandshake(boolean atInitiator) throws Exception {
		TestCertificates changing = TestCertificates.first();
		Credentials own = TestNegotiation.credentials("changing", "test", LinkSecurity.certificates(changing));
		Credentials other = TestNegotiation.credentials("other", "test",
				LinkSecurity.certificates(TestCertificates.first()));
		TestNegotiation before = atInitiator ? TestNegotiation.of(own, other) : TestNegotiation.of(other, own);
		before.talk();
		assertThat(before.isProved()).isTrue();
		TestNegotiation again = atInitiator ? TestNegotiation.of(own, other) : TestNegotiation.of(other, own);
		again.talk((sender, number, record) -> {
			if (sender == Role.INITIATOR && number == 0) {
				assertThat(extensions(record)).contains(51).doesNotContain(41, 42);
			}
			return record;
		});
		assertThat(again.isProved()).isTrue();
		assertThat(session(again.initiator())).isNotEqualTo(session(before.initiator()));
		assertThat(session(again.acceptor())).isNotEqualTo(session(before.acceptor()));
		changing.become(TestCertificates.second());
		TestNegotiation after = atInitiator ? TestNegotiation.of(own, other) : TestNegotiation.of(other, own);
		after.talk();
		assertThat((atInitiator ? after.initiator() : after.acceptor()).refusal()).isEqualTo(GateRefusal.CERTIFICATE);
		assertThat(after.isProved()).isFalse();
	}

	private static byte[] session(Negotiation end) {
		return end.engine().getSession().getId();
	}

	/** Key share is 51, resumption 41, early data 42. */
	private static List<Integer> extensions(byte[] clientHello) {
		ByteBuffer bytes = ByteBuffer.wrap(clientHello).position(5 + 4 + 2 + 32);
		bytes.position(bytes.position() + 1 + (bytes.get(bytes.position()) & 0xff));
		bytes.position(bytes.position() + 2 + Short.toUnsignedInt(bytes.getShort(bytes.position())));
		bytes.position(bytes.position() + 1 + (bytes.get(bytes.position()) & 0xff));
		bytes.getShort();
		List<Integer> extensions = new ArrayList<>();
		while (bytes.hasRemaining()) {
			extensions.add(Short.toUnsignedInt(bytes.getShort()));
			bytes.position(bytes.position() + 2 + Short.toUnsignedInt(bytes.getShort(bytes.position())));
		}
		return extensions;
	}

	private static void assertProved(TestNegotiation negotiation) {
		assertThat(negotiation.isProved()).isTrue();
		assertThat(negotiation.initiator().peer()).isEqualTo(TestNegotiation.identity("acceptor", "test"));
		assertThat(negotiation.acceptor().peer()).isEqualTo(TestNegotiation.identity("initiator", "test"));
	}

	private static void assertRefused(Negotiation end, GateRefusal refusal, boolean byPeer) {
		assertThat(end.state()).isEqualTo(Negotiation.State.REFUSED);
		assertThat(end.refusal()).isEqualTo(refusal);
		assertThat(end.isRefusedByPeer()).isEqualTo(byPeer);
	}

	private static Negotiation acceptor(LinkSecurity security) throws GeneralSecurityException {
		return new Negotiation(Role.ACCEPTOR, TestNegotiation.credentials("acceptor", "test", security));
	}

	private static Negotiation initiator(LinkSecurity security) throws GeneralSecurityException {
		return new Negotiation(Role.INITIATOR, TestNegotiation.credentials("initiator", "test", security));
	}

	/** Somebody who dials, with a certificate that nobody vouches for. */
	private static ScriptedPeer dialler(Negotiation acceptor) throws GeneralSecurityException {
		return new ScriptedPeer(acceptor, TlsEngines.selfSigned().create(Role.INITIATOR));
	}

	/** Somebody who was dialled, with a certificate that nobody vouches for. */
	private static ScriptedPeer dialled(Negotiation initiator) throws GeneralSecurityException {
		return new ScriptedPeer(initiator, TlsEngines.selfSigned().create(Role.ACCEPTOR));
	}

	/** Somebody who could be a node, as far as TLS is concerned. */
	private static ScriptedPeer peer(Negotiation end, Role role, LinkSecurity security)
			throws GeneralSecurityException {
		TlsEngines engines = TestNegotiation.credentials("peer", "test", security).engines();
		return new ScriptedPeer(end, (engines != null) ? engines.create(role) : null);
	}

	private static GateMessage introduction(String name) {
		return GateMessage.introduction(TestNegotiation.identity(name, "test").toBytes());
	}

	/**
	 * What happens to a record on its way.
	 */
	@FunctionalInterface
	private interface Change {

		byte[] apply(byte[] record, Random random);

	}

}
