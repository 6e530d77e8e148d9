package io.horde.micrometer.autoconfigure;

import io.horde.micrometer.HordeObservationConvention;
import io.horde.node.CurrentNode;
import io.horde.registry.CallInterceptor;
import io.horde.scope.TickObserver;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the observation of calls by name and of ticks.
 */
@AutoConfiguration(afterName = { "io.horde.autoconfigure.HordeAutoConfiguration",
		"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration" })
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean({ CurrentNode.class, ObservationRegistry.class })
public final class HordeObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "hordeObservationCallInterceptor")
	CallInterceptor hordeObservationCallInterceptor(ObservationRegistry registry,
			ObjectProvider<HordeObservationConvention> convention) {
		return new ObservationCallInterceptor(registry, convention.getIfAvailable(HordeObservationConvention::new));
	}

	@Bean
	@ConditionalOnMissingBean
	TickObserver hordeTickObserver(ObservationRegistry registry) {
		return new ObservationTickObserver(registry);
	}

}
