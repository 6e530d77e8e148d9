package io.horde.hazelcast;

import java.security.KeyPair;
import java.security.MessageDigest;
import java.util.List;

import io.horde.time.EventLoop;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * A handshake under way: the initiator waits for a reply and then for the acceptance, the
 * responder for its connection back and then for the confirmation.
 */
final class Handshake {

	private final long number;

	private final Dial dial;

	private final boolean initiator;

	private final EventLoop.Timer timeout;

	private final @Nullable KeyPair keys;

	private @Nullable Introduction own;

	private @Nullable Introduction peer;

	private byte @Nullable [] first;

	private List<LinkCipher> ciphers = List.of();

	private byte @Nullable [] hello;

	/**
	 * Creates a handshake.
	 * @param number this node's number of it
	 * @param dial the way to the peer
	 * @param peer what the peer said of itself, {@code null} if this node begins
	 * @param keys this node's keys, {@code null} without a secret
	 * @param timeout running until {@link #end()}
	 */
	Handshake(long number, Dial dial, @Nullable Introduction peer, @Nullable KeyPair keys, EventLoop.Timer timeout) {
		this.number = number;
		this.dial = dial;
		this.initiator = peer == null;
		this.peer = peer;
		this.keys = keys;
		this.timeout = timeout;
	}

	long number() {
		return this.number;
	}

	Dial dial() {
		return this.dial;
	}

	boolean isInitiator() {
		return this.initiator;
	}

	/**
	 * Return what this node has said of itself.
	 * @return {@code null} as long as there was no connection
	 */
	@Nullable Introduction own() {
		return this.own;
	}

	void introduced(Introduction own) {
		this.own = own;
	}

	@Nullable Introduction peer() {
		return this.peer;
	}

	void replied(Introduction peer, byte[] hello) {
		this.peer = peer;
		this.hello = hello;
	}

	/**
	 * Return what the peer's user said, once this node has accepted it.
	 * @return the hello
	 */
	byte @Nullable [] hello() {
		return this.hello;
	}

	@Nullable KeyPair keys() {
		return this.keys;
	}

	/**
	 * Return the initiator's introduction as it travels.
	 * @return {@code null} as long as it has not
	 */
	byte @Nullable [] first() {
		return this.first;
	}

	/**
	 * Keep the initiator's introduction as it travels.
	 * @param first its bytes
	 */
	void first(byte[] first) {
		this.first = first;
	}

	/**
	 * Derive what may become the link's keys, one set for each secret.
	 * @param secrets this node's secrets
	 * @param peer what the peer said of itself
	 * @param second the responder's introduction as it travels
	 */
	void agree(Secrets secrets, Introduction peer, byte[] second) {
		byte[] peerKey = peer.key();
		byte[] begin = this.first;
		if (this.keys != null && peerKey != null && begin != null) {
			this.ciphers = secrets.ciphers(this.keys, peerKey, this.initiator, begin, second);
		}
	}

	/**
	 * Write the own hello, with a proof for each secret that may be the common one.
	 * @param writer where to
	 * @param hello the hello
	 */
	void offer(FrameWriter writer, byte[] hello) {
		if (this.keys == null) {
			writer.array(1).array(2).bytes(new byte[0]).bytes(hello);
			return;
		}
		writer.array(this.ciphers.size());
		for (LinkCipher cipher : this.ciphers) {
			writer.array(2).bytes(cipher.ownProof()).bytes(cipher.sealHello(hello));
		}
	}

	/**
	 * Read what the peer offers, and go on with the first secret that both sides know.
	 * @param reader the peer's offers
	 * @return the peer's hello, {@code null} if it knows none of this node's secrets
	 */
	byte @Nullable [] chosen(FrameReader reader) {
		int offers = reader.array();
		for (int i = 0; i < offers; i++) {
			reader.array();
			byte[] proof = reader.bytes();
			byte[] offered = reader.bytes();
			reader.end();
			if (this.keys == null) {
				return offered;
			}
			for (LinkCipher cipher : this.ciphers) {
				if (MessageDigest.isEqual(cipher.peerProof(), proof)) {
					this.ciphers = List.of(cipher);
					return cipher.openHello(offered);
				}
			}
		}
		return null;
	}

	/**
	 * Return the keys of the link to be.
	 * @return {@code null} without a secret
	 */
	@Nullable LinkCipher cipher() {
		return this.ciphers.isEmpty() ? null : this.ciphers.get(0);
	}

	void end() {
		this.timeout.cancel();
	}

}
