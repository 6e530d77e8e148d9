package io.horde.autoconfigure;

import io.horde.scope.ProcessEventListenerFactory;
import io.horde.scope.ProcessScope;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the scope in which processes live. It is there even where Horde
 * is disabled: process classes are found by component scanning all the same.
 */
@AutoConfiguration
public final class HordeScopeAutoConfiguration {

	@Bean
	static ProcessScope hordeProcessScope() {
		return new ProcessScope();
	}

	@Bean
	static ProcessEventListenerFactory hordeProcessEventListenerFactory(ProcessScope scope) {
		return new ProcessEventListenerFactory(scope);
	}

}
