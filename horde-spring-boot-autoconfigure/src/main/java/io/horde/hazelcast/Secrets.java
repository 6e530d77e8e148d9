package io.horde.hazelcast;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;

import javax.crypto.KeyAgreement;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * The secrets of the cluster, one or, while they are changed, two, in order of
 * preference.
 */
final class Secrets {

	private static final String CURVE = "X25519";

	/**
	 * Makes guessing at a weak secret expensive for whoever took part in a handshake;
	 * whoever only listened can't even begin, for want of the agreed key.
	 */
	private static final int ITERATIONS = 50_000;

	private final List<byte[]> keys = new ArrayList<>();

	/**
	 * Creates the keys, which takes some milliseconds.
	 * @param cluster the name of the cluster
	 * @param secret the secret, {@code null} or blank for none
	 * @param previous another one that is accepted too
	 */
	Secrets(String cluster, @Nullable String secret, @Nullable String previous) {
		add(cluster, secret);
		if (isPresent()) {
			add(cluster, previous);
		}
	}

	private void add(String cluster, @Nullable String secret) {
		if (secret == null || secret.isBlank()) {
			return;
		}
		byte[] salt = ("horde " + cluster).getBytes(StandardCharsets.UTF_8);
		try {
			this.keys.add(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
				.generateSecret(new PBEKeySpec(secret.toCharArray(), salt, ITERATIONS, 256))
				.getEncoded());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This JDK can't secure links", ex);
		}
	}

	boolean isPresent() {
		return !this.keys.isEmpty();
	}

	/**
	 * Make a key pair for one handshake.
	 * @return {@code null} without a secret
	 */
	@Nullable KeyPair newKeyPair() {
		if (!isPresent()) {
			return null;
		}
		try {
			return KeyPairGenerator.getInstance(CURVE).generateKeyPair();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This JDK can't secure links", ex);
		}
	}

	/**
	 * Derive a link's keys, for each of the secrets.
	 * @param own this node's key pair
	 * @param peer the peer's public key, from outside
	 * @param initiator whether this node began
	 * @param hello the initiator's introduction as it travelled
	 * @param reply the responder's
	 * @return one for each secret; none if the public key is none
	 */
	List<LinkCipher> ciphers(KeyPair own, byte[] peer, boolean initiator, byte[] hello, byte[] reply) {
		List<LinkCipher> ciphers = new ArrayList<>();
		try {
			KeyAgreement agreement = KeyAgreement.getInstance(CURVE);
			agreement.init(own.getPrivate());
			agreement.doPhase(KeyFactory.getInstance(CURVE).generatePublic(new X509EncodedKeySpec(peer)), true);
			byte[] agreed = agreement.generateSecret();
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(hello);
			byte[] transcript = digest.digest(reply);
			for (byte[] key : this.keys) {
				ciphers.add(LinkCipher.derive(key, agreed, transcript, initiator));
			}
		}
		catch (GeneralSecurityException | RuntimeException ex) {
			ciphers.clear();
		}
		return ciphers;
	}

}
