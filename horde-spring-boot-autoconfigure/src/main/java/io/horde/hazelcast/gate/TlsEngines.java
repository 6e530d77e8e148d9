package io.horde.hazelcast.gate;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Makes the TLS engines of connections: TLS 1.3 only, both ends with certificates.
 */
final class TlsEngines {

	private static final String[] PROTOCOLS = { "TLSv1.3" };

	private static final String[] CIPHERS = { "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384" };

	private final SecureRandom random = new SecureRandom();

	private final Certificates certificates;

	private TlsEngines(Certificates certificates) {
		this.certificates = certificates;
	}

	/**
	 * Return what makes engines with given certificates.
	 * @param certificates the certificates, which decide whom to trust
	 * @return makes engines
	 */
	static TlsEngines of(Certificates certificates) {
		return new TlsEngines(certificates);
	}

	/**
	 * Return what makes engines with a fresh certificate, and takes any: who the peer is
	 * has to be proved inside the connection.
	 * @return makes engines
	 * @throws GeneralSecurityException if the JDK lacks an algorithm
	 */
	static TlsEngines selfSigned() throws GeneralSecurityException {
		SelfSignedCertificate own = SelfSignedCertificate.create(new SecureRandom());
		KeyStore store = KeyStore.getInstance("PKCS12");
		try {
			store.load(null, null);
		}
		catch (java.io.IOException ex) {
			throw new GeneralSecurityException(ex);
		}
		char[] password = new char[0];
		store.setKeyEntry("own", own.key(), password, new Certificate[] { own.certificate() });
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		factory.init(store, password);
		KeyManager[] keys = factory.getKeyManagers();
		TrustManager[] anybody = { new Anybody() };
		return new TlsEngines(new Certificates() {

			@Override
			public KeyManager[] keyManagers() {
				return keys;
			}

			@Override
			public TrustManager[] trustManagers() {
				return anybody;
			}

		});
	}

	/**
	 * Make an engine. Each has a context of its own, so no session is ever resumed:
	 * certificates are judged at every handshake, by what is trusted at that time.
	 * @param role which end
	 * @return the engine
	 * @throws GeneralSecurityException if the certificates can't be used
	 */
	SSLEngine create(Role role) throws GeneralSecurityException {
		SSLContext context = SSLContext.getInstance("TLSv1.3");
		context.init(this.certificates.keyManagers(), this.certificates.trustManagers(), this.random);
		SSLEngine engine = context.createSSLEngine();
		engine.setUseClientMode(role == Role.INITIATOR);
		if (role == Role.ACCEPTOR) {
			engine.setNeedClientAuth(true);
		}
		engine.setEnabledProtocols(PROTOCOLS);
		engine.setEnabledCipherSuites(CIPHERS);
		return engine;
	}

	/**
	 * Trusts any certificate.
	 */
	private static final class Anybody extends X509ExtendedTrustManager {

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	}

}
