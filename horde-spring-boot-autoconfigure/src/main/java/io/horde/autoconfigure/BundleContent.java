package io.horde.autoconfigure;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

import io.horde.StartupMistakeException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * What an SSL bundle holds, as far as links need it.
 *
 * @param property the property that names the bundle
 * @param name the name of the bundle
 * @param bundle the bundle
 */
record BundleContent(String property, String name, SslBundle bundle) {

	/**
	 * Find a bundle.
	 * @param bundles the bundles of the application
	 * @param property the property that names it
	 * @param name its name
	 * @return the content, which was not looked at
	 * @throws StartupMistakeException if there is no bundle of that name
	 */
	static BundleContent find(SslBundles bundles, String property, String name) {
		try {
			return new BundleContent(property, name, bundles.getBundle(name));
		}
		catch (NoSuchSslBundleException ex) {
			throw new StartupMistakeException("There is no SSL bundle '" + name + "', which " + property + " names.",
					"Set " + property + " to the name of a bundle below spring.ssl.bundle.pem or "
							+ "spring.ssl.bundle.jks (there are: " + String.join(", ", bundles.getBundleNames())
							+ ").");
		}
	}

	/**
	 * Return what the bundle holds now.
	 * @param changed the bundle after a change
	 * @return the content
	 */
	BundleContent with(SslBundle changed) {
		return new BundleContent(this.property, this.name, changed);
	}

	/**
	 * Return what judges the certificates of peers.
	 * @return the trust manager
	 * @throws StartupMistakeException if there is nobody that is trusted, or everybody
	 * that the JDK trusts
	 */
	X509ExtendedTrustManager trustManager() {
		if (this.<@Nullable KeyStore>read(() -> this.bundle.getStores().getTrustStore()) == null) {
			throw mistake(
					"has no trust store: the authorities of the JDK would say who is a member, and anybody can get a "
							+ "certificate from these",
					"Add the certificate of the cluster's own authority: set " + pem("truststore.certificate")
							+ ", or the location and the password of a trust store at " + jks("truststore") + ".");
		}
		for (TrustManager manager : read(() -> this.bundle.getManagers().getTrustManagers())) {
			if (manager instanceof X509ExtendedTrustManager extended && extended.getAcceptedIssuers().length > 0) {
				return extended;
			}
		}
		throw mistake("has a trust store without any certificate, so no node would be trusted",
				"Add the certificate of the cluster's own authority to it.");
	}

	/**
	 * Return what holds the keys.
	 * @return the key managers
	 * @throws StartupMistakeException if they can't be read
	 */
	KeyManager[] keyManagers() {
		return read(() -> this.bundle.getManagers().getKeyManagers());
	}

	/**
	 * Return the certificates by which this node may prove who it is.
	 * @return at least one chain, each with this node's own certificate first
	 * @throws StartupMistakeException if there is none
	 */
	List<List<X509Certificate>> chains() {
		List<List<X509Certificate>> chains = read(() -> chains(this.bundle.getStores().getKeyStore()));
		if (chains.isEmpty()) {
			throw mistake("has no private key with a certificate, so this node could not prove who it is",
					"Add both: set " + pem("keystore.certificate") + " and " + pem("keystore.private-key")
							+ ", or the location and the password of a key store at " + jks("keystore") + ".");
		}
		return chains;
	}

	private List<List<X509Certificate>> chains(@Nullable KeyStore keys) throws GeneralSecurityException {
		if (keys == null) {
			return List.of();
		}
		String alias = this.bundle.getKey().getAlias();
		List<List<X509Certificate>> chains = new ArrayList<>();
		for (String candidate : (alias != null) ? List.of(alias) : Collections.list(keys.aliases())) {
			Certificate[] chain = keys.isKeyEntry(candidate) ? keys.getCertificateChain(candidate) : null;
			if (chain != null && chain.length > 0) {
				chains.add(Arrays.stream(chain).map(X509Certificate.class::cast).toList());
			}
		}
		return chains;
	}

	/**
	 * Make an exception about this bundle.
	 * @param problem what is wrong, a sentence without the subject and the full stop
	 * @param action what to do about it
	 * @return the exception
	 */
	StartupMistakeException mistake(String problem, String action) {
		return new StartupMistakeException(
				"The SSL bundle '" + this.name + "' of " + this.property + " " + problem + ".", action);
	}

	private String pem(String property) {
		return "spring.ssl.bundle.pem." + this.name + "." + property;
	}

	private String jks(String property) {
		return "spring.ssl.bundle.jks." + this.name + "." + property;
	}

	/* Stores are read late, and what is wrong with them comes as any exception. */
	private <T extends @Nullable Object> T read(Reading<T> reading) {
		try {
			return reading.read();
		}
		catch (RuntimeException | GeneralSecurityException ex) {
			throw mistake("can't be read: " + ex.getMessage(), "Correct what is set below spring.ssl.bundle.");
		}
	}

	private interface Reading<T extends @Nullable Object> {

		T read() throws GeneralSecurityException;

	}

}
