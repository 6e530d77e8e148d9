package io.horde.hazelcast.gate;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SelfSignedCertificate}.
 */
class SelfSignedCertificateTests {

	@Test
	void isWhatTheJdkReads() throws GeneralSecurityException {
		SecureRandom random = new SecureRandom();
		Set<BigInteger> serials = new HashSet<>();
		for (int i = 0; i < 300; i++) {
			SelfSignedCertificate created = SelfSignedCertificate.create(random);
			byte[] encoded = created.certificate().getEncoded();
			X509Certificate read = parse(encoded);
			read.verify(read.getPublicKey());
			read.checkValidity();
			assertThat(read.getVersion()).isEqualTo(3);
			assertThat(read.getSerialNumber()).isPositive();
			assertThat(read.getSigAlgName()).isEqualTo("SHA256withECDSA");
			assertThat(read.getSubjectX500Principal().getName()).isEqualTo("CN=horde");
			assertThat(read.getIssuerX500Principal()).isEqualTo(read.getSubjectX500Principal());
			assertThat(((ECPublicKey) read.getPublicKey()).getParams().getCurve().getField().getFieldSize())
				.isEqualTo(256);
			assertThat(DerLengths.of(encoded)).isEqualTo(encoded.length);
			serials.add(read.getSerialNumber());
		}
		assertThat(serials).hasSize(300);
	}

	@ParameterizedTest
	@ValueSource(
			longs = { 0, 0x7e, 0x7f, 0x80, 0xfe, 0xff, 0x7ffe, 0x7fff, 0x8000, 0x7fff_ffff_ffff_fffeL, Long.MAX_VALUE })
	void serialOfAnyLengthIsReadAsItWasWritten(long serial) throws GeneralSecurityException {
		SelfSignedCertificate created = SelfSignedCertificate.create(new FixedSerial(serial));
		X509Certificate read = parse(created.certificate().getEncoded());
		assertThat(read.getSerialNumber()).isEqualTo(BigInteger.valueOf(serial).add(BigInteger.ONE));
		assertThat(DerLengths.of(read.getEncoded())).isEqualTo(read.getEncoded().length);
		read.verify(read.getPublicKey());
	}

	@Test
	void clocksMayBeWrong() throws GeneralSecurityException {
		X509Certificate certificate = SelfSignedCertificate.create(new SecureRandom()).certificate();
		certificate.checkValidity(Date.from(Instant.parse("2000-01-01T00:00:00Z")));
		certificate.checkValidity(Date.from(Instant.parse("9999-12-31T23:59:59Z")));
	}

	@Test
	void isGoodForBothEndsOfAConnection() throws GeneralSecurityException {
		SelfSignedCertificate a = SelfSignedCertificate.create(new SecureRandom());
		SelfSignedCertificate b = SelfSignedCertificate.create(new SecureRandom());
		Certificates certificatesOfA = TestCertificates.of(a.key(), a.certificate()).trusting(b.certificate());
		Certificates certificatesOfB = TestCertificates.of(b.key(), b.certificate()).trusting(a.certificate());
		TestNegotiation negotiation = TestNegotiation.of(LinkSecurity.certificates(certificatesOfA),
				LinkSecurity.certificates(certificatesOfB));
		negotiation.talk();
		assertThat(negotiation.isProved()).isTrue();
	}

	private static X509Certificate parse(byte[] encoded) throws GeneralSecurityException {
		return (X509Certificate) CertificateFactory.getInstance("X.509")
			.generateCertificate(new ByteArrayInputStream(encoded));
	}

	/**
	 * Random but for the eight bytes that become a serial.
	 */
	private static final class FixedSerial extends SecureRandom {

		private static final long serialVersionUID = 1L;

		private final long serial;

		FixedSerial(long serial) {
			this.serial = serial;
		}

		@Override
		public void nextBytes(byte[] bytes) {
			super.nextBytes(bytes);
			if (bytes.length == Long.BYTES) {
				for (int i = 0; i < Long.BYTES; i++) {
					bytes[i] = (byte) (this.serial >>> (56 - 8 * i));
				}
			}
		}

	}

	/**
	 * Reads that each length is as short as it can be, and each integer too.
	 */
	private static final class DerLengths {

		private static final int INTEGER = 2;

		private static final int CONSTRUCTED = 0x20;

		private final byte[] bytes;

		private int position;

		private DerLengths(byte[] bytes) {
			this.bytes = bytes;
		}

		static int of(byte[] bytes) {
			DerLengths lengths = new DerLengths(bytes);
			lengths.read();
			return lengths.position;
		}

		private void read() {
			int tag = next();
			int length = length();
			int end = this.position + length;
			if ((tag & CONSTRUCTED) != 0) {
				while (this.position < end) {
					read();
				}
			}
			else if (tag == INTEGER && length > 1) {
				int nine = (this.bytes[this.position] << 1) | ((this.bytes[this.position + 1] & 0x80) >>> 7);
				assertThat(nine & 0x1ff).isNotIn(0, 0x1ff);
			}
			this.position = end;
		}

		private int length() {
			int first = next();
			if (first < 0x80) {
				return first;
			}
			int length = 0;
			for (int i = 0; i < (first & 0x7f); i++) {
				length = (length << 8) | next();
				assertThat(length).isPositive();
			}
			assertThat(length).isGreaterThanOrEqualTo(0x80);
			return length;
		}

		private int next() {
			return this.bytes[this.position++] & 0xff;
		}

	}

}
