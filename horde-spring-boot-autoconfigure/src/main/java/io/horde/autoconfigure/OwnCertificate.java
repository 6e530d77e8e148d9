package io.horde.autoconfigure;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

import javax.net.ssl.KeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

import io.horde.StartupMistakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By what this node proves who it is.
 *
 * @param bundle the name of the SSL bundle
 * @param keyManagers what holds the key
 * @param chains at least one certificate chain, each with this node's own certificate
 * first
 */
record OwnCertificate(String bundle, KeyManager[] keyManagers, List<List<X509Certificate>> chains) {

	/** How long before its end a certificate is warned of. */
	static final Duration ENDS_SOON = Duration.ofDays(14);

	private static final Logger logger = LoggerFactory.getLogger(OwnCertificate.class);

	private static final String ANY_USE = "2.5.29.37.0";

	private static final String SERVER_USE = "1.3.6.1.5.5.7.3.1";

	private static final String CLIENT_USE = "1.3.6.1.5.5.7.3.2";

	/**
	 * Take the certificate out of a bundle.
	 * @param content the bundle
	 * @return the certificate, which may be outside its dates
	 * @throws StartupMistakeException if no node could accept it
	 */
	static OwnCertificate of(BundleContent content) {
		List<List<X509Certificate>> chains = content.chains();
		List<X509Certificate> own = chains.stream().map((chain) -> chain.get(0)).toList();
		for (X509Certificate candidate : own) {
			checkUse(content, candidate);
		}
		OwnCertificate certificate = new OwnCertificate(content.name(), content.keyManagers(), chains);
		try {
			TrialHandshake.run(certificate.keyManagers, own);
		}
		catch (IOException | GeneralSecurityException | RuntimeException ex) {
			throw content.mistake(
					"has a certificate (" + certificate + ") with which no TLS 1.3 handshake succeeds: "
							+ ex.getMessage(),
					"Check that the private key belongs to the certificate, and that TLS 1.3 has its algorithm (RSA "
							+ "of 2048 bits, EC on P-256 or Ed25519 will do).");
		}
		return certificate;
	}

	/* What the JDKs of the peers are going to check. */
	private static void checkUse(BundleContent content, X509Certificate certificate) {
		List<String> uses = extendedKeyUsage(content, certificate);
		if (uses != null && !uses.contains(ANY_USE) && !(uses.contains(SERVER_USE) && uses.contains(CLIENT_USE))) {
			throw content.mistake(
					"has a certificate (" + describe(certificate) + ") whose extended key usage does not allow both "
							+ "serverAuth and clientAuth: each node is a TLS server and a TLS client",
					"Have it issued with both uses, or without an extended key usage. Where the key store holds "
							+ "several keys, name the one of this node by key.alias of the bundle.");
		}
		boolean[] keyUsage = certificate.getKeyUsage();
		if (keyUsage != null && !keyUsage[0]) {
			throw content.mistake(
					"has a certificate (" + describe(certificate)
							+ ") whose key usage does not allow digitalSignature, which TLS 1.3 needs",
					"Have it issued with digitalSignature.");
		}
	}

	private static @Nullable List<String> extendedKeyUsage(BundleContent content, X509Certificate certificate) {
		try {
			return certificate.getExtendedKeyUsage();
		}
		catch (CertificateParsingException ex) {
			throw content.mistake(
					"has a certificate (" + describe(certificate) + ") that can't be read: " + ex.getMessage(),
					"Have another one issued.");
		}
	}

	/**
	 * Warn of what makes peers refuse this node, now or soon.
	 * @param trusted what judges the certificates of peers
	 */
	void warn(X509ExtendedTrustManager trusted) {
		for (List<X509Certificate> chain : this.chains) {
			if (isTimely(chain)) {
				warnOfDistrust(chain, trusted);
			}
		}
	}

	private boolean isTimely(List<X509Certificate> chain) {
		Instant now = Instant.now();
		Instant begin = chain.stream()
			.map(X509Certificate::getNotBefore)
			.max(Comparator.naturalOrder())
			.get()
			.toInstant();
		Instant end = end(chain);
		if (end.isBefore(now)) {
			logger.warn("The certificate of the SSL bundle '{}' has expired: {}. The other nodes refuse new links with "
					+ "this one, so it is cut off from them as links end. Replace the certificate; with "
					+ "reload-on-update that needs no restart", this.bundle, describe(chain));
		}
		else if (begin.isAfter(now)) {
			logger.warn(
					"The certificate of the SSL bundle '{}' is valid from {} only: {}. The other nodes refuse links "
							+ "with this one until then. Check the clock of this machine",
					this.bundle, begin, describe(chain));
		}
		else if (end.isBefore(now.plus(ENDS_SOON))) {
			logger.warn(
					"The certificate of the SSL bundle '{}' expires soon: {}. Then the other nodes refuse links with "
							+ "this one. Replace the certificate; with reload-on-update that needs no restart",
					this.bundle, describe(chain));
		}
		return !end.isBefore(now) && !begin.isAfter(now);
	}

	private void warnOfDistrust(List<X509Certificate> chain, X509ExtendedTrustManager trusted) {
		try {
			trusted.checkServerTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
		}
		catch (CertificateException ex) {
			logger.warn("The SSL bundle '{}' does not trust its own certificate, {}: {}. Nodes that trust the same "
					+ "authorities refuse links with this one", this.bundle, describe(chain), ex.getMessage());
		}
	}

	private static Instant end(List<X509Certificate> chain) {
		return chain.stream().map(X509Certificate::getNotAfter).min(Comparator.naturalOrder()).get().toInstant();
	}

	private static String describe(X509Certificate certificate) {
		return describe(List.of(certificate));
	}

	private static String describe(List<X509Certificate> chain) {
		return chain.get(0).getSubjectX500Principal().getName() + ", valid until " + end(chain);
	}

	/**
	 * Tell subjects and ends, for log lines.
	 */
	@Override
	public String toString() {
		return this.chains.stream().map(OwnCertificate::describe).collect(Collectors.joining("; "));
	}

}
