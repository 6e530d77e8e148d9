package io.horde.autoconfigure;

import io.horde.StartupMistakeException;
import io.horde.cluster.MemberSource;
import io.horde.discovery.DiscoveryMemberSource;
import io.horde.discovery.EurekaMetadata;
import io.horde.discovery.RegistrationMetadata;
import io.horde.discovery.StaticMemberSource;
import io.horde.transport.Transport;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClient;
import org.springframework.cloud.netflix.eureka.serviceregistry.EurekaRegistration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * How the other members are found, and how they find this node.
 */
final class MemberSourceConfiguration {

	private MemberSourceConfiguration() {
	}

	/**
	 * Return the listed members where nobody is there to ask.
	 */
	private static MemberSource listed(NodeSettings settings) {
		if (settings.members().isEmpty() && settings.isServiceIdExplicit()) {
			throw new StartupMistakeException(
					"The other nodes are to be found as instances of the service '" + settings.serviceId()
							+ "' (horde.cluster.service-id), and there is no DiscoveryClient to ask.",
					"Add a Spring Cloud discovery client and check that spring.cloud.discovery.enabled is not false; "
							+ "or list the transport addresses of the nodes in horde.cluster.members; or remove "
							+ "horde.cluster.service-id for a cluster of one node.");
		}
		try {
			return new StaticMemberSource(settings.members());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException(StaticMemberSource.PROPERTY, settings.members(),
					String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Members are listed, or found by a discovery client.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DiscoveryClient.class)
	static class Discovery {

		@Bean
		@ConditionalOnMissingBean
		MemberSource hordeMemberSource(NodeSettings settings, ObjectProvider<DiscoveryClient> discoveryClient) {
			String serviceId = settings.serviceId();
			if (!settings.members().isEmpty() || serviceId == null) {
				return listed(settings);
			}
			DiscoveryClient client = discoveryClient.getIfAvailable();
			return (client != null && !isEmpty(client)) ? new DiscoveryMemberSource(client, serviceId,
					settings.isServiceIdExplicit(), settings.defaultPeerPort()) : listed(settings);
		}

		/*
		 * With discovery disabled the composite client is still there.
		 */
		private static boolean isEmpty(DiscoveryClient client) {
			return client instanceof CompositeDiscoveryClient composite && composite.getDiscoveryClients().isEmpty();
		}

		@Bean
		RegistrationMetadata hordeRegistrationMetadata(Transport transport, NodeSettings settings,
				BeanFactory beanFactory) {
			return new RegistrationMetadata(transport::address, settings.nodeName(), beanFactory);
		}

	}

	/**
	 * Eureka's client copies its metadata early.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ DiscoveryClient.class, EurekaRegistration.class })
	static class Eureka {

		@Bean
		EurekaMetadata hordeEurekaMetadata(RegistrationMetadata metadata) {
			return new EurekaMetadata(metadata);
		}

	}

	/**
	 * Without Spring Cloud members are listed.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("org.springframework.cloud.client.discovery.DiscoveryClient")
	static class Listed {

		@Bean
		@ConditionalOnMissingBean
		MemberSource hordeMemberSource(NodeSettings settings) {
			return listed(settings);
		}

	}

}
