package io.horde.actuate;

import io.horde.cluster.HordeCluster;
import io.horde.node.CurrentNode;
import io.horde.node.LoopWatch;
import io.horde.registry.HordeRegistry;
import io.horde.schedule.HordeSchedules;
import io.horde.supervisor.HordeSupervisor;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.autoconfigure.info.InfoContributorFallback;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of what operators see of Horde.
 */
@AutoConfiguration(afterName = { "io.horde.autoconfigure.HordeAutoConfiguration",
		"org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration" })
@ConditionalOnBean(CurrentNode.class)
public final class HordeActuatorAutoConfiguration {

	/**
	 * The endpoint.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnAvailableEndpoint(HordeEndpoint.class)
		@ConditionalOnMissingBean
		HordeEndpoint hordeEndpoint(CurrentNode node, @Qualifier("hordeCluster") HordeCluster cluster,
				@Qualifier("hordeSupervisor") HordeSupervisor supervisor,
				@Qualifier("hordeRegistry") HordeRegistry registry,
				@Qualifier("hordeSchedules") HordeSchedules schedules) {
			return new HordeEndpoint(node, cluster, supervisor, registry, schedules);
		}

		@Bean
		static SanitizingFunction hordeSecretSanitizingFunction(Environment environment) {
			return new SecretSanitizingFunction(environment);
		}

		@Bean
		@ConditionalOnEnabledInfoContributor(value = "horde", fallback = InfoContributorFallback.DISABLE)
		@ConditionalOnMissingBean(name = "hordeInfoContributor")
		InfoContributor hordeInfoContributor(CurrentNode node) {
			return new HordeInfoContributor(node);
		}

	}

	/**
	 * The health of this node, and its part in readiness. The condition on the property
	 * is not on every class path, so it stands on beans.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
	static class HealthConfiguration {

		@Bean
		@ConditionalOnEnabledHealthIndicator("horde")
		@ConditionalOnMissingBean(name = "hordeHealthIndicator")
		HealthIndicator hordeHealthIndicator(CurrentNode node, LoopWatch watch) {
			return new HordeHealthIndicator(node, watch);
		}

		/**
		 * The groups themselves need more than the health indicators do.
		 */
		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass({ HealthEndpointGroupsPostProcessor.class, Endpoint.class })
		static class ReadinessConfiguration {

			@Bean
			@ConditionalOnEnabledHealthIndicator("horde")
			static ReadinessGroups hordeReadinessGroups() {
				return new ReadinessGroups();
			}

		}

	}

}
