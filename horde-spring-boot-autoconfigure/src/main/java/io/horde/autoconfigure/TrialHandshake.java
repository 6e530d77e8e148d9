package io.horde.autoconfigure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * A handshake of this node with itself, in memory. It finds out what no peer could
 * accept, whoever he trusts: a key that belongs to another certificate, an algorithm that
 * TLS 1.3 does not have.
 */
final class TrialHandshake {

	private static final int MAX_STEPS = 1000;

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	private final SSLEngine client;

	private final SSLEngine server;

	private final ByteBuffer toServer;

	private final ByteBuffer toClient;

	private final ByteBuffer received;

	private TrialHandshake(SSLContext client, SSLContext server, boolean mutual) {
		this.client = client.createSSLEngine();
		this.client.setUseClientMode(true);
		this.server = server.createSSLEngine();
		this.server.setUseClientMode(false);
		this.server.setNeedClientAuth(mutual);
		for (SSLEngine engine : List.of(this.client, this.server)) {
			engine.setEnabledProtocols(new String[] { "TLSv1.3" });
		}
		int size = 4 * this.client.getSession().getPacketBufferSize();
		this.toServer = ByteBuffer.allocate(size);
		this.toClient = ByteBuffer.allocate(size);
		this.received = ByteBuffer.allocate(size);
	}

	/**
	 * Do a handshake in which the server proves its key. The client would not even show a
	 * certificate: it looks for one that was issued by what the server trusts.
	 * @param keys the keys
	 * @param trusted this node's own certificates, which are trusted as they are
	 * @throws GeneralSecurityException if there can be no handshake
	 * @throws IOException if it fails
	 */
	static void run(KeyManager[] keys, List<X509Certificate> trusted) throws GeneralSecurityException, IOException {
		KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
		store.load(null, null);
		for (X509Certificate certificate : trusted) {
			store.setCertificateEntry(Integer.toString(store.size()), certificate);
		}
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(store);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys, trust.getTrustManagers(), null);
		new TrialHandshake(context, context, false).run();
	}

	/**
	 * Do a handshake in which both sides prove their keys.
	 * @param client the context of the side that begins
	 * @param server the context of the other side
	 * @throws SSLException if it fails
	 */
	static void run(SSLContext client, SSLContext server) throws SSLException {
		new TrialHandshake(client, server, true).run();
	}

	private void run() throws SSLException {
		this.client.beginHandshake();
		this.server.beginHandshake();
		for (int steps = 0; isUnderWay(this.client) || isUnderWay(this.server); steps++) {
			if (steps == MAX_STEPS) {
				throw new SSLException("The handshake does not end");
			}
			step(this.client, this.toClient, this.toServer);
			step(this.server, this.toServer, this.toClient);
		}
	}

	private static boolean isUnderWay(SSLEngine engine) {
		return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
	}

	private void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
		switch (engine.getHandshakeStatus()) {
			case NEED_TASK -> engine.getDelegatedTask().run();
			case NEED_WRAP -> engine.wrap(NOTHING, out);
			case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
				in.flip();
				engine.unwrap(in, this.received.clear());
				in.compact();
			}
			default -> {
			}
		}
	}

}
