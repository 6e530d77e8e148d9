package io.horde.scope;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;

/**
 * Stands before Spring's scheduling in the row of post-processors and shows it no
 * process: its methods would tick twice.
 */
final class SpringSchedulingExclusion implements MergedBeanDefinitionPostProcessor, DestructionAwareBeanPostProcessor {

	private final ScheduledAnnotationBeanPostProcessor scheduling;

	private final ProcessScope scope;

	private SpringSchedulingExclusion(ScheduledAnnotationBeanPostProcessor scheduling, ProcessScope scope) {
		this.scheduling = scheduling;
		this.scope = scope;
	}

	/**
	 * Make sure that processes are not shown from now on. Cheap if they are not.
	 * @param scope tells which beans are processes
	 */
	static void apply(AbstractBeanFactory beanFactory, ProcessScope scope) {
		List<BeanPostProcessor> processors = beanFactory.getBeanPostProcessors();
		if (processors.stream().anyMatch(ScheduledAnnotationBeanPostProcessor.class::isInstance)) {
			processors.replaceAll((processor) -> (processor instanceof ScheduledAnnotationBeanPostProcessor scheduling)
					? new SpringSchedulingExclusion(scheduling, scope) : processor);
		}
	}

	@Override
	public void postProcessMergedBeanDefinition(RootBeanDefinition beanDefinition, Class<?> beanType, String beanName) {
		this.scheduling.postProcessMergedBeanDefinition(beanDefinition, beanType, beanName);
	}

	@Override
	public void resetBeanDefinition(String beanName) {
		this.scheduling.resetBeanDefinition(beanName);
	}

	@Override
	public @Nullable Object postProcessBeforeInitialization(Object bean, String beanName) {
		return this.scheduling.postProcessBeforeInitialization(bean, beanName);
	}

	@Override
	public @Nullable Object postProcessAfterInitialization(Object bean, String beanName) {
		BoundProcess process = this.scope.bound();
		return (process != null && process.beanName().equals(beanName)) ? bean
				: this.scheduling.postProcessAfterInitialization(bean, beanName);
	}

	@Override
	public void postProcessBeforeDestruction(Object bean, String beanName) {
		this.scheduling.postProcessBeforeDestruction(bean, beanName);
	}

	@Override
	public boolean requiresDestruction(Object bean) {
		return this.scheduling.requiresDestruction(bean);
	}

}
