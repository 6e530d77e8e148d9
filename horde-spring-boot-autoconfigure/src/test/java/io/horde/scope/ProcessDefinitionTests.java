package io.horde.scope;

import java.lang.annotation.Annotation;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.function.Supplier;

import io.horde.process.HordeProcess;
import io.horde.process.ProcessArgument;
import io.horde.process.ProcessDefinitionException;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.annotation.AnnotationDescription;
import net.bytebuddy.dynamic.loading.ByteArrayClassLoader;
import net.bytebuddy.implementation.StubMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of definitions that end the start of the application.
 */
class ProcessDefinitionTests {

	@Test
	void twoArgumentsAreRefused() {
		refuse(TwoArguments.class, "has 2 @ProcessArgument parameters", "make it a record");
	}

	@Test
	void argumentOfAStaticChildIsRefused() {
		refuse(StaticArgument.class, "starts with the cluster", "autoStartup = false");
	}

	@Test
	void argumentOfUnknownTypeIsRefused() {
		refuse(Untyped.class, "whose type arguments are unknown", "all type arguments");
	}

	@Test
	void applicationListenerIsRefused() {
		refuse(Listener.class, "implements ApplicationListener", "@EventListener");
	}

	@Test
	void applicationRunnerIsRefused() {
		refuse(Runner.class, "implements ApplicationRunner", "implement SmartLifecycle");
	}

	@Test
	void factoryBeanIsRefused() {
		refuse(Factory.class, "is a FactoryBean", "@Bean method");
	}

