package io.horde.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An authority that issues certificates, by the JDK's {@code keytool}.
 */
public final class TestAuthority {

	private static final char[] PASSWORD = "of-no-weight".toCharArray();

	private final Path directory;

	private final String name;

	public TestAuthority(Path directory, String name) {
		this.directory = directory;
		this.name = name;
		generate("ca", "-dname", "CN=" + name, "-validity", "3650", "-ext", "bc:critical=ca:true", "-ext",
				"ku:critical=keyCertSign,cRLSign");
		write(name, "CERTIFICATE", entry((store) -> store.getCertificate("ca").getEncoded()));
	}

	/**
	 * Issue a certificate, as {@code <name>.pem} and {@code <name>.key}.
	 * @param name its name
	 * @param options options of {@code keytool -genkeypair}
	 * @return the certificate
	 */
	public X509Certificate issue(String name, String... options) {
		List<String> all = new ArrayList<>(List.of("-dname", "CN=" + name, "-signer", "ca"));
		all.addAll(List.of(options));
		if (!all.contains("-validity")) {
			all.addAll(List.of("-validity", "365"));
		}
		generate(name, all.toArray(String[]::new));
		X509Certificate certificate = entry((store) -> (X509Certificate) store.getCertificate(name));
		write(name, "CERTIFICATE", entry((store) -> store.getCertificate(name).getEncoded()));
		write(name, "PRIVATE KEY", entry((store) -> store.getKey(name, PASSWORD).getEncoded()));
		return certificate;
	}

	/**
	 * Return the file with the certificate of this authority.
	 */
	public Path certificate() {
		return this.directory.resolve(this.name + ".pem");
	}

	private void generate(String alias, String... options) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias",
						alias, "-keystore", store().toString(), "-storepass", new String(PASSWORD), "-storetype",
						"PKCS12", "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
		List<String> given = List.of(options);
		if (!given.contains("-keyalg")) {
			command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
		}
		command.addAll(given);
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor()).as(said).isZero();
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Path store() {
		return this.directory.resolve(this.name + ".p12");
	}

	private <T> T entry(Reading<T> reading) {
		try (InputStream in = Files.newInputStream(store())) {
			KeyStore store = KeyStore.getInstance("PKCS12");
			store.load(in, PASSWORD);
			return reading.read(store);
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void write(String name, String type, byte[] content) {
		String suffix = type.equals("CERTIFICATE") ? ".pem" : ".key";
		String lines = Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content);
		try {
			Files.writeString(this.directory.resolve(name + suffix),
					"-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n");
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private interface Reading<T> {

		T read(KeyStore store) throws GeneralSecurityException;

	}

}
