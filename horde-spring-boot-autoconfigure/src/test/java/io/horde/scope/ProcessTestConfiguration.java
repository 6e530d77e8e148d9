package io.horde.scope;

import java.util.Map;

import io.horde.payload.PayloadCodec;
import io.horde.payload.codec.CborPayloadCodec;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What an application context needs to have processes.
 */
@Configuration(proxyBeanMethods = false)
class ProcessTestConfiguration {

	static ApplicationContextRunner runner(Class<?>... configuration) {
		return new ApplicationContextRunner().withUserConfiguration(ProcessTestConfiguration.class)
			.withUserConfiguration(configuration);
	}

	@Bean(defaultCandidate = false)
	static ProcessScope hordeProcessScope() {
		return new ProcessScope();
	}

	@Bean(defaultCandidate = false)
	static ProcessEventListenerFactory hordeProcessEventListenerFactory(ConfigurableApplicationContext context) {
		return new ProcessEventListenerFactory(context.getBean(ProcessScope.class));
	}

	@Bean
	PayloadCodec codec() {
		return new CborPayloadCodec();
	}

	@Bean(defaultCandidate = false)
	ScopeProcessFactory hordeProcessFactory(ConfigurableApplicationContext context, PayloadCodec codec) {
		return new ScopeProcessFactory(context, context.getBean(ProcessScope.class), codec, Map.of());
	}

	@Bean
	ProcessHarness harness(ConfigurableApplicationContext context, PayloadCodec codec) {
		return new ProcessHarness(context.getBean(ScopeProcessFactory.class), codec);
	}

}
