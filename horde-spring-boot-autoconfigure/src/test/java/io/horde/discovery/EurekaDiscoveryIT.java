package io.horde.discovery;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;

import com.netflix.discovery.EurekaClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.netflix.eureka.server.EnableEurekaServer;
import org.springframework.cloud.netflix.eureka.serviceregistry.EurekaAutoServiceRegistration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;

/**
 * A real Eureka server, with every delay as short as it can be.
 */
class EurekaDiscoveryIT extends RegisteredApplications {

	private static int port;

	private static ConfigurableApplicationContext server;

	@BeforeAll
	static void choosePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			port = socket.getLocalPort();
		}
	}

	@AfterAll
	static void stopServer() {
		if (server != null) {
			server.close();
		}
	}

	@BeforeEach
	void startServer() {
		recover();
	}

	@Override
	protected List<String> clientProperties(String node) {
		return List.of("spring.cloud.zookeeper.enabled=false", "eureka.client.jersey.enabled=false",
				"eureka.client.service-url.defaultZone=http://127.0.0.1:" + port + "/eureka/",
				"eureka.client.registry-fetch-interval-seconds=1",
				"eureka.client.initial-instance-info-replication-interval-seconds=1",
				"eureka.client.instance-info-replication-interval-seconds=1",
				"eureka.instance.lease-renewal-interval-in-seconds=1",
				"eureka.instance.lease-expiration-duration-in-seconds=3", "eureka.instance.hostname=127.0.0.1",
				"eureka.instance.instance-id=" + node);
	}

	@Override
	protected void fail() {
		server.close();
		server = null;
	}

	@Override
	protected void recover() {
		if (server == null) {
			server = new SpringApplicationBuilder(Server.class).web(WebApplicationType.SERVLET)
				.run("--" + WITHOUT_CONSUL_AND_KUBERNETES, "--server.port=" + port, "--spring.main.banner-mode=off",
						"--spring.application.name=eureka", "--horde.enabled=false",
						"--spring.cloud.zookeeper.enabled=false", "--eureka.client.jersey.enabled=false",
						"--eureka.client.register-with-eureka=false", "--eureka.client.fetch-registry=false",
						"--eureka.server.enable-self-preservation=false",
						"--eureka.server.wait-time-in-ms-when-sync-empty=0",
						"--eureka.server.response-cache-update-interval-ms=500",
						"--eureka.server.eviction-interval-timer-in-ms=1000");
		}
	}

	/* The client keeps its last list and says nothing. */
	@Override
	protected boolean tellsFailures() {
		return false;
	}

	/*
	 * At the closing of the context, the client publishes an empty list and a heartbeat.
	 */
	@Override
	protected void withdraw(ConfigurableApplicationContext application) {
		application.getBean(EurekaAutoServiceRegistration.class)
			.onApplicationEvent(new ContextClosedEvent(application));
		application.getBean(EurekaClient.class).shutdown();
	}

	/**
	 * The server.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableEurekaServer
	static class Server {

	}

}
