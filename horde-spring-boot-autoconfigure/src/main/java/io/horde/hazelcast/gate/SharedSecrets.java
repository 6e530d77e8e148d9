package io.horde.hazelcast.gate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * The keys made of the cluster's secrets, one or, while secrets are changed, two.
 */
final class SharedSecrets {

	/*
	 * Each end has a certificate of its own that nobody else can vouch for. What proves
	 * it is a MAC, under a key made of the secret, over the role of the prover, the
	 * hashes of both certificates and both introductions (as "channel binding" does, RFC
	 * 5929 and RFC 9266): somebody in the middle has other certificates on his two
	 * connections, so what he passes on proves nothing. Whoever dialled proves first, so
	 * that nobody learns anything to guess against by dialling (G2).
	 */

	/**
	 * Makes guessing expensive for an impostor whom a node has dialled.
	 */
	private static final int ITERATIONS = 600_000;

	private static final String MAC = "HmacSHA256";

	private final List<SecretKeySpec> keys = new ArrayList<>();

	/**
	 * Creates the keys, which takes some tenths of a second.
	 * @param cluster the name of the cluster
	 * @param secret the secret
	 * @param previous another one that is accepted too, {@code null} for none
	 * @throws GeneralSecurityException if the JDK lacks an algorithm
	 */
	SharedSecrets(String cluster, String secret, @Nullable String previous) throws GeneralSecurityException {
		byte[] salt = ("horde " + cluster).getBytes(StandardCharsets.UTF_8);
		this.keys.add(stretch(secret, salt));
		if (previous != null) {
			this.keys.add(stretch(previous, salt));
		}
	}

	private static SecretKeySpec stretch(String secret, byte[] salt) throws GeneralSecurityException {
		PBEKeySpec spec = new PBEKeySpec(secret.toCharArray(), salt, ITERATIONS, 256);
		return new SecretKeySpec(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded(),
				MAC);
	}

	/**
	 * Make one proof for each secret.
	 * @param role who proves
	 * @param transcript what both ends know of the connection
	 * @return the proofs, in order of preference
	 */
	List<byte[]> proofs(Role role, byte[] transcript) {
		return this.keys.stream().map((key) -> proof(key, role, transcript)).toList();
	}

	/**
	 * Find the secret that the peer has proved.
	 * @param proofs the peer's proofs
	 * @param role the peer's role
	 * @param transcript what both ends know of the connection
	 * @return the index of the secret, -1 for none
	 */
	int proved(List<byte[]> proofs, Role role, byte[] transcript) {
		int proved = -1;
		for (int i = this.keys.size() - 1; i >= 0; i--) {
			byte[] expected = proof(this.keys.get(i), role, transcript);
			for (byte[] proof : proofs) {
				if (MessageDigest.isEqual(expected, proof)) {
					proved = i;
				}
			}
		}
		return proved;
	}

	private static byte[] proof(SecretKeySpec key, Role role, byte[] transcript) {
		try {
			Mac mac = Mac.getInstance(MAC);
			mac.init(key);
			mac.update((byte) role.ordinal());
			return mac.doFinal(transcript);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This JDK can't prove secrets", ex);
		}
	}

	/**
	 * Put together what both ends know of a connection.
	 * @param parts certificates and introductions, in the order of the roles
	 * @return the digest of each part, one after the other
	 */
	static byte[] transcript(byte[]... parts) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			ByteBuffer transcript = ByteBuffer.allocate(parts.length * digest.getDigestLength());
			for (byte[] part : parts) {
				transcript.put(digest.digest(part));
			}
			return transcript.array();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This JDK has no SHA-256", ex);
		}
	}

}
