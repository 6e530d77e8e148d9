package io.horde.discovery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.Member;
import io.horde.cluster.MemberSource;
import io.horde.cluster.MemberSource.Candidate;
import io.horde.cluster.MemberStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The kit for a real registry, with whole applications that register themselves there, so
 * that what Horde adds to their registration is tested too.
 */
abstract class RegisteredApplications extends DiscoveryCompatibilityKit {

	/* Of these, only the types of their instances are on the class path. */
	static final String WITHOUT_CONSUL_AND_KUBERNETES = ImportCandidates.load(AutoConfiguration.class, null)
		.getCandidates()
		.stream()
		.filter((name) -> name.startsWith("org.springframework.cloud.consul.")
				|| name.startsWith("org.springframework.cloud.kubernetes."))
		.collect(Collectors.joining(",", "spring.autoconfigure.exclude=", ""));

	private static int nextPort = 17431;

	private final Map<String, ConfigurableApplicationContext> applications = new LinkedHashMap<>();

	/**
	 * Return the properties of an application with a client of this registry.
	 * @param node the node's name
	 */
	protected abstract List<String> clientProperties(String node);

	/**
	 * Let an application withdraw its registration, as closing would do it.
	 */
	protected abstract void withdraw(ConfigurableApplicationContext application);

	@Override
	protected MemberSource look() {
		return start("self", true).getBean(MemberSource.class);
	}

	@Override
	protected Candidate self() {
		return candidate("self");
	}

	@Override
	protected Candidate join(String node, boolean ephemeral) {
		start(node, ephemeral);
		return candidate(node);
	}

	private Candidate candidate(String node) {
		Member member = this.applications.get(node).getBean(HordeCluster.class).self();
		return new Candidate(member.address(), member.name());
	}

	@Override
	protected void leave(String node) {
		this.applications.get(node).close();
	}

	@Override
	protected void closeClient() {
		withdraw(this.applications.get("self"));
	}

	@Test
	void applicationsFindEachOtherAndBecomeOneCluster() {
		start("one", false);
		start("two", true);
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(this.applications.values())
				.allSatisfy((application) -> assertThat(application.getBean(HordeCluster.class).members())
					.filteredOn((member) -> member.status() == MemberStatus.UP)
					.extracting(Member::name)
					.containsExactlyInAnyOrder("one", "two")));
	}

	@AfterEach
	void close() {
		List<ConfigurableApplicationContext> closing = new ArrayList<>(this.applications.values());
		closing.forEach(ConfigurableApplicationContext::close);
	}

	ConfigurableApplicationContext start(String node, boolean ephemeral) {
		int port = ephemeral ? 0 : nextPort++;
		String[] horde = { WITHOUT_CONSUL_AND_KUBERNETES, "server.port=0", "spring.main.banner-mode=off",
				"spring.application.name=app", "horde.node.name=" + node, "horde.transport.host=127.0.0.1",
				"horde.transport.port=" + port, "horde.cluster.join-timeout=2s",
				"horde.cluster.discovery-interval=500ms" };
		String[] arguments = Stream.concat(Arrays.stream(horde), clientProperties(node).stream())
			.map((property) -> "--" + property)
			.toArray(String[]::new);
		ConfigurableApplicationContext application = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.SERVLET)
			.run(arguments);
		this.applications.put(node, application);
		return application;
	}

	/**
	 * An application that finds others by whatever is on the class path and enabled.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
