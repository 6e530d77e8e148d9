package io.horde.discovery;

import java.util.List;

import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import org.springframework.cloud.zookeeper.serviceregistry.ZookeeperAutoServiceRegistration;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A real ZooKeeper. An application cannot start while it is down, since its registration
 * fails: that is Spring Cloud's decision.
 */
class ZookeeperDiscoveryIT extends RegisteredApplications {

	private static TestingServer server;

	@BeforeAll
	static void startServer() throws Exception {
		server = new TestingServer();
	}

	@AfterAll
	static void closeServer() throws Exception {
		server.close();
	}

	@Override
	protected List<String> clientProperties(String node) {
		return List.of("eureka.client.enabled=false",
				"spring.cloud.zookeeper.connect-string=" + server.getConnectString(),
				"spring.cloud.zookeeper.discovery.instance-host=127.0.0.1", "spring.cloud.zookeeper.max-retries=1",
				"spring.cloud.zookeeper.session-timeout=2s", "spring.cloud.zookeeper.connection-timeout=1s");
	}

	@Override
	protected void fail() throws Exception {
		server.stop();
	}

	@Override
	protected void recover() throws Exception {
		server.restart();
	}

	@Override
	protected boolean startsWithoutRegistry() {
		return false;
	}

	@Override
	protected void withdraw(ConfigurableApplicationContext application) {
		application.getBean(ZookeeperAutoServiceRegistration.class).stop();
	}

}