	@Test
	void transactionalEventListenerIsRefused() {
		assertThatExceptionOfType(ProcessDefinitionException.class)
			.isThrownBy(() -> UnsupportedFeatures.check("room",
					classWithMethodAnnotatedBy("org.springframework.transaction.event.TransactionalEventListener")))
			.withMessageContaining("@TransactionalEventListener on method on")
			.withMessageContaining("HordeRegistry.proxy");
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.kafka.annotation.KafkaListener",
			"org.springframework.jms.annotation.JmsListener",
			"org.springframework.amqp.rabbit.annotation.RabbitListener",
			"org.springframework.pulsar.annotation.PulsarListener" })
	void listenerThatOutlivesTheProcessIsRefused(String annotation) {
		assertThatExceptionOfType(ProcessDefinitionException.class)
			.isThrownBy(() -> UnsupportedFeatures.check("room", classWithMethodAnnotatedBy(annotation)))
			.withMessageContaining("@" + annotation.substring(annotation.lastIndexOf('.') + 1) + " on method on")
			.withMessageContaining("autoStartup = \"false\"")
			.withMessageContaining("implement SmartLifecycle")
			.withMessageContaining("HordeRegistry.proxy");
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.integration.annotation.InboundChannelAdapter",
			"org.springframework.integration.annotation.ServiceActivator" })
	void endpointThatOutlivesTheProcessIsRefused(String annotation) {
		assertThatExceptionOfType(ProcessDefinitionException.class)
			.isThrownBy(() -> UnsupportedFeatures.check("room", classWithMethodAnnotatedBy(annotation)))
			.withMessageContaining("@" + annotation.substring(annotation.lastIndexOf('.') + 1) + " on method on")
			.withMessageContaining("implement SmartLifecycle");
	}

	@Test
	void lessThanOneInstanceIsRefused() {
		refuse(NoInstances.class, "has 0 instances", "enabled=false");
	}

	@Test
	void otherScopeIsRefused() {
		refuse(Prototype.class, "is in the scope 'prototype'", "Take the @Scope away");
	}

	@Test
	void scopedProxyIsRefused() {
		refuse(Proxied.class, "behind a scoped proxy", "HordeRegistry.proxy");
	}

	@Test
	void scopeWithoutTheAnnotationIsRefused() {
		refuse(ScopeOnly.class, "is no @HordeProcess", "instead of @Scope");
	}

	@Test
	void beanMethodThatNamesAnotherTypeIsRefused() {
		refuse(OtherName.class, "names its type 'other' on a @Bean method", "@Bean(\"other\")");
	}

	@Test
	void durationThatIsNoneIsRefused() {
		refuse(NoDuration.class, "has shutdownTimeout = \"soon\"", "\"10s\"");
	}

	@Test
	void negativeShutdownTimeoutIsRefused() {
		refuse(NegativeTimeout.class, "has the negative shutdown timeout PT-1S", "\"0s\"");
	}

	@Test
	void checkpointsAreRefusedUntilThereAreSome() {
		refuse(Checkpointed.class, "asks for checkpoints (checkpoint = \"5s\")", "Take the attribute away");
	}

	@Test
	void overloadedApiIsRefused() {
		refuse(Overloaded.class, "two methods named put", "rename one of them");
	}

	private static void refuse(Class<?> definition, String problem, String remedy) {
		ProcessTestConfiguration.runner(definition)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(ProcessDefinitionException.class, (ex) -> {
					assertThat(ex.problem()).contains(problem);
					assertThat(ex.remedy()).contains(remedy);
				}));
	}

	private static Class<?> classWithMethodAnnotatedBy(String annotationName) {
		ByteBuddy byteBuddy = new ByteBuddy();
		var annotation = byteBuddy.makeAnnotation()
			.name(annotationName)
			.annotateType(AnnotationDescription.Builder.ofType(Retention.class)
				.define("value", RetentionPolicy.RUNTIME)
				.build())
			.make();
		ByteArrayClassLoader loader = new ByteArrayClassLoader.ChildFirst(ProcessDefinitionTests.class.getClassLoader(),
				annotation.getAllTypes()
					.keySet()
					.stream()
					.collect(java.util.stream.Collectors.toMap((type) -> type.getName(),
							(type) -> annotation.getAllTypes().get(type))));
		try {
			Class<? extends Annotation> type = loader.loadClass(annotationName).asSubclass(Annotation.class);
			return byteBuddy.subclass(Object.class)
				.defineMethod("on", void.class)
				.intercept(StubMethod.INSTANCE)
				.annotateMethod(AnnotationDescription.Builder.ofType(type).build())
				.make()
				.load(loader)
				.getLoaded();
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@HordeProcess(autoStartup = false)
	static class TwoArguments {

		TwoArguments(@ProcessArgument String first, @ProcessArgument String second) {
		}

	}

	@HordeProcess
	static class StaticArgument {

		StaticArgument(@ProcessArgument String argument) {
		}

	}

	@HordeProcess(autoStartup = false)
	static class Untyped<T> {

		Untyped(@ProcessArgument List<T> argument) {
		}

	}

	@HordeProcess
	static class Listener implements ApplicationListener<ApplicationEvent> {

		@Override
		public void onApplicationEvent(ApplicationEvent event) {
		}

	}

	@HordeProcess
	static class Runner implements ApplicationRunner {

		@Override
		public void run(ApplicationArguments args) {
		}

	}

	@HordeProcess
	static class Factory implements FactoryBean<Supplier<String>> {

		@Override
		public Supplier<String> getObject() {
			return () -> "";
		}

		@Override
		public Class<?> getObjectType() {
			return Supplier.class;
		}

	}

	@HordeProcess(instances = 0)
	static class NoInstances {

	}

	@HordeProcess
	@Scope("prototype")
	static class Prototype {

	}

	@HordeProcess
	@Scope(scopeName = HordeProcess.SCOPE, proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class Proxied {

	}

	@Scope(HordeProcess.SCOPE)
	static class ScopeOnly {

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherName {

		@Bean
		@HordeProcess("other")
		Object process() {
			return new Object();
		}

	}

	@HordeProcess(shutdownTimeout = "-1s")
	static class NegativeTimeout {

	}

	@HordeProcess(checkpoint = "${checkpoint:5s}")
	static class Checkpointed {

	}

	@HordeProcess(shutdownTimeout = "soon")
	static class NoDuration {

	}

	public interface OverloadedApi {

		void put(String text);

		void put(Integer number);

	}

	@HordeProcess
	static class Overloaded implements OverloadedApi {

		@Override
		public void put(String text) {
		}

		@Override
		public void put(Integer number) {
		}

	}

}
