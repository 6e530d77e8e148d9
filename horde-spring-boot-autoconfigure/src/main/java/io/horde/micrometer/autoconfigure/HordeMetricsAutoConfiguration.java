package io.horde.micrometer.autoconfigure;

import io.horde.discovery.DiscoveryCounters;
import io.horde.hazelcast.HazelcastTransport;
import io.horde.node.CurrentNode;
import io.horde.node.LoopWatch;
import io.horde.process.engine.ProcessFactory;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of Horde's meters.
 */
@AutoConfiguration(afterName = "io.horde.autoconfigure.HordeAutoConfiguration")
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(CurrentNode.class)
public final class HordeMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "hordeMetrics")
	HordeMetrics hordeMetrics(CurrentNode node, ProcessFactory factory) {
		return new HordeMetrics(node, factory);
	}

	@Bean
	@ConditionalOnMissingBean(name = "hordeDiscoveryMetrics")
	DiscoveryMetrics hordeDiscoveryMetrics(DiscoveryCounters counters) {
		return new DiscoveryMetrics(counters);
	}

	@Bean
	@ConditionalOnMissingBean(name = "hordeLoopMetrics")
	LoopMetrics hordeLoopMetrics(LoopWatch watch) {
		return new LoopMetrics(watch);
	}

	/**
	 * Meters of the transport, if it is Hazelcast's.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "com.hazelcast.core.HazelcastInstance")
	@ConditionalOnBean(HazelcastTransport.class)
	static class TransportConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "hordeTransportMetrics")
		TransportMetrics hordeTransportMetrics(HazelcastTransport transport) {
			return new TransportMetrics(transport.counters());
		}

	}

}
