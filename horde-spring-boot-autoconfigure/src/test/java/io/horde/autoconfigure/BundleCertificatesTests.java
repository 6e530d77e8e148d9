package io.horde.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.horde.StartupMistakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link BundleCertificates} and its parts.
 */
@ExtendWith(OutputCaptureExtension.class)
class BundleCertificatesTests {

	private static final String BUNDLE = "horde.transport.ssl.bundle";

	private static final Logger logger = (Logger) LoggerFactory.getLogger(BundleCertificates.class);

	@TempDir
	static Path directory;

	private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();

	@BeforeAll
	static void issue() {
		TestAuthority old = new TestAuthority(directory, "old-ca");
		old.issue("a", "-ext", "eku=serverAuth,clientAuth");
		old.issue("expired", "-startdate", "-10d", "-validity", "5");
		old.issue("early", "-startdate", "+10d");
		old.issue("soon", "-validity", "5");
		old.issue("server", "-ext", "eku=serverAuth");
		old.issue("agreement", "-ext", "ku=keyAgreement");
		TestAuthority next = new TestAuthority(directory, "next-ca");
		next.issue("b");
	}

	@BeforeEach
	void logInfo() {
		logger.setLevel(Level.INFO);
	}

	@AfterEach
	void logAsBefore() {
		logger.setLevel(null);
	}

	@Test
	void nodesOfOneAuthorityLink() throws GeneralSecurityException, SSLException {
		SSLContext a = context("a", "old-ca", null);
		TrialHandshake.run(a, a);
	}

	@Test
	void nodesOfAnotherAuthorityAreRefusedByBothSides() throws GeneralSecurityException {
		SSLContext a = context("a", "old-ca", null);
		SSLContext b = context("b", "next-ca", null);
		SSLContext trusting = context("a", "old-ca", "next-ca");
		assertThatExceptionOfType(SSLException.class).isThrownBy(() -> TrialHandshake.run(a, b));
		assertThatExceptionOfType(SSLException.class).isThrownBy(() -> TrialHandshake.run(trusting, b));
		assertThatExceptionOfType(SSLException.class).isThrownBy(() -> TrialHandshake.run(b, trusting));
	}

	@Test
	void authorityIsChangedInThreeStepsWhileAnyTwoNeighbouringStepsLink()
			throws GeneralSecurityException, SSLException {
		SSLContext before = context("a", "old-ca", null);
		SSLContext one = context("a", "old-ca", "next-ca");
		SSLContext two = context("b", "next-ca", "old-ca");
		SSLContext three = context("b", "next-ca", null);
		for (SSLContext[] pair : new SSLContext[][] { { before, one }, { one, two }, { two, three } }) {
			TrialHandshake.run(pair[0], pair[1]);
			TrialHandshake.run(pair[1], pair[0]);
		}
	}

	@Test
	void bothBundlesAreTrustedAndNotTheAuthoritiesOfTheJdk() throws GeneralSecurityException {
		X509ExtendedTrustManager trusted = trusted(certificates("a", "old-ca", "next-ca"));
		assertThat(trusted.getAcceptedIssuers()).extracting((issuer) -> issuer.getSubjectX500Principal().getName())
			.containsExactly("CN=old-ca", "CN=next-ca");
		for (String name : new String[] { "a", "b" }) {
			X509Certificate[] chain = { certificate(name) };
			trusted.checkClientTrusted(chain, "UNKNOWN");
			trusted.checkServerTrusted(chain, "UNKNOWN");
		}
		TrustManagerFactory jdk = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		jdk.init((KeyStore) null);
		X509Certificate authority = ((X509TrustManager) jdk.getTrustManagers()[0]).getAcceptedIssuers()[0];
		assertThatExceptionOfType(CertificateException.class)
			.isThrownBy(() -> trusted.checkServerTrusted(new X509Certificate[] { authority }, "UNKNOWN"));
		assertThatExceptionOfType(CertificateException.class)
			.isThrownBy(() -> trusted.checkClientTrusted(new X509Certificate[] { certificate("expired") }, "UNKNOWN"))
			.satisfies((ex) -> assertThat(ex.getSuppressed()).hasSize(1));
	}

