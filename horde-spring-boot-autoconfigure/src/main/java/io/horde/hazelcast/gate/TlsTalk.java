package io.horde.hazelcast.gate;

import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Queue;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The TLS below one end of a negotiation: records to bytes, and bytes to records.
 */
final class TlsTalk {

	private static final int MAX_RECORD = 17 * 1024;

	/* Of records: change of cipher, alert, handshake, data. */
	private static final byte FIRST_TYPE = 20;

	private static final byte LAST_TYPE = 23;

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	private final SSLEngine engine;

	/** Where records go, each in a buffer of its own. */
	private final Queue<ByteBuffer> output;

	/** In read mode, like the other buffer. */
	private ByteBuffer plain = NOTHING;

	private ByteBuffer sealed = NOTHING;

	private boolean written;

	TlsTalk(SSLEngine engine, Queue<ByteBuffer> output) {
		this.engine = engine;
		this.output = output;
	}

	/**
	 * Tell whether bytes look like TLS.
	 * @param first the first byte
	 * @return whether a record can begin so
	 */
	static boolean isRecord(byte first) {
		return first >= FIRST_TYPE && first <= LAST_TYPE;
	}

	SSLEngine engine() {
		return this.engine;
	}

	SSLEngineResult.HandshakeStatus handshakeStatus() {
		return this.engine.getHandshakeStatus();
	}

	void begin() throws SSLException {
		this.engine.beginHandshake();
	}

	/**
	 * Do what the handshake needs a processor for.
	 */
	void work() {
		Runnable task = this.engine.getDelegatedTask();
		while (task != null) {
			task.run();
			task = this.engine.getDelegatedTask();
		}
	}

	/**
	 * Return what the peer said inside TLS.
	 * @return bytes to be consumed
	 */
	ByteBuffer plain() {
		return this.plain;
	}

	/** Whether records of the other end were read already. */
	boolean hasRead() {
		return this.plain.capacity() > 0;
	}

	/** Whether there were records for the other end already. */
	boolean hasWritten() {
		return this.written;
	}

	/**
	 * Write the next record of the handshake.
	 * @throws SSLException if TLS has failed
	 */
	void wrap() throws SSLException {
		wrap(NOTHING);
	}

	/**
	 * Write bytes as records.
	 * @param bytes bytes for the peer
	 * @throws SSLException if TLS has failed
	 */
	void wrap(ByteBuffer bytes) throws SSLException {
		if (this.sealed.capacity() == 0) {
			this.sealed = ByteBuffer.allocate(this.engine.getSession().getPacketBufferSize());
		}
		do {
			this.sealed.clear();
			SSLEngineResult result = this.engine.wrap(bytes, this.sealed);
			this.sealed.flip();
			if (this.sealed.hasRemaining()) {
				this.written = true;
				this.output.add(ByteBuffer.allocate(this.sealed.remaining()).put(this.sealed).flip());
			}
			if (result.getStatus() != SSLEngineResult.Status.OK) {
				return;
			}
		}
		while (bytes.hasRemaining());
	}

	/**
	 * Read the next record.
	 * @param input what has arrived
	 * @return {@code false} if more has to arrive first
	 * @throws GateException if the peer has closed, or goes beyond what is allowed
	 * @throws SSLException if TLS has failed
	 */
	boolean unwrap(ByteBuffer input) throws GateException, SSLException {
		if (!input.hasRemaining()) {
			return false;
		}
		if (this.plain.capacity() == 0) {
			this.plain = ByteBuffer.allocate(this.engine.getSession().getApplicationBufferSize()).flip();
		}
		this.plain.compact();
		SSLEngineResult result = this.engine.unwrap(input, this.plain);
		this.plain.flip();
		return switch (result.getStatus()) {
			case OK -> result.bytesConsumed() > 0 || handshakeStatus() != SSLEngineResult.HandshakeStatus.NEED_UNWRAP;
			case BUFFER_UNDERFLOW -> {
				if (input.remaining() > MAX_RECORD) {
					throw new GateException(GateRefusal.TLS, "A record that is too large");
				}
				yield false;
			}
			default -> throw new GateException(GateRefusal.TLS, "The connection was closed before a proof");
		};
	}

	/**
	 * Say that nothing more follows, with an alert if TLS has failed.
	 * @throws SSLException if it can't be said
	 */
	void close() throws SSLException {
		this.engine.closeOutbound();
		for (int i = 0; i < 4 && !this.engine.isOutboundDone(); i++) {
			wrap();
		}
	}

	/**
	 * Check that the peer's certificates are valid today. The JDK does not look at the
	 * dates of a certificate that is itself in the trust store.
	 * @throws GateException if one is not
	 * @throws SSLPeerUnverifiedException if the peer has shown none
	 */
	void checkDates() throws GateException, SSLPeerUnverifiedException {
		try {
			for (Certificate certificate : this.engine.getSession().getPeerCertificates()) {
				((X509Certificate) certificate).checkValidity();
			}
		}
		catch (CertificateException ex) {
			throw new GateException(GateRefusal.CERTIFICATE, "A certificate is not valid at this time");
		}
	}

	byte[] ownCertificate() throws SSLException {
		return encoded(this.engine.getSession().getLocalCertificates()[0]);
	}

	byte[] peerCertificate() throws SSLException {
		return encoded(this.engine.getSession().getPeerCertificates()[0]);
	}

	private static byte[] encoded(Certificate certificate) throws SSLException {
		try {
			return certificate.getEncoded();
		}
		catch (CertificateException ex) {
			throw new SSLException(ex);
		}
	}

}
