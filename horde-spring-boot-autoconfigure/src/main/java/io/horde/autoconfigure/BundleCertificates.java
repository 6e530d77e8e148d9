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

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * Certificates out of SSL bundles of Spring Boot. What a changed bundle holds is used
 * from the next handshake on, if it is of use; else what was there before stays.
 */
final class BundleCertificates implements Certificates {

	private static final Logger logger = LoggerFactory.getLogger(BundleCertificates.class);

	private volatile Parts parts;

	private BundleCertificates(Parts parts) {
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
		BundleContent current = BundleContent.find(bundles, LinkSecuritySettings.BUNDLE, name);
		BundleContent previous = (previousName != null)
				? BundleContent.find(bundles, LinkSecuritySettings.PREVIOUS_BUNDLE, previousName) : null;
		X509ExtendedTrustManager trusted = current.trustManager();
		X509ExtendedTrustManager trustedToo = (previous != null) ? previous.trustManager() : null;
		BundleCertificates certificates = new BundleCertificates(
				Parts.of(OwnCertificate.of(current), trusted, trustedToo));
		logger.info("Links are secured by the certificate of the SSL bundle '{}': {}", name, certificates.parts.own());
		certificates.parts.warn();
		follow(bundles, current, certificates::change);
		if (previous != null) {
			follow(bundles, previous, certificates::changePrevious);
		}
		return certificates;
	}

	/* It may have changed since it was read. */
	private static void follow(SslBundles bundles, BundleContent read, Consumer<BundleContent> change) {
		bundles.addBundleUpdateHandler(read.name(), (changed) -> change.accept(read.with(changed)));
		SslBundle latest = bundles.getBundle(read.name());
		if (latest != read.bundle()) {
			change.accept(read.with(latest));
		}
	}

	private synchronized void change(BundleContent changed) {
		take(changed, () -> Parts.of(OwnCertificate.of(changed), changed.trustManager(), this.parts.previous()));
	}

	private synchronized void changePrevious(BundleContent changed) {
		take(changed, () -> Parts.of(this.parts.own(), this.parts.current(), changed.trustManager()));
	}

	private void take(BundleContent changed, Supplier<Parts> taken) {
		try {
			this.parts = taken.get();
		}
		catch (StartupMistakeException ex) {
			logger.warn("A change of the SSL bundle '{}' is not taken up, and what was there before stays in use. {}",
					changed.name(), ex.getMessage());
			return;
		}
		logger.info("The SSL bundle '{}' has changed. New links are secured by the certificate {}", changed.name(),
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
