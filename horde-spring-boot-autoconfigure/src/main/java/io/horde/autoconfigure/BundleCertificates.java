package io.horde.autoconfigure;

import java.util.function.Consumer;
import java.util.function.Supplier;

import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

import io.horde.StartupMistakeException;
import io.horde.hazelcast.gate.Certificates;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * Certificates out of SSL bundles of Spring Boot. What a changed bundle holds is used
 * from the next handshake on, if it is of use; else what was there before stays.
 */
final class BundleCertificates implements Certificates {

	private static final Logger logger = LoggerFactory.getLogger(BundleCertificates.class);

	private final String name;

	private volatile Parts parts;

	private BundleCertificates(String name, Parts parts) {
		this.name = name;
		this.parts = parts;
	}

	/**
	 * Return certificates that follow the changes of their bundles.
	 * @param bundles the bundles of the application
	 * @param name the bundle with this node's certificate
	 * @param previousName a bundle that is trusted too, {@code null} for none
	 * @return the certificates
	 * @throws StartupMistakeException if a bundle is unknown or of no use
	 */
	static BundleCertificates of(SslBundles bundles, String name, @Nullable String previousName) {
		SslBundle own = find(bundles, LinkSecuritySettings.BUNDLE, name);
		BundleContent content = new BundleContent(LinkSecuritySettings.BUNDLE, name, own);
		OwnCertificate certificate = OwnCertificate.of(content);
		if (previousName == null) {
			return started(bundles, own,
					new BundleCertificates(name, Parts.of(certificate, content.trustManager(), null)));
		}
		SslBundle previous = find(bundles, LinkSecuritySettings.PREVIOUS_BUNDLE, previousName);
		BundleCertificates certificates = started(bundles, own, new BundleCertificates(name,
				Parts.of(certificate, content.trustManager(), previousTrust(previousName, previous))));
		follow(bundles, previousName, previous, (changed) -> certificates.changePrevious(previousName, changed));
		return certificates;
	}

	private static BundleCertificates started(SslBundles bundles, SslBundle own, BundleCertificates certificates) {
		logger.info("Links are secured by the certificate of the SSL bundle '{}': {}", certificates.name,
				certificates.parts.own());
		certificates.parts.warn();
		follow(bundles, certificates.name, own, certificates::change);
		return certificates;
	}

	private static SslBundle find(SslBundles bundles, String property, String name) {
		try {
			return bundles.getBundle(name);
		}
		catch (NoSuchSslBundleException ex) {
			throw new StartupMistakeException("There is no SSL bundle '" + name + "', which " + property + " names.",
					"Set " + property + " to the name of a bundle below spring.ssl.bundle.pem or "
							+ "spring.ssl.bundle.jks (there are: " + String.join(", ", bundles.getBundleNames())
							+ ").");
		}
	}

	private static X509ExtendedTrustManager previousTrust(String name, SslBundle bundle) {
		return new BundleContent(LinkSecuritySettings.PREVIOUS_BUNDLE, name, bundle).trustManager();
	}

	/* It may have changed since it was read. */
	private static void follow(SslBundles bundles, String name, SslBundle read, Consumer<SslBundle> change) {
		bundles.addBundleUpdateHandler(name, change);
		SslBundle latest = bundles.getBundle(name);
		if (latest != read) {
			change.accept(latest);
		}
	}

	private synchronized void change(SslBundle changed) {
		BundleContent content = new BundleContent(LinkSecuritySettings.BUNDLE, this.name, changed);
		take(this.name, () -> Parts.of(OwnCertificate.of(content), content.trustManager(), this.parts.previous()));
	}

	private synchronized void changePrevious(String previousName, SslBundle changed) {
		take(previousName,
				() -> Parts.of(this.parts.own(), this.parts.current(), previousTrust(previousName, changed)));
	}

	private void take(String name, Supplier<Parts> changed) {
		try {
			this.parts = changed.get();
		}
		catch (StartupMistakeException ex) {
			logger.warn("A change of the SSL bundle '{}' is not taken up, and what was there before stays in use: {}",
					name, ex.getMessage());
			return;
		}
		logger.info("The SSL bundle '{}' has changed. New links are secured by the certificate {}", name,
				this.parts.own());
		this.parts.warn();
	}

	@Override
	public KeyManager[] keyManagers() {
		return this.parts.own().keyManagers();
	}

	/**
	 * Return what judges the certificates of peers.
	 * @return the same array as long as nothing has changed
	 */
	@Override
	public TrustManager[] trustManagers() {
		return this.parts.trustManagers();
	}

	/**
	 * What is in use.
	 *
	 * @param own this node's certificate
	 * @param current what its bundle trusts
	 * @param previous what the previous bundle trusts
	 * @param trusted what either trusts
	 * @param trustManagers the same in an array
	 */
	private record Parts(OwnCertificate own, X509ExtendedTrustManager current,
			@Nullable X509ExtendedTrustManager previous, X509ExtendedTrustManager trusted,
			TrustManager[] trustManagers) {

		static Parts of(OwnCertificate own, X509ExtendedTrustManager current,
				@Nullable X509ExtendedTrustManager previous) {
			X509ExtendedTrustManager trusted = (previous != null) ? new EitherTrustManager(current, previous) : current;
			return new Parts(own, current, previous, trusted, new TrustManager[] { trusted });
		}

		void warn() {
			this.own.warn(this.trusted);
		}

	}

}
