package io.horde.hazelcast;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * The keys of one link: proofs that both sides know the secret, and AES-GCM for what they
 * say. Each direction has its own key, made for this link only; each packet's number is
 * its nonce.
 */
final class LinkCipher {

	private static final int TAG = 16;

	/**
	 * The part of a packet that stays readable: header and number.
	 */
	private static final int CLEAR = PacketType.HEADER + Long.BYTES;

	private static final byte HELLO = 0;

	private final byte[] ownProof;

	private final byte[] peerProof;

	private final SecretKey sending;

	private final SecretKey receiving;

	private LinkCipher(byte[] ownProof, byte[] peerProof, SecretKey sending, SecretKey receiving) {
		this.ownProof = ownProof;
		this.peerProof = peerProof;
		this.sending = sending;
		this.receiving = receiving;
	}

	/**
	 * Derive the keys of a link.
	 * @param secret the key made of the secret
	 * @param agreed what the key exchange gave
	 * @param transcript digest of both introductions
	 * @param initiator on which side this is
	 * @return the keys
	 * @throws GeneralSecurityException if the JDK lacks an algorithm
	 */
	static LinkCipher derive(byte[] secret, byte[] agreed, byte[] transcript, boolean initiator)
			throws GeneralSecurityException {
		byte[] master = mac(secret, agreed, transcript);
		byte[] fromInitiator = mac(master, label("frames of the initiator"));
		byte[] fromResponder = mac(master, label("frames of the responder"));
		byte[] initiatorProof = mac(master, label("proof of the initiator"));
		byte[] responderProof = mac(master, label("proof of the responder"));
		SecretKey initiators = new SecretKeySpec(fromInitiator, "AES");
		SecretKey responders = new SecretKeySpec(fromResponder, "AES");
		return initiator ? new LinkCipher(initiatorProof, responderProof, initiators, responders)
				: new LinkCipher(responderProof, initiatorProof, responders, initiators);
	}

	byte[] ownProof() {
		return this.ownProof;
	}

	byte[] peerProof() {
		return this.peerProof;
	}

	byte[] sealHello(byte[] hello) {
		try {
			return cipher(Cipher.ENCRYPT_MODE, this.sending, HELLO, 0).doFinal(hello);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	byte @Nullable [] openHello(byte[] sealed) {
		try {
			return cipher(Cipher.DECRYPT_MODE, this.receiving, HELLO, 0).doFinal(sealed);
		}
		catch (GeneralSecurityException ex) {
			return null;
		}
	}

	/**
	 * Encrypt what follows a packet's number. A number is used once per kind.
	 * @param type its kind
	 * @param packet the packet
	 * @return the sealed packet
	 */
	byte[] seal(PacketType type, byte[] packet) {
		byte[] sealed = new byte[packet.length + TAG];
		System.arraycopy(packet, 0, sealed, 0, CLEAR);
		try {
			Cipher cipher = cipher(Cipher.ENCRYPT_MODE, this.sending, type.code(), number(packet));
			cipher.updateAAD(packet, 0, CLEAR);
			cipher.doFinal(packet, CLEAR, packet.length - CLEAR, sealed, CLEAR);
			return sealed;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Decrypt a packet.
	 * @param type its kind
	 * @param sealed the packet as it arrived
	 * @return the packet as it was sealed, {@code null} if the peer did not seal it
	 */
	byte @Nullable [] open(PacketType type, byte[] sealed) {
		if (sealed.length < CLEAR + TAG) {
			return null;
		}
		byte[] packet = new byte[sealed.length - TAG];
		System.arraycopy(sealed, 0, packet, 0, CLEAR);
		try {
			Cipher cipher = cipher(Cipher.DECRYPT_MODE, this.receiving, type.code(), number(sealed));
			cipher.updateAAD(sealed, 0, CLEAR);
			cipher.doFinal(sealed, CLEAR, sealed.length - CLEAR, packet, CLEAR);
			return packet;
		}
		catch (GeneralSecurityException ex) {
			return null;
		}
	}

	private static long number(byte[] packet) {
		return ByteBuffer.wrap(packet).getLong(PacketType.HEADER);
	}

	private static Cipher cipher(int mode, SecretKey key, byte kind, long number) throws GeneralSecurityException {
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		byte[] nonce = ByteBuffer.allocate(12).put(3, kind).putLong(4, number).array();
		cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
		return cipher;
	}

	private static byte[] mac(byte[] key, byte[]... parts) throws GeneralSecurityException {
		Mac mac = Mac.getInstance("HmacSHA256");
		mac.init(new SecretKeySpec(key, "HmacSHA256"));
		for (byte[] part : parts) {
			mac.update(part);
		}
		return mac.doFinal();
	}

	private static byte[] label(String label) {
		return label.getBytes(StandardCharsets.UTF_8);
	}

}
