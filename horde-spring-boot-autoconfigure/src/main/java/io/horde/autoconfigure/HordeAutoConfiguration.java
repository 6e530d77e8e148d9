package io.horde.autoconfigure;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.MemberSource;
import io.horde.discovery.DiscoveryCounters;
import io.horde.distribution.DistributionStrategy;
import io.horde.distribution.UniformDistribution;
import io.horde.hazelcast.HazelcastTransport;
import io.horde.node.CurrentCluster;
import io.horde.node.CurrentNode;
import io.horde.node.HordeNode;
import io.horde.node.LoopWatch;
import io.horde.node.SingleThreadEventLoop;
import io.horde.node.UserCode;
import io.horde.payload.PayloadCodec;
import io.horde.payload.PayloadModule;
import io.horde.payload.codec.CborPayloadCodec;
import io.horde.process.engine.ProcessExecutor;
import io.horde.process.engine.ProcessFactory;
import io.horde.registry.CallInterceptor;
import io.horde.registry.ConflictResolver;
import io.horde.registry.HordeRegistry;
import io.horde.registry.engine.CurrentRegistry;
import io.horde.schedule.HordeSchedules;
import io.horde.schedule.records.CurrentSchedules;
import io.horde.scope.HordeProcessExecutor;
import io.horde.scope.ProcessScope;
import io.horde.scope.ScopeProcessFactory;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.engine.CurrentSupervisor;
import io.horde.time.EventLoop;
import io.horde.transport.Transport;
import tools.jackson.databind.JacksonModule;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.config.ScheduledTaskHolder;

/**
 * Auto-configuration of a node of a Horde cluster.
 */
@AutoConfiguration(after = HordeScopeAutoConfiguration.class,
		afterName = "org.springframework.cloud.client.CommonsClientAutoConfiguration")
@ConditionalOnBooleanProperty(name = "horde.enabled", matchIfMissing = true)
@EnableConfigurationProperties(HordeProperties.class)
@Import({ MemberSourceConfiguration.Discovery.class, MemberSourceConfiguration.Eureka.class,
		MemberSourceConfiguration.Listed.class })
public final class HordeAutoConfiguration {

	@Bean
	NodeSettings hordeNodeSettings(HordeProperties properties, Environment environment,
			ObjectProvider<BuildProperties> build) {
		NativeImages.refuse();
		BuildProperties buildProperties = build.getIfAvailable();
		String version = (buildProperties != null) ? buildProperties.getVersion() : null;
		return new NodeSettings(properties, environment,
				(version != null) ? version : environment.getProperty("spring.application.version", ""));
	}

	@Bean(defaultCandidate = false)
	SingleThreadEventLoop hordeEventLoop(NodeSettings settings) {
		return new SingleThreadEventLoop("horde-" + settings.nodeName());
	}

	@Bean
	LoopWatch hordeLoopWatch(@Qualifier("hordeEventLoop") SingleThreadEventLoop loop, NodeSettings settings) {
		return new LoopWatch(loop, "horde-" + settings.nodeName() + "-watch", LoopWatch.LIMIT);
	}

	@Bean
	LoopWatchLifecycle hordeLoopWatchLifecycle(LoopWatch watch) {
		return new LoopWatchLifecycle(watch);
	}

	@Bean
	@ConditionalOnMissingBean
	PayloadCodec hordePayloadCodec(ApplicationContext context,
			@Qualifier(PayloadModule.QUALIFIER) ObjectProvider<JacksonModule> modules) {
		return new CborPayloadCodec(context.getClassLoader(), modules.orderedStream().toList());
	}

	@Bean
	HordeProcessExecutor hordeProcessExecutor(Environment environment, ApplicationContext context) {
		return new HordeProcessExecutor(Threading.VIRTUAL.isActive(environment), context.getClassLoader());
	}

	@Bean
	ScopeProcessFactory hordeProcessFactory(ConfigurableApplicationContext context, ProcessScope scope,
			PayloadCodec codec, HordeProperties properties) {
		return new ScopeProcessFactory(context, scope, codec, properties.processes());
	}

