package io.horde.autoconfigure;

import java.util.Arrays;
import java.util.List;

import io.horde.process.HordeProcess;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;

/**
 * Tells how to reach a process that was to be injected. Comes before Boot's analyzer,
 * which would advise to define the bean that is there already.
 */
class InjectedProcessFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException>
		implements Ordered {

	private final @Nullable ConfigurableListableBeanFactory beanFactory;

	InjectedProcessFailureAnalyzer(@Nullable BeanFactory beanFactory) {
		this.beanFactory = (beanFactory instanceof ConfigurableListableBeanFactory listable) ? listable : null;
	}

	@Override
	public int getOrder() {
		return 0;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause,
			@Nullable String description) {
		ResolvableType wanted = cause.getResolvableType();
		if (this.beanFactory == null || wanted == null || cause instanceof NoUniqueBeanDefinitionException) {
			return null;
		}
		List<String> processes = processes(this.beanFactory, wanted);
		if (processes.isEmpty()) {
			return null;
		}
		return new FailureAnalysis(
				((description != null) ? description : "A bean") + " requires " + wanted
						+ ", which is implemented by the Horde process '" + String.join("', '", processes)
						+ "'. A process is no dependency: it runs on some node of the cluster, often on another one.",
				"Inject HordeRegistry and call the process by its name through registry.proxy(Interface.class, name)."
						+ " For the instances on this node, use HordeSupervisor.localInstances("
						+ wanted.toClass().getSimpleName() + ".class).",
				cause);
	}

	private static List<String> processes(ConfigurableListableBeanFactory beanFactory, ResolvableType wanted) {
		return Arrays.stream(beanFactory.getBeanNamesForType(wanted, true, false))
			.filter(beanFactory::containsBeanDefinition)
			.filter((name) -> HordeProcess.SCOPE.equals(beanFactory.getMergedBeanDefinition(name).getScope()))
			.sorted()
			.toList();
	}

}
