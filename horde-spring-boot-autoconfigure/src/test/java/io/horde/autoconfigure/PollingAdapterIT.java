package io.horde.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.horde.process.HordeProcess;
import io.horde.process.ProcessContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.integration.annotation.EndpointId;
import org.springframework.integration.annotation.InboundChannelAdapter;
import org.springframework.integration.annotation.Poller;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.endpoint.SourcePollingChannelAdapter;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.scheduling.support.PeriodicTrigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A polling adapter of Spring Integration that runs only where its process does.
 */
class PollingAdapterIT {

	/** The nodes that have polled, in order. */
	private static final List<String> polls = new CopyOnWriteArrayList<>();

	@BeforeEach
	void forget() {
		polls.clear();
	}

	@Test
	void adapterThatIsAProcessPollsOnItsNodeOnly() throws Exception {
		pollsOnTheNodeOfTheProcessOnly(AdapterApplication.class, "adapter");
	}

	@Test
	void adapterThatAProcessStartsByItsIdPollsOnItsNodeOnly() throws Exception {
		pollsOnTheNodeOfTheProcessOnly(EndpointApplication.class, "feeder");
	}

	private static void pollsOnTheNodeOfTheProcessOnly(Class<?> application, String process) throws Exception {
		try (LifecycleNodes nodes = new LifecycleNodes(application, process)) {
			String first = nodes.owner();
			String second = nodes.other();
			await().until(() -> polls.size() > 10);
			assertThat(polls).containsOnly(first);
			nodes.move(second);
			await().until(() -> polls.contains(second));
			int moved = polls.indexOf(second);
			await().until(() -> polls.size() > moved + 10);
			assertThat(polls(0, moved)).containsOnly(first);
			assertThat(polls(moved, polls.size())).containsOnly(second);
			nodes.node(second).close();
			int closed = polls.size();
			await().until(() -> polls.size() > closed + 10);
			assertThat(polls(closed, polls.size())).containsOnly(first);
		}
	}

	private static List<String> polls(int from, int to) {
		return List.copyOf(polls).subList(from, to);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ HordeScopeAutoConfiguration.class, HordeAutoConfiguration.class })
	@EnableIntegration
	static class AdapterApplication {

		@Bean
		MessageChannel polled() {
			DirectChannel polled = new DirectChannel();
			polled.subscribe((message) -> polls.add((String) message.getPayload()));
			return polled;
		}

		@Bean
		@HordeProcess
		SourcePollingChannelAdapter adapter(ProcessContext context, MessageChannel polled) {
			SourcePollingChannelAdapter adapter = new SourcePollingChannelAdapter();
			adapter.setSource(() -> new GenericMessage<>(context.node()));
			adapter.setTrigger(new PeriodicTrigger(Duration.ofMillis(10)));
			adapter.setMaxMessagesPerPoll(1);
			adapter.setOutputChannel(polled);
			return adapter;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ HordeScopeAutoConfiguration.class, HordeAutoConfiguration.class })
	@EnableIntegration
	@Import({ Feed.class, Feeder.class })
	static class EndpointApplication {

	}

	/** An ordinary bean, on every node. */
	static class Feed {

		private final String node;

		Feed(@Value("${horde.node.name}") String node) {
			this.node = node;
		}

		@EndpointId("feed")
		@InboundChannelAdapter(channel = "polled", autoStartup = "false", poller = @Poller(fixedDelay = "10"))
		String poll() {
			return this.node;
		}

		@ServiceActivator(inputChannel = "polled")
		void on(String polled) {
			polls.add(polled);
		}

	}

	@HordeProcess("feeder")
	static class Feeder implements SmartLifecycle {

		private final SourcePollingChannelAdapter feed;

		Feeder(@Qualifier("feed") SourcePollingChannelAdapter feed) {
			this.feed = feed;
		}

		@Override
		public void start() {
			this.feed.start();
		}

		@Override
		public void stop(Runnable callback) {
			this.feed.stop(callback);
		}

		@Override
		public void stop() {
			this.feed.stop();
		}

		@Override
		public boolean isRunning() {
			return this.feed.isRunning();
		}

	}

}