	@Bean
	ScheduledTaskHolder hordeScheduledTasks(ScopeProcessFactory factory) {
		return factory::scheduledTasks;
	}

	@Bean
	@ConditionalOnMissingBean
	ConflictResolver hordeConflictResolver() {
		return ConflictResolver.lastWriteWins();
	}

	@Bean
	@ConditionalOnMissingBean
	DistributionStrategy hordeDistributionStrategy() {
		return new UniformDistribution();
	}

	@Bean
	Strategies hordeStrategies(HordeProperties properties, ListableBeanFactory beanFactory) {
		return new Strategies(beanFactory, properties.supervisor().distribution());
	}

	@Bean
	CurrentNode hordeCurrentNode() {
		return new CurrentNode();
	}

	@Bean
	@ConditionalOnMissingBean(name = "hordeCluster")
	HordeCluster hordeCluster(CurrentNode node) {
		return new CurrentCluster(node);
	}

	@Bean
	@ConditionalOnMissingBean(name = "hordeSupervisor")
	HordeSupervisor hordeSupervisor(CurrentNode node) {
		return new CurrentSupervisor(() -> node.require().supervisor());
	}

	@Bean
	@ConditionalOnMissingBean(name = "hordeRegistry")
	HordeRegistry hordeRegistry(CurrentNode node) {
		CurrentRegistry registry = new CurrentRegistry(() -> {
			HordeNode running = node.get();
			return (running != null) ? running.registry() : null;
		}, () -> node.require().registry());
		node.onStart((next) -> registry.follow(next.registry()));
		return registry;
	}

	@Bean
	@ConditionalOnMissingBean(name = "hordeSchedules")
	HordeSchedules hordeSchedules(CurrentNode node) {
		return new CurrentSchedules(() -> node.require().scheduleOperations());
	}

	@Bean
	UserCode hordeUserCode(ProcessFactory processes, ProcessExecutor executor, PayloadCodec codec,
			Strategies strategies, ConflictResolver resolver) {
		return new UserCode(processes, executor, codec, strategies, resolver);
	}

	@Bean
	NodeFactory hordeNodeFactory(@Qualifier("hordeEventLoop") EventLoop loop, Transport transport, UserCode user,
			Strategies strategies, NodeSettings settings, ConfigurableApplicationContext context,
			ObjectProvider<CallInterceptor> interceptors) {
		return new NodeFactory(loop, transport, user, strategies, settings, context, interceptors);
	}

	@Bean
	DiscoveryCounters hordeDiscoveryCounters() {
		return new DiscoveryCounters();
	}

	@Bean
	NodeExpulsion hordeNodeExpulsion(NodeFactory factory, CurrentNode node, HordeProperties properties,
			ConfigurableApplicationContext context) {
		return new NodeExpulsion(factory, node, properties.node().onExpelled(), context);
	}

	@Bean
	NodeLifecycle hordeNodeLifecycle(NodeFactory factory, CurrentNode node, MemberSource source,
			HordeProperties properties, DiscoveryCounters counters, NodeExpulsion expulsion) {
		return new NodeLifecycle(factory, node, source, properties.cluster().discoveryInterval(), counters, expulsion);
	}

	@Bean
	ProcessLifecycle hordeProcessLifecycle(NodeLifecycle nodeLifecycle, CurrentNode node, ApplicationContext context,
			NodeSettings settings, ObjectProvider<DefaultLifecycleProcessor> lifecycleProcessor) {
		ProcessLifecycle lifecycle = new ProcessLifecycle(nodeLifecycle, node, context, settings.drainTimeout());
		lifecycleProcessor.ifAvailable(lifecycle::extendTimeout);
		return lifecycle;
	}

	/**
	 * The transport that is used unless the application brings one.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "com.hazelcast.core.HazelcastInstance")
	static class HazelcastConfiguration {

		@Bean
		@ConditionalOnMissingBean(Transport.class)
		HazelcastTransport hordeTransport(@Qualifier("hordeEventLoop") EventLoop loop, NodeSettings settings,
				ObjectProvider<SslBundles> bundles) {
			return new HazelcastTransport(loop, settings.transport(settings.security(bundles.getIfAvailable())));
		}

	}

}
