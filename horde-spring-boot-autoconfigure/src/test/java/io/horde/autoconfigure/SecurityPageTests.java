package io.horde.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What docs/operations/security.md tells people to type.
 */
class SecurityPageTests {

	private static final Path PAGE = Path.of("../docs/operations/security.md");

	private static final Pattern SHELL = Pattern.compile("```shell\n(.+?)```", Pattern.DOTALL);

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void certificatesOfTwoNodesLink(@TempDir Path directory)
			throws IOException, InterruptedException, GeneralSecurityException {
		Matcher commands = SHELL.matcher(Files.readString(PAGE));
		assertThat(commands.find()).isTrue();
		Process shell = new ProcessBuilder("sh", "-e", "-c", commands.group(1)).directory(directory.toFile())
			.redirectErrorStream(true)
			.start();
		String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(shell.waitFor(1, TimeUnit.MINUTES)).isTrue();
		assertThat(shell.exitValue()).as(said).isZero();
		SSLContext a = context(directory, "node-a");
		SSLContext b = context(directory, "node-b");
		TrialHandshake.run(a, b);
		TrialHandshake.run(b, a);
	}

	@Test
	void startAndPageShowTheSameCommandsForSecrets() throws IOException {
		assertThat(Files.readString(PAGE)).contains(LinkSecuritySettings.MAKE_SECRET.lines()
			.filter((line) -> line.startsWith("    "))
			.map(String::strip)
			.toList());
	}

	private static SSLContext context(Path directory, String node) throws GeneralSecurityException {
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("cluster",
				SslBundle.of(new PemSslStoreBundle(
						details(directory.resolve(node + ".pem"))
							.withPrivateKey(directory.resolve(node + ".key").toUri().toString()),
						details(directory.resolve("ca.pem")))));
		BundleCertificates certificates = BundleCertificates.of(bundles, "cluster", null);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(certificates.keyManagers(), certificates.trustManagers(), null);
		return context;
	}

	private static PemSslStoreDetails details(Path certificate) {
		return PemSslStoreDetails.forCertificate(certificate.toUri().toString());
	}

}
