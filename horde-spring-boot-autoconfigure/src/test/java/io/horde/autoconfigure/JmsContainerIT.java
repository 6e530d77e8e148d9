package io.horde.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.horde.process.HordeProcess;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jms.annotation.EnableJms;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.config.JmsListenerEndpointRegistry;
import org.springframework.jms.listener.MessageListenerContainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A JMS listener container that a process starts by its id, so that it listens only where
 * the process runs.
 */
class JmsContainerIT {

	private static final String URL = "vm://14";

	/** The nodes that have received messages, in order. */
	private static final List<String> receivers = new CopyOnWriteArrayList<>();

	private final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();

	@BeforeEach
	void startBroker() throws Exception {
		receivers.clear();
		this.broker.setConfiguration(new ConfigurationImpl().setPersistenceEnabled(false)
			.setSecurityEnabled(false)
			.setJMXManagementEnabled(false)
			.addAcceptorConfiguration("in-vm", URL));
		this.broker.start();
	}

	@AfterEach
	void stopBroker() throws Exception {
		this.broker.stop();
	}

	@Test
	void containerListensOnTheNodeOfTheProcessOnly() throws Exception {
		try (LifecycleNodes nodes = new LifecycleNodes(Application.class, "orders")) {
			String first = nodes.owner();
			String second = nodes.other();
			await().until(() -> isListening(nodes, first));
			assertThat(isListening(nodes, second)).isFalse();
			send(10);
			await().until(() -> receivers.size() == 10);
			nodes.move(second);
			assertThat(isListening(nodes, first)).isFalse();
			await().until(() -> isListening(nodes, second));
			send(10);
			await().until(() -> receivers.size() == 20);
			nodes.node(second).close();
			await().until(() -> isListening(nodes, first));
			send(10);
			await().until(() -> receivers.size() == 30);
			assertThat(receivers.subList(0, 10)).containsOnly(first);
			assertThat(receivers.subList(10, 20)).containsOnly(second);
			assertThat(receivers.subList(20, 30)).containsOnly(first);
		}
	}

	private static boolean isListening(LifecycleNodes nodes, String node) {
		MessageListenerContainer container = nodes.node(node)
			.getBean(JmsListenerEndpointRegistry.class)
			.getListenerContainer("orders");
		return container != null && container.isRunning();
	}

	private static void send(int messages) {
		try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(URL);
				JMSContext context = factory.createContext()) {
			for (int i = 0; i < messages; i++) {
				context.createProducer().send(context.createQueue("orders"), "order " + i);
			}
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ HordeScopeAutoConfiguration.class, HordeAutoConfiguration.class })
	@EnableJms
	@Import({ OrderListener.class, Orders.class })
	static class Application {

		@Bean
		ActiveMQConnectionFactory connectionFactory() {
			return new ActiveMQConnectionFactory(URL);
		}

		@Bean
		DefaultJmsListenerContainerFactory jmsListenerContainerFactory(ConnectionFactory connectionFactory) {
			DefaultJmsListenerContainerFactory factory = new DefaultJmsListenerContainerFactory();
			factory.setConnectionFactory(connectionFactory);
			factory.setAutoStartup(false);
			// When the context closes, processes have gone before Spring stops containers
			factory.setPhase(0);
			return factory;
		}

	}

	/** An ordinary bean, on every node. */
	static class OrderListener {

		private final String node;

		OrderListener(@Value("${horde.node.name}") String node) {
			this.node = node;
		}

		@JmsListener(id = "orders", destination = "orders")
		void on(String order) {
			receivers.add(this.node);
		}

	}

	@HordeProcess("orders")
	static class Orders implements SmartLifecycle {

		private final JmsListenerEndpointRegistry registry;

		Orders(JmsListenerEndpointRegistry registry) {
			this.registry = registry;
		}

		private MessageListenerContainer container() {
			MessageListenerContainer container = this.registry.getListenerContainer("orders");
			assertThat(container).isNotNull();
			return container;
		}

		@Override
		public void start() {
			container().start();
		}

		@Override
		public void stop(Runnable callback) {
			container().stop(callback);
		}

		@Override
		public void stop() {
			container().stop();
		}

		@Override
		public boolean isRunning() {
			return container().isRunning();
		}

	}

}
