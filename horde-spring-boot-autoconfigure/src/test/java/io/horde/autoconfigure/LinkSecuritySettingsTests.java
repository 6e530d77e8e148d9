package io.horde.autoconfigure;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.horde.StartupMistakeException;
import io.horde.hazelcast.gate.LinkSecurity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LinkSecuritySettings}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LinkSecuritySettingsTests {

	private static final String GOOD = "0123456789abcdef";

	private static final Logger logger = (Logger) LoggerFactory.getLogger(LinkSecuritySettings.class);

	private final MockEnvironment environment = new MockEnvironment().withProperty("horde.transport.host", "127.0.0.1");

	@BeforeEach
	void logInfo() {
		logger.setLevel(Level.INFO);
	}

	@AfterEach
	void logAsBefore() {
		logger.setLevel(null);
	}

	@Test
	void secretsAreTaken(CapturedOutput output) {
		set("secret", GOOD);
		assertThat(security()).isEqualTo(LinkSecurity.secret(GOOD, null));
		set("previous-secret", "fedcba9876543210");
		assertThat(security()).isEqualTo(LinkSecurity.secret(GOOD, "fedcba9876543210"));
		assertThat(output).contains("INFO")
			.contains(
					"Links are secured by horde.transport.secret, and horde.transport.previous-secret is accepted too")
			.doesNotContain("Links are open", GOOD);
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			secret, '', blank
			secret, '                    ', blank
			secret, 0123456789abcde, fewer than 16 characters
			secret, '   0123456789abc    ', fewer than 16 characters
			previous-secret, '', blank
			previous-secret, 0123456789abcde, fewer than 16 characters
			""")
	void secretThatProtectsNothingIsRefused(String property, String value, String problem) {
		set("secret", GOOD);
		set(property, value);
		assertThatExceptionOfType(StartupMistakeException.class).isThrownBy(this::settings).satisfies((ex) -> {
			assertThat(ex.description()).startsWith("horde.transport." + property + " ").contains(problem);
			assertThat(ex.action()).contains("openssl rand -hex 16", "jshell");
			assertThat(ex).message().doesNotContain("0123456789abc");
		});
	}

	@Test
	void previousSecretAloneIsRefusedAndNotShown() {
		set("previous-secret", GOOD);
		assertThatExceptionOfType(StartupMistakeException.class).isThrownBy(this::settings)
			.withMessageContaining("horde.transport.previous-secret is set without horde.transport.secret")
			.satisfies((ex) -> assertThat(ex).message().doesNotContain(GOOD));
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			,      old, previous-bundle
			'',    old, previous-bundle
			same, same, previous-bundle
			' ',      , bundle
			""")
	void namesOfBundlesThatMakeNoSenseAreRefused(String bundle, String previous, String property) {
		if (bundle != null) {
			set("ssl.bundle", bundle);
		}
		if (previous != null) {
			set("ssl.previous-bundle", previous);
		}
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(this::settings)
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("horde.transport.ssl." + property));
	}

	@Test
	void bundleWithoutBundlesOfTheApplicationIsRefused() {
		set("ssl.bundle", "cluster");
		assertThatExceptionOfType(StartupMistakeException.class).isThrownBy(this::security)
			.withMessageContaining("SslAutoConfiguration");
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "localhost", "::1" })
	void openLinksOnLoopbackAreMentioned(String host, CapturedOutput output) {
		set("host", host);
		assertThat(security()).isEqualTo(LinkSecurity.OPEN);
		assertThat(output.toString().lines().filter((line) -> line.contains("Links are open"))).singleElement()
			.asString()
			.contains("INFO", "this machine");
	}

	@ParameterizedTest
	@ValueSource(strings = { "10.0.0.1", "fd00::1", "unknown.invalid" })
	void openLinksElsewhereAreWarnedOf(String host, CapturedOutput output) {
		set("host", host);
		assertThat(security()).isEqualTo(LinkSecurity.OPEN);
		assertThat(output.toString().lines().filter((line) -> line.contains("Links are open"))).singleElement()
			.asString()
			.contains("WARN", host, "horde.transport.secret", "horde.transport.ssl.bundle")
			.doesNotContain("internet");
	}

	@ParameterizedTest
	@CsvSource({ "8.8.8.8, 8.8.8.8", "2001:4860::1, 2001:4860:0:0:0:0:0:1" })
	void openLinksToTheInternetMustBeWanted(String host, String address, CapturedOutput output) {
		set("host", host);
		assertThatExceptionOfType(StartupMistakeException.class).isThrownBy(this::security).satisfies((ex) -> {
			assertThat(ex.description()).contains(address, "internet");
			assertThat(ex.action()).contains("horde.transport.secret", "horde.transport.ssl.bundle",
					"horde.transport.host", "horde.transport.allow-open=true", "openssl rand -hex 16");
		});
		set("allow-open", "true");
		assertThat(security()).isEqualTo(LinkSecurity.OPEN);
		assertThat(output).contains("WARN", "from the internet: " + address);
	}

	@Test
	void secretMayBeUsedOnTheInternet(CapturedOutput output) {
		set("host", "8.8.8.8");
		set("secret", GOOD);
		assertThat(security().isOpen()).isFalse();
		assertThat(output).doesNotContain("Links are open");
	}

	@Test
	void propertiesDoNotShowSecrets() {
		set("secret", GOOD);
		set("previous-secret", "fedcba9876543210");
		assertThat(properties()).asString().contains("127.0.0.1").doesNotContain(GOOD, "fedcba9876543210");
	}

	private void set(String property, String value) {
		this.environment.setProperty("horde.transport." + property, value);
	}

	private HordeProperties properties() {
		return Binder.get(this.environment).bindOrCreate("horde", HordeProperties.class);
	}

	private NodeSettings settings() {
		return new NodeSettings(properties(), this.environment, "");
	}

	private LinkSecurity security() {
		return settings().security(null);
	}

}
