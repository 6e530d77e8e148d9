package io.horde.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.horde.StartupMistakeException;
import io.horde.cluster.HordeCluster;
import io.horde.process.HordeProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.NativeDetector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What is said to whoever starts an application that can't start.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTests {

	@Test
	void takenPort(CapturedOutput output) throws IOException {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			fail("horde.transport.port=" + taken.getLocalPort());
			assertThat(output).contains("APPLICATION FAILED TO START")
				.contains("127.0.0.1:" + taken.getLocalPort())
				.contains("horde.transport.port");
		}
	}

	@Test
	void invalidProperty(CapturedOutput output) {
		fail("horde.failure-detection.silence-timeout=10ms");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("horde.failure-detection.silence-timeout")
			.contains("must be at least twice");
	}

	@Test
	void malformedMember(CapturedOutput output) {
		fail("horde.cluster.members=node-a");
		assertThat(output).contains("APPLICATION FAILED TO START").contains("'node-a'").contains("host:port");
	}

	@Test
	void unknownStrategy(CapturedOutput output) {
		fail("horde.supervisor.distribution=unifrom");
		assertThat(output).contains("APPLICATION FAILED TO START").contains("'unifrom'").contains("uniform");
	}

	@Test
	void unknownStrategyOfProcessType(CapturedOutput output) {
		fail("horde.processes.worker.distribution=nearest");
		assertThat(output).contains("APPLICATION FAILED TO START").contains("'worker'").contains("'nearest'");
	}

	@Test
	void quorumWithoutExpectedSize(CapturedOutput output) {
		fail("horde.supervisor.distribution=quorum");
		assertThat(output).contains("APPLICATION FAILED TO START").contains("horde.cluster.expected-size");
	}

	@Test
	void serviceIdWithoutDiscoveryClient(CapturedOutput output) {
		fail("horde.cluster.service-id=shop", "spring.autoconfigure.exclude="
				+ "org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClientAutoConfiguration");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("'shop'")
			.contains("there is no DiscoveryClient")
			.contains("horde.cluster.members");
	}

	@Test
	void blankSecret(CapturedOutput output) {
		fail("horde.transport.secret= ");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("horde.transport.secret is set, but blank")
			.contains("openssl rand -hex 16");
	}

	@ParameterizedTest
	@CsvSource({ "horde.transport.secret=open-sesame", "horde.transport.previous-secret=open-sesame",
			"horde.transport.previous-secret=open-sesame-open-sesame" })
	void secretOfNoUseIsNotShown(String property, CapturedOutput output) {
		fail(property);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains(property.substring(0, property.indexOf('=')))
			.doesNotContain("open-sesame");
	}

	@Test
	void openLinksToTheInternet(CapturedOutput output) {
		fail("horde.transport.host=8.8.8.8");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("8.8.8.8")
			.contains("horde.transport.allow-open=true");
	}

	@Test
	void unknownSslBundle(CapturedOutput output) {
		fail("horde.transport.ssl.bundle=cluster");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("no SSL bundle 'cluster'")
			.contains("horde.transport.ssl.bundle");
	}

	@Test
	void previousSslBundleAlone(CapturedOutput output) {
		fail("horde.transport.ssl.previous-bundle=old");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("'old'")
			.contains("It is of no use without horde.transport.ssl.bundle");
	}

	@Test
	void sslBundleOfNoUse(@TempDir Path directory, CapturedOutput output) {
		TestAuthority authority = new TestAuthority(directory, "ca");
		authority.issue("a", "-ext", "eku=serverAuth");
		String bundle = "spring.ssl.bundle.pem.cluster.";
		String key = bundle + "keystore.private-key=" + directory.resolve("a.key");
		String certificate = bundle + "keystore.certificate=" + directory.resolve("a.pem");
		String trust = bundle + "truststore.certificate=" + authority.certificate();
		fail("horde.transport.ssl.bundle=cluster", key, certificate);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The SSL bundle 'cluster' of horde.transport.ssl.bundle has no trust store")
			.contains("spring.ssl.bundle.pem.cluster.truststore.certificate");
		fail("horde.transport.ssl.bundle=cluster", trust);
		assertThat(output).contains("has no private key with a certificate");
		fail("horde.transport.ssl.bundle=cluster", key, certificate, trust);
		assertThat(output).contains("does not allow both serverAuth and clientAuth");
	}

	@Test
	void serviceIdWithoutSpringCloud() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(HordeScopeAutoConfiguration.class, HordeAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springframework.cloud"))
			.withPropertyValues("horde.cluster.service-id=shop")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(StartupMistakeException.class)
				.hasMessageContaining("there is no DiscoveryClient"));
	}

	@ParameterizedTest
	@CsvSource({ "runtime, true", "agent, false" })
	void nativeImage(String imageCode, boolean refused, CapturedOutput output) {
		// Spring has looked already, and goes on as on a JVM
		assertThat(NativeDetector.inNativeImage()).isFalse();
		System.setProperty(NativeImages.PROPERTY, imageCode);
		try {
			Throwable failure = catchThrowable(() -> builder().run().close());
			assertThat(failure != null).isEqualTo(refused);
			assertThat(output.toString().contains("Horde does not run in a native image")).isEqualTo(refused);
			assertThat(output.toString().contains("APPLICATION FAILED TO START")).isEqualTo(refused);
		}
		finally {
			System.clearProperty(NativeImages.PROPERTY);
		}
	}

	@Test
	void nodeNameOfLivingMember(CapturedOutput output) {
		try (ConfigurableApplicationContext living = builder("horde.node.name=twin").run()) {
			fail("horde.node.name=twin",
					"horde.cluster.members=" + living.getBean(HordeCluster.class).self().address());
		}
		assertThat(output).contains("APPLICATION FAILED TO START").contains("'twin'").contains("horde.node.name");
	}

	private static void fail(String... properties) {
		assertThat(catchThrowable(() -> builder(properties).run().close())).isNotNull();
	}

	private static SpringApplicationBuilder builder(String... properties) {
		List<String> all = new ArrayList<>(List.of("horde.transport.host=127.0.0.1", "horde.transport.port=0",
				"horde.cluster.name=start-failures"));
		all.addAll(List.of(properties));
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties(all.toArray(String[]::new))
			.registerShutdownHook(false);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Worker.class)
	static class Application {

	}

	@HordeProcess(value = "worker", autoStartup = false)
	static class Worker {

	}

}