	@Test
	void expiredPeerIsRefused() throws GeneralSecurityException {
		SSLContext expired = context("expired", "old-ca", null);
		SSLContext a = context("a", "old-ca", null);
		assertThatExceptionOfType(SSLHandshakeException.class).isThrownBy(() -> TrialHandshake.run(expired, a));
		assertThatExceptionOfType(SSLHandshakeException.class).isThrownBy(() -> TrialHandshake.run(a, expired));
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			expired, old-ca,  has expired: CN=expired
			early,   old-ca,  from
			soon,    old-ca,  expires soon: CN=soon
			a,       next-ca, does not trust its own certificate
			""")
	void whatPeersWillRefuseIsWarnedOf(String node, String authority, String warning, CapturedOutput output) {
		certificates(node, authority, null);
		assertThat(output.toString().lines().filter((line) -> line.contains("WARN"))).singleElement()
			.asString()
			.contains("'current'", warning, "CN=" + node);
	}

	@Test
	void goodCertificateIsToldWithItsEnd(CapturedOutput output) {
		certificates("a", "old-ca", null);
		assertThat(output.toString().lines().filter((line) -> line.contains("Certificates"))).singleElement()
			.asString()
			.contains("INFO", "'current'", "CN=a", certificate("a").getNotAfter().toInstant().toString());
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			server,    serverAuth and clientAuth
			agreement, digitalSignature
			""")
	void certificateThatNoPeerCanAcceptIsRefused(String node, String problem) {
		assertMistake(() -> certificates(node, "old-ca", null), problem, "CN=" + node);
	}

	@Test
	void keyOfAnotherCertificateIsRefused() {
		this.bundles.registerBundle("current", pem(details("a.pem", "b.key"), details("old-ca.pem", null)));
		assertMistake(() -> BundleCertificates.of(this.bundles, "current", null), "no TLS 1.3 handshake succeeds",
				"private key belongs to the certificate");
	}

	@Test
	void bundleWithoutTrustStoreIsRefused() {
		this.bundles.registerBundle("current", pem(details("a.pem", "a.key"), null));
		assertMistake(() -> BundleCertificates.of(this.bundles, "current", null), BUNDLE, "has no trust store",
				"authorities of the JDK", "spring.ssl.bundle.pem.current.truststore.certificate");
		this.bundles.registerBundle("good", bundle("a", "old-ca"));
		assertMistake(() -> BundleCertificates.of(this.bundles, "good", "current"),
				"horde.transport.ssl.previous-bundle has no trust store");
	}

	@Test
	void emptyTrustStoreIsRefused() throws GeneralSecurityException, IOException {
		KeyStore empty = KeyStore.getInstance("PKCS12");
		empty.load(null, null);
		SslStoreBundle stores = bundle("a", "old-ca").getStores();
		this.bundles.registerBundle("current",
				SslBundle.of(SslStoreBundle.of(stores.getKeyStore(), stores.getKeyStorePassword(), empty)));
		assertMistake(() -> BundleCertificates.of(this.bundles, "current", null), "without any certificate");
	}

	@Test
	void bundleWithoutKeyIsRefused() {
		this.bundles.registerBundle("none", pem(null, details("old-ca.pem", null)));
		this.bundles.registerBundle("certificate", pem(details("a.pem", null), details("old-ca.pem", null)));
		for (String name : new String[] { "none", "certificate" }) {
			assertMistake(() -> BundleCertificates.of(this.bundles, name, null), "has no private key",
					"spring.ssl.bundle.pem." + name + ".keystore.private-key");
		}
		this.bundles.registerBundle("alias", SslBundle.of(bundle("a", "old-ca").getStores(), SslBundleKey.of("", "x")));
		assertMistake(() -> BundleCertificates.of(this.bundles, "alias", null), "'alias'");
	}

	@Test
	void previousBundleNeedsNoKey() throws GeneralSecurityException {
		this.bundles.registerBundle("current", bundle("a", "old-ca"));
		this.bundles.registerBundle("trust", pem(null, details("next-ca.pem", null)));
		trusted(BundleCertificates.of(this.bundles, "current", "trust"))
			.checkServerTrusted(new X509Certificate[] { certificate("b") }, "UNKNOWN");
	}

	@Test
	void unknownBundleIsRefused() {
		this.bundles.registerBundle("current", bundle("a", "old-ca"));
		assertMistake(() -> BundleCertificates.of(this.bundles, "curent", null), "'curent'", BUNDLE,
				"there are: current");
		assertMistake(() -> BundleCertificates.of(this.bundles, "current", "old"), "'old'",
				"horde.transport.ssl.previous-bundle");
	}

	@Test
	void unreadableBundleIsRefused() {
		this.bundles.registerBundle("current", pem(details("a.pem", "a.key"), details("missing.pem", null)));
		assertMistake(() -> BundleCertificates.of(this.bundles, "current", null), "can't be read", "missing.pem");
	}

	@Test
	void changeThatIsOfNoUseIsNotTakenUp(CapturedOutput output) throws GeneralSecurityException {
		BundleCertificates certificates = certificates(this.bundles, "a", "old-ca", "next-ca");
		Object keys = certificates.keyManagers();
		Object trust = certificates.trustManagers();
		this.bundles.updateBundle("current", pem(details("b.pem", "a.key"), details("next-ca.pem", null)));
		this.bundles.updateBundle("current", pem(details("a.pem", "a.key"), null));
		this.bundles.updateBundle("previous", pem(details("a.pem", "a.key"), null));
		assertThat(certificates.keyManagers()).isSameAs(keys);
		assertThat(certificates.trustManagers()).isSameAs(trust);
		assertThat(output.toString().lines().filter((line) -> line.contains("is not taken up"))).hasSize(3)
			.allMatch((line) -> line.contains("WARN"));
		this.bundles.updateBundle("previous", bundle("a", "old-ca"));
		assertThat(certificates.keyManagers()).isSameAs(keys);
		assertThat(trusted(certificates).getAcceptedIssuers()).hasSize(1);
	}

