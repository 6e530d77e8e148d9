package io.horde.autoconfigure;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;

import io.horde.StartupMistakeException;
import io.horde.hazelcast.gate.LinkSecurity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/**
 * How links are secured, made from the properties. Mistakes about secrets are not told by
 * Spring Boot's exception for invalid properties: its analyzer prints the value.
 */
final class LinkSecuritySettings {

	static final int MIN_SECRET_LENGTH = 16;

	static final String SECRET = "horde.transport.secret";

	static final String PREVIOUS_SECRET = "horde.transport.previous-secret";

	static final String BUNDLE = "horde.transport.ssl.bundle";

	static final String PREVIOUS_BUNDLE = "horde.transport.ssl.previous-bundle";

	static final String MAKE_SECRET = """
			To make one of 128 bits:

			    openssl rand -hex 16

			or, with nothing but a JDK:

			    echo 'System.out.printf("%032x%n", new BigInteger(128, new java.security.SecureRandom()))' | jshell -s -""";

	private static final Logger logger = LoggerFactory.getLogger(LinkSecuritySettings.class);

	private final HordeProperties.Transport transport;

	private final String host;

	LinkSecuritySettings(HordeProperties.Transport transport, String host) {
		this.transport = transport;
		this.host = host;
	}

	/**
	 * Check what can be checked without a look at the machine.
	 * @throws StartupMistakeException if something is wrong with a secret
	 * @throws InvalidConfigurationPropertyValueException if something is wrong with the
	 * name of a bundle
	 */
	static void validate(HordeProperties.Transport transport) {
		validate(SECRET, transport.secret());
		validate(PREVIOUS_SECRET, transport.previousSecret());
		if (transport.previousSecret() != null && transport.secret() == null) {
			throw new StartupMistakeException(
					PREVIOUS_SECRET + " is set without " + SECRET + ": it is of no use by itself.", "Set " + SECRET
							+ " to the secret that is to be used from now on, or remove " + PREVIOUS_SECRET + ".");
		}
		HordeProperties.Transport.Ssl ssl = transport.ssl();
		if (ssl.previousBundle() != null) {
			require(StringUtils.hasText(ssl.bundle()), PREVIOUS_BUNDLE, ssl.previousBundle(),
					"It is of no use without " + BUNDLE);
			require(!ssl.previousBundle().equals(ssl.bundle()), PREVIOUS_BUNDLE, ssl.previousBundle(),
					"It must be another one than " + BUNDLE);
		}
		require(ssl.bundle() == null || StringUtils.hasText(ssl.bundle()), BUNDLE, ssl.bundle(),
				"It must be the name of an SSL bundle, below spring.ssl.bundle. Remove it to do without certificates");
	}

	private static void validate(String property, @Nullable String secret) {
		if (secret == null) {
			return;
		}
		if (secret.isBlank()) {
			throw new StartupMistakeException(property + " is set, but blank: it would protect nothing.",
					"Remove it to do without, or set a good one. " + MAKE_SECRET);
		}
		if (secret.strip().length() < MIN_SECRET_LENGTH) {
			throw new StartupMistakeException(
					property + " has fewer than " + MIN_SECRET_LENGTH
							+ " characters: whoever gets a node to dial him can find it by trying.",
					"Set a longer one, which nobody has made up. " + MAKE_SECRET);
		}
	}

	private static void require(boolean condition, String property, @Nullable Object value, String reason) {
		if (!condition) {
			throw new InvalidConfigurationPropertyValueException(property, value, reason);
		}
	}

	/**
	 * Return how links are secured, and tell the log what users should know of it.
	 * @param bundles the SSL bundles of the application, if there are any
	 * @return how
	 * @throws StartupMistakeException if links would be open to the internet, or the
	 * certificates are of no use
	 */
	LinkSecurity create(@Nullable SslBundles bundles) {
		String bundle = this.transport.ssl().bundle();
		if (bundle != null) {
			if (this.transport.secret() != null) {
				logger.info("Links are secured by the certificates of the SSL bundle '{}': {} is not used while {} "
						+ "is set", bundle, SECRET, BUNDLE);
			}
			if (bundles == null) {
				throw new StartupMistakeException(BUNDLE + " is set, and this application has no SSL bundles.",
						"Spring Boot's SslAutoConfiguration provides them: don't exclude it.");
			}
			return LinkSecurity
				.certificates(BundleCertificates.of(bundles, bundle, this.transport.ssl().previousBundle()));
		}
		if (this.transport.secret() != null) {
			logger.info("Links are secured by {}{}", SECRET,
					(this.transport.previousSecret() != null) ? ", and " + PREVIOUS_SECRET + " is accepted too" : "");
			return LinkSecurity.secret(this.transport.secret(), this.transport.previousSecret());
		}
		tellOpen();
		return LinkSecurity.OPEN;
	}

	private void tellOpen() {
		List<InetAddress> addresses = GlobalAddresses.listenedOn(this.host);
		String global = addresses.stream()
			.filter(GlobalAddresses::isGlobal)
			.map(InetAddress::getHostAddress)
			.collect(Collectors.joining(", "));
		if (!global.isEmpty() && !this.transport.allowOpen()) {
			throw new StartupMistakeException("Horde would listen on " + global
					+ ", which can be reached from the internet, and links are open: whoever reaches the port can "
					+ "join the cluster.",
					"Do one of these:\n\n"
							+ "  - Set horde.transport.secret to the same secret on all nodes, or give them "
							+ "certificates with horde.transport.ssl.bundle.\n"
							+ "  - Set horde.transport.host to an address of a private network, or to 127.0.0.1 for "
							+ "nodes of this machine only.\n"
							+ "  - Where a firewall keeps strangers from the port, set "
							+ "horde.transport.allow-open=true.\n\n" + MAKE_SECRET.replaceFirst("one", "a secret"));
		}
		if (!addresses.isEmpty() && addresses.stream().allMatch(InetAddress::isLoopbackAddress)) {
			logger.info("Links are open: whatever runs on this machine can join the cluster. Neither {} nor {} is set",
					SECRET, BUNDLE);
		}
		else {
			logger.warn(
					"Links are open: whoever reaches port {} of {}{} can join the cluster. Set {} or {} on all "
							+ "nodes, or keep strangers from the port",
					this.transport.port(), this.host, global.isEmpty() ? "" : " (from the internet: " + global + ")",
					SECRET, BUNDLE);
		}
	}

}
