package io.horde.hazelcast.gate;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;

/**
 * A fresh key with a certificate that nobody vouches for (X.509, RFC 5280; DER, ITU-T
 * X.690). The JDK makes none by a public API.
 *
 * @param key the private key
 * @param certificate the certificate
 */
record SelfSignedCertificate(PrivateKey key, X509Certificate certificate) {

	private static final int SEQUENCE = 0x30;

	private static final int SET = 0x31;

	private static final int INTEGER = 0x02;

	private static final int BIT_STRING = 0x03;

	private static final int OBJECT_IDENTIFIER = 0x06;

	private static final int UTF8_STRING = 0x0C;

	private static final int GENERALIZED_TIME = 0x18;

	private static final int VERSION = 0xA0;

	/** 1.2.840.10045.4.3.2. */
	private static final byte[] ECDSA_WITH_SHA256 = { 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x04, 0x03, 0x02 };

	/** 2.5.4.3. */
	private static final byte[] COMMON_NAME = { 0x55, 0x04, 0x03 };

	/* The proof tells who is there, so its time does not matter: clocks may be wrong. */
	private static final String NOT_BEFORE = "20000101000000Z";

	private static final String NOT_AFTER = "99991231235959Z";

	/**
	 * Make one.
	 * @param random randomness
	 * @return key and certificate
	 * @throws GeneralSecurityException if the JDK lacks an algorithm
	 */
	static SelfSignedCertificate create(SecureRandom random) throws GeneralSecurityException {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
		generator.initialize(new ECGenParameterSpec("secp256r1"), random);
		KeyPair keys = generator.generateKeyPair();
		byte[] algorithm = der(SEQUENCE, der(OBJECT_IDENTIFIER, ECDSA_WITH_SHA256));
		byte[] name = der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT_IDENTIFIER, COMMON_NAME),
				der(UTF8_STRING, "horde".getBytes(StandardCharsets.UTF_8)))));
		byte[] validity = der(SEQUENCE, der(GENERALIZED_TIME, NOT_BEFORE.getBytes(StandardCharsets.US_ASCII)),
				der(GENERALIZED_TIME, NOT_AFTER.getBytes(StandardCharsets.US_ASCII)));
		byte[] content = der(SEQUENCE, der(VERSION, der(INTEGER, new byte[] { 2 })),
				der(INTEGER, new BigInteger(63, random).add(BigInteger.ONE).toByteArray()), algorithm, name, validity,
				name, keys.getPublic().getEncoded());
		Signature signature = Signature.getInstance("SHA256withECDSA");
		signature.initSign(keys.getPrivate(), random);
		signature.update(content);
		byte[] encoded = der(SEQUENCE, content, algorithm, der(BIT_STRING, new byte[1], signature.sign()));
		X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
			.generateCertificate(new ByteArrayInputStream(encoded));
		return new SelfSignedCertificate(keys.getPrivate(), certificate);
	}

	private static byte[] der(int tag, byte[]... parts) {
		ByteArrayOutputStream content = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			content.writeBytes(part);
		}
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.write(tag);
		int length = content.size();
		if (length >= 0x100) {
			out.write(0x82);
			out.write(length >>> 8);
		}
		else if (length >= 0x80) {
			out.write(0x81);
		}
		out.write(length);
		out.writeBytes(content.toByteArray());
		return out.toByteArray();
	}

}
