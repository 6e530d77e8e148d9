package io.horde.hazelcast.attack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;

import io.horde.hazelcast.gate.Certificates;

/**
 * Keys and certificates, made once by the JDK's own tool.
 */
final class Keys {

	/**
	 * The authority that the nodes trust.
	 */
	static final String AUTHORITY = "authority";

	/**
	 * A node with a certificate of that authority.
	 */
	static final String NODE = "node";

	/**
	 * The node's next certificate, of the same authority.
	 */
	static final String NEXT = "next";

	/**
	 * A node whose certificate of that authority has expired.
	 */
	static final String EXPIRED = "expired";

	/**
	 * Another authority.
	 */
	static final String OTHER_AUTHORITY = "other-authority";

	/**
	 * A node with a certificate of the other authority.
	 */
	static final String OTHER = "other";

	private static final String PASSWORD = "changeit";

	private static final Path FILE = Path.of("target", "attack", "keys.p12").toAbsolutePath();

	private static KeyStore store;

	private Keys() {
	}

	private static synchronized KeyStore store() throws IOException, GeneralSecurityException {
		if (store == null) {
			if (!Files.exists(FILE)) {
				create();
			}
			store = KeyStore.getInstance("PKCS12");
			try (InputStream in = Files.newInputStream(FILE)) {
				store.load(in, PASSWORD.toCharArray());
			}
		}
		return store;
	}

	private static void create() throws IOException {
		Files.createDirectories(FILE.getParent());
		Path fresh = Files.createTempDirectory(FILE.getParent(), "keys").resolve("keys.p12");
		generate(fresh, AUTHORITY, "-ext", "bc=ca:true", "-validity", "3650");
		generate(fresh, NODE, "-signer", AUTHORITY, "-validity", "3650");
		generate(fresh, NEXT, "-signer", AUTHORITY, "-validity", "3650");
		generate(fresh, EXPIRED, "-signer", AUTHORITY, "-startdate", "-10d", "-validity", "1");
		generate(fresh, OTHER_AUTHORITY, "-ext", "bc=ca:true", "-validity", "3650");
		generate(fresh, OTHER, "-signer", OTHER_AUTHORITY, "-validity", "3650");
		Files.move(fresh, FILE);
	}

	private static void generate(Path file, String alias, String... options) {
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-J-XX:TieredStopAtLevel=1",
				"-genkeypair", "-keystore", file.toString(), "-storepass", PASSWORD, "-keyalg", "EC", "-groupname",
				"secp256r1", "-alias", alias, "-dname", "CN=" + alias));
		command.addAll(List.of(options));
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes());
			if (process.waitFor() != 0) {
				throw new IllegalStateException(output);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return the certificates of a node.
	 * @param alias whose key and certificate
	 * @param authority whom it trusts
	 * @return the certificates
	 */
	static Certificates certificates(String alias, String authority) {
		KeyManager[] keys = keyManagers(alias);
		TrustManager[] trust = trustManagers(authority);
		return new Certificates() {

			@Override
			public KeyManager[] keyManagers() {
				return keys;
			}

			@Override
			public TrustManager[] trustManagers() {
				return trust;
			}

		};
	}

	private static KeyManager[] keyManagers(String alias) {
		char[] password = PASSWORD.toCharArray();
		try {
			KeyStore all = store();
			KeyStore own = empty();
			own.setKeyEntry(alias, all.getKey(alias, password), password, all.getCertificateChain(alias));
			KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			factory.init(own, password);
			return factory.getKeyManagers();
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static TrustManager[] trustManagers(String authority) {
		try {
			KeyStore trusted = empty();
			trusted.setCertificateEntry(authority, store().getCertificate(authority));
			TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			factory.init(trusted);
			return factory.getTrustManagers();
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static KeyStore empty() throws IOException, GeneralSecurityException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		return store;
	}

	/**
	 * Return the TLS of somebody who takes any certificate for good.
	 * @param alias what he shows himself
	 * @return the context
	 */
	static SSLContext trustingAnybody(String alias) {
		X509ExtendedKeyManager keys = (X509ExtendedKeyManager) keyManagers(alias)[0];
		return trustingAnybody(new KeyManager[] { new Insistent(alias, keys) });
	}

	static SSLContext withoutCertificate() {
		return trustingAnybody(new KeyManager[0]);
	}

	private static SSLContext trustingAnybody(KeyManager[] keys) {
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(keys, new TrustManager[] { new Anybody() }, new SecureRandom());
			return context;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Trusts any certificate.
	 */
	private static final class Anybody implements X509TrustManager {

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	}

	/**
	 * Shows its certificate also to those who have said that they will not take it.
	 */
	private static final class Insistent extends X509ExtendedKeyManager {

		private final String alias;

		private final X509ExtendedKeyManager keys;

		Insistent(String alias, X509ExtendedKeyManager keys) {
			this.alias = alias;
			this.keys = keys;
		}

		@Override
		public String[] getClientAliases(String type, Principal[] issuers) {
			return new String[] { this.alias };
		}

		@Override
		public String[] getServerAliases(String type, Principal[] issuers) {
			return new String[] { this.alias };
		}

		@Override
		public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
			return this.alias;
		}

		@Override
		public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
			return this.alias;
		}

		@Override
		public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
			return this.alias;
		}

		@Override
		public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
			return this.alias;
		}

		@Override
		public X509Certificate[] getCertificateChain(String name) {
			return this.keys.getCertificateChain(name);
		}

		@Override
		public PrivateKey getPrivateKey(String name) {
			return this.keys.getPrivateKey(name);
		}

	}

}
