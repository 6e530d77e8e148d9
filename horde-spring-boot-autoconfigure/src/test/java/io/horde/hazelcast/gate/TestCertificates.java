package io.horde.hazelcast.gate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

import io.horde.autoconfigure.TestAuthority;

/**
 * A key, a certificate and whom to trust, all of which may change.
 */
public final class TestCertificates implements Certificates {

	private volatile KeyManager[] keys;

	private volatile TrustManager[] trusted;

	private TestCertificates(KeyManager[] keys, TrustManager... trusted) {
		this.keys = keys;
		this.trusted = trusted;
	}

	static TestCertificates of(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
		KeyStore store = store();
		store.setKeyEntry("own", key, new char[0], new Certificate[] { certificate });
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		factory.init(store, new char[0]);
		return new TestCertificates(factory.getKeyManagers());
	}

	/**
	 * Return a node's certificate of the first authority, which is trusted too.
	 */
	public static TestCertificates first() throws GeneralSecurityException {
		return Issued.EVERYTHING.read("first").trusting(certificate("first-ca"));
	}

	/**
	 * Return a node's certificate of the second authority, which is trusted too.
	 */
	public static TestCertificates second() throws GeneralSecurityException {
		return Issued.EVERYTHING.read("second").trusting(certificate("second-ca"));
	}

	/**
	 * Return an expired certificate of the first authority, which is trusted too.
	 */
	static TestCertificates expired() throws GeneralSecurityException {
		return Issued.EVERYTHING.read("expired").trusting(certificate("first-ca"));
	}

	static X509Certificate certificate(String name) throws GeneralSecurityException {
		return Issued.EVERYTHING.certificate(name);
	}

	/**
	 * Return the same certificate with others to trust.
	 */
	TestCertificates trusting(X509Certificate... trusted) throws GeneralSecurityException {
		KeyStore store = store();
		for (int i = 0; i < trusted.length; i++) {
			store.setCertificateEntry("trusted-" + i, trusted[i]);
		}
		TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
		factory.init(store);
		return new TestCertificates(this.keys, factory.getTrustManagers());
	}

	/**
	 * Take the place of what was there before.
	 */
	public void become(TestCertificates other) {
		this.keys = other.keys;
		this.trusted = other.trusted;
	}

	@Override
	public KeyManager[] keyManagers() {
		return this.keys;
	}

	@Override
	public TrustManager[] trustManagers() {
		return this.trusted;
	}

	private static KeyStore store() throws GeneralSecurityException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		try {
			store.load(null, null);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		return store;
	}

	/**
	 * What two authorities have issued, once for all tests.
	 */
	private static final class Issued {

		private static final Issued EVERYTHING = new Issued();

		private final Path directory;

		Issued() {
			try {
				this.directory = Files.createTempDirectory("horde-certificates");
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
			TestAuthority first = new TestAuthority(this.directory, "first-ca");
			first.issue("first");
			first.issue("expired", "-startdate", "-10d", "-validity", "5");
			new TestAuthority(this.directory, "second-ca").issue("second");
		}

		TestCertificates read(String name) throws GeneralSecurityException {
			try {
				String key = Files.readString(this.directory.resolve(name + ".key")).replaceAll("-----.*-----", "");
				return of(
						KeyFactory.getInstance("EC")
							.generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key))),
						certificate(name));
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

		X509Certificate certificate(String name) throws GeneralSecurityException {
			try (InputStream in = Files.newInputStream(this.directory.resolve(name + ".pem"))) {
				return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
