package io.horde.scope;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.horde.process.ProcessDefinitionException;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * What Spring offers to beans that are always there, and a process is not. Kept by name:
 * most of it is not on every class path.
 */
final class UnsupportedFeatures {

	private static final Map<String, String> TYPES = new LinkedHashMap<>();

	private static final Map<String, String> ANNOTATIONS = new LinkedHashMap<>();

	static {
		TYPES.put("org.springframework.context.ApplicationListener",
				"Use an @EventListener method: it is called for each instance that runs on this node.");
		String lifecycle = "Use @PostConstruct and @PreDestroy, implement SmartLifecycle for what is to run where the"
				+ " process does, or Runnable for work of its own.";
		TYPES.put("org.springframework.beans.factory.SmartInitializingSingleton", lifecycle);
		TYPES.put("org.springframework.boot.CommandLineRunner", lifecycle);
		TYPES.put("org.springframework.boot.ApplicationRunner", lifecycle);
		String definition = "Make it an ordinary bean: it is part of the container, not of the cluster.";
		TYPES.put("org.springframework.beans.factory.config.BeanPostProcessor", definition);
		TYPES.put("org.springframework.beans.factory.config.BeanFactoryPostProcessor", definition);
		ANNOTATIONS.put("org.springframework.transaction.event.TransactionalEventListener",
				"Put the listener into an ordinary bean and let it call the process through HordeRegistry.proxy.");
		String container = "Its listener container would outlive the process. Put the listener into an ordinary bean."
				+ " To let it listen only where the process runs, give it an id, see to it that its container does not"
				+ " start by itself (autoStartup = \"false\"; with JMS on the container factory), let the process implement"
				+ " SmartLifecycle, and start and stop the container of that id there. If it may listen on all nodes, let"
				+ " it call the process through HordeRegistry.proxy.";
		String async = "Use ProcessContext.execute for work that may come later, or put the method into an ordinary bean"
				+ " that the process calls: nobody knows when a process has ended whose work is on other threads.";
		ANNOTATIONS.put("org.springframework.scheduling.annotation.Async", async);
		ANNOTATIONS.put("jakarta.enterprise.concurrent.Asynchronous", async);
		ANNOTATIONS.put("jakarta.ejb.Asynchronous", async);
		for (String listener : List.of("kafka.annotation.KafkaListener", "kafka.annotation.KafkaListeners",
				"jms.annotation.JmsListener", "jms.annotation.JmsListeners", "amqp.rabbit.annotation.RabbitListener",
				"amqp.rabbit.annotation.RabbitListeners", "pulsar.annotation.PulsarListener",
				"pulsar.annotation.PulsarListeners", "integration.annotation.InboundChannelAdapter",
				"integration.annotation.ServiceActivator")) {
			ANNOTATIONS.put("org.springframework." + listener, container);
		}
	}

	private UnsupportedFeatures() {
	}

	/**
	 * Check the class of a process.
	 * @param beanName the bean name
	 * @param beanClass the class of the bean
	 */
	static void check(String beanName, Class<?> beanClass) {
		Set<String> supertypes = new LinkedHashSet<>();
		collect(beanClass, supertypes);
		TYPES.forEach((type, remedy) -> {
			if (supertypes.contains(type)) {
				throw new ProcessDefinitionException(beanName,
						"implements " + simpleName(type) + ", which is not supported in a process", remedy);
			}
		});
		checkAnnotations(beanName, beanClass, "");
		ReflectionUtils.doWithMethods(beanClass,
				(method) -> checkAnnotations(beanName, method, " on method " + method.getName()),
				(Method method) -> !method.isSynthetic() && method.getDeclaringClass() != Object.class);
	}

	private static void checkAnnotations(String beanName, AnnotatedElement element, String where) {
		if (element.getAnnotations().length == 0) {
			return;
		}
		for (Map.Entry<String, String> unsupported : ANNOTATIONS.entrySet()) {
			if (AnnotatedElementUtils.isAnnotated(element, unsupported.getKey())) {
				throw new ProcessDefinitionException(beanName,
						"has @" + simpleName(unsupported.getKey()) + where + ", which is not supported in a process",
						unsupported.getValue());
			}
		}
	}

	private static void collect(Class<?> type, Set<String> supertypes) {
		supertypes.add(type.getName());
		for (Class<?> extended : type.getInterfaces()) {
			collect(extended, supertypes);
		}
		if (type.getSuperclass() != null) {
			collect(type.getSuperclass(), supertypes);
		}
	}

	private static String simpleName(String type) {
		return type.substring(type.lastIndexOf('.') + 1);
	}

}
