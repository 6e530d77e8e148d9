package io.horde.scope;

import java.lang.reflect.Method;
import java.util.List;

import io.horde.process.HordeProcess;
import io.horde.process.ProcessDefinitionException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * The definition of a bean that is a process.
 *
 * @param name the bean name, which is the process type
 * @param beanClass the class of the bean, or what its {@code @Bean} method declares
 * @param annotation the annotation, attributes of composed annotations included
 * @param argument the parameter for the argument, if it takes one
 * @param api the interfaces that can be called
 */
record ProcessDefinition(String name, Class<?> beanClass, HordeProcess annotation, @Nullable ArgumentParameter argument,
		List<Class<?>> api) {

	/**
	 * Read and check a definition. Creates no bean.
	 * @param beanFactory the bean factory
	 * @param beanName the name of a bean
	 * @return the definition, or {@code null} if that bean is no process
	 * @throws ProcessDefinitionException if it is none that can work
	 */
	static @Nullable ProcessDefinition read(ConfigurableListableBeanFactory beanFactory, String beanName) {
		BeanDefinition merged = beanFactory.getMergedBeanDefinition(beanName);
		if (merged.isAbstract()) {
			return null;
		}
		boolean scoped = HordeProcess.SCOPE.equals(merged.getScope());
		Class<?> type = beanFactory.getType(beanName, false);
		Method factoryMethod = (merged instanceof RootBeanDefinition root) ? root.getResolvedFactoryMethod() : null;
		HordeProcess annotation = annotation(beanFactory, beanName, factoryMethod);
		if (annotation == null && !scoped) {
			return null;
		}
		if (beanFactory.isFactoryBean(beanName)) {
			throw new ProcessDefinitionException(beanName, "is a FactoryBean, which is not supported as a process",
					"Use a @Bean method with @HordeProcess.");
		}
		if (type == null) {
			throw new ProcessDefinitionException(beanName, "has a type that can't be determined",
					"Let its @Bean method declare the class of the process.");
		}
		if (annotation == null) {
			throw new ProcessDefinitionException(beanName, "is in the scope 'horde' but is no @HordeProcess",
					"Use @HordeProcess instead of @Scope.");
		}
		if (!scoped || beanName.startsWith("scopedTarget.")) {
			throw new ProcessDefinitionException(beanName,
					"is in the scope '" + merged.getScope() + "' or behind a scoped proxy",
					"Take the @Scope away: @HordeProcess brings its own, and calls go through HordeRegistry.proxy.");
		}
		if (factoryMethod != null && !annotation.value().isEmpty() && !annotation.value().equals(beanName)) {
			throw new ProcessDefinitionException(beanName,
					"names its type '" + annotation.value() + "' on a @Bean method",
					"The type is the bean name there: use @Bean(\"" + annotation.value() + "\").");
		}
		return check(beanName, ClassUtils.getUserClass(type), annotation, factoryMethod);
	}

	private static ProcessDefinition check(String beanName, Class<?> beanClass, HordeProcess annotation,
			@Nullable Method factoryMethod) {
		UnsupportedFeatures.check(beanName, beanClass);
		if (annotation.instances() < 1) {
			throw new ProcessDefinitionException(beanName, "has " + annotation.instances() + " instances",
					"Use at least one, or horde.processes." + beanName + ".enabled=false.");
		}
		ArgumentParameter argument = ArgumentParameter.find(beanName, beanClass, factoryMethod);
		if (argument != null && annotation.autoStartup()) {
			throw new ProcessDefinitionException(beanName, "has a @ProcessArgument but starts with the cluster",
					"Nobody could give it an argument: use @HordeProcess(autoStartup = false) and"
							+ " HordeSupervisor.startChild, or take the parameter away.");
		}
		return new ProcessDefinition(beanName, beanClass, annotation, argument,
				CallableInterfaces.of(beanName, beanClass, annotation.api()));
	}

	private static @Nullable HordeProcess annotation(ConfigurableListableBeanFactory beanFactory, String beanName,
			@Nullable Method factoryMethod) {
		HordeProcess annotation = null;
		if (factoryMethod != null) {
			annotation = AnnotatedElementUtils.findMergedAnnotation(factoryMethod, HordeProcess.class);
		}
		return (annotation != null) ? annotation
				: beanFactory.findAnnotationOnBean(beanName, HordeProcess.class, false);
	}

}