	@Test
	void changedFilesAreTakenUp(CapturedOutput output) throws IOException {
		Path live = Files.createDirectories(directory.resolve("live"));
		copy("a.pem", live.resolve("node.pem"));
		copy("a.key", live.resolve("node.key"));
		copy("old-ca.pem", live.resolve("ca.pem"));
		String prefix = "spring.ssl.bundle.pem.cluster.";
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
			.withPropertyValues("spring.ssl.bundle.watch.file.quiet-period=50ms", prefix + "reload-on-update=true",
					prefix + "keystore.certificate=" + live.resolve("node.pem"),
					prefix + "keystore.private-key=" + live.resolve("node.key"),
					prefix + "truststore.certificate=" + live.resolve("ca.pem"))
			.run((context) -> {
				BundleCertificates certificates = BundleCertificates.of(context.getBean(SslBundles.class), "cluster",
						null);
				SSLContext b = context("b", "next-ca", null);
				assertThatExceptionOfType(SSLException.class)
					.isThrownBy(() -> TrialHandshake.run(b, context(certificates)));
				copy("b.pem", live.resolve("node.pem"));
				copy("b.key", live.resolve("node.key"));
				copy("next-ca.pem", live.resolve("ca.pem"));
				await().atMost(Duration.ofSeconds(60))
					.ignoreExceptionsInstanceOf(SSLException.class)
					.untilAsserted(() -> {
						TrialHandshake.run(b, context(certificates));
						TrialHandshake.run(context(certificates), b);
					});
				assertThat(output).containsPattern("INFO .*The SSL bundle 'cluster' has changed.*CN=b");
				Files.writeString(live.resolve("ca.pem"), Files.readString(directory.resolve("old-ca.pem")),
						StandardOpenOption.APPEND);
				SSLContext a = context("a", "old-ca", "next-ca");
				await().atMost(Duration.ofSeconds(60))
					.ignoreExceptionsInstanceOf(SSLException.class)
					.untilAsserted(() -> TrialHandshake.run(a, context(certificates)));
			});
	}

	private static void copy(String from, Path to) throws IOException {
		Files.copy(directory.resolve(from), to, StandardCopyOption.REPLACE_EXISTING);
	}

	private static void assertMistake(Runnable task, String... words) {
		assertThatExceptionOfType(StartupMistakeException.class).isThrownBy(task::run)
			.satisfies((ex) -> assertThat(ex).message().contains(words));
	}

	private SSLContext context(String node, String authority, @Nullable String previous)
			throws GeneralSecurityException {
		return context(certificates(node, authority, previous));
	}

	private static SSLContext context(BundleCertificates certificates) throws GeneralSecurityException {
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(certificates.keyManagers(), certificates.trustManagers(), null);
		return context;
	}

	private static BundleCertificates certificates(String node, String authority, @Nullable String previous) {
		return certificates(new DefaultSslBundleRegistry(), node, authority, previous);
	}

	private static BundleCertificates certificates(DefaultSslBundleRegistry bundles, String node, String authority,
			@Nullable String previous) {
		bundles.registerBundle("current", bundle(node, authority));
		if (previous != null) {
			bundles.registerBundle("previous", pem(null, details(previous + ".pem", null)));
		}
		return BundleCertificates.of(bundles, "current", (previous != null) ? "previous" : null);
	}

	private static X509ExtendedTrustManager trusted(BundleCertificates certificates) {
		assertThat(certificates.trustManagers()).hasSize(1);
		return (X509ExtendedTrustManager) certificates.trustManagers()[0];
	}

	private static SslBundle bundle(String node, String authority) {
		return pem(details(node + ".pem", node + ".key"), details(authority + ".pem", null));
	}

	private static SslBundle pem(@Nullable PemSslStoreDetails keys, @Nullable PemSslStoreDetails trust) {
		return SslBundle.of(new PemSslStoreBundle(keys, trust));
	}

	private static PemSslStoreDetails details(String certificate, @Nullable String key) {
		PemSslStoreDetails details = PemSslStoreDetails
			.forCertificate(directory.resolve(certificate).toUri().toString());
		return (key != null) ? details.withPrivateKey(directory.resolve(key).toUri().toString()) : details;
	}

	private static X509Certificate certificate(String name) {
		try (InputStream in = Files.newInputStream(directory.resolve(name + ".pem"))) {
			return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
