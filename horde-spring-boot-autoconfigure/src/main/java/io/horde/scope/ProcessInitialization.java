package io.horde.scope;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.horde.payload.codec.DeclaredTypes;
import io.horde.process.HordeProcess;
import io.horde.process.ProcessDefinitionException;
import io.horde.process.StateHandoff;
import io.horde.process.engine.ProcessStartException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Lets a process take its state over: after its initialisation and before all other
 * post-processors, so that what these begin never sees the process without its state.
 * Added by hand and therefore the first of all.
 */
final class ProcessInitialization implements InstantiationAwareBeanPostProcessor {

	private final ProcessScope scope;

	private final DefaultListableBeanFactory beanFactory;

	private final Set<String> checked = ConcurrentHashMap.newKeySet();

	ProcessInitialization(ProcessScope scope, DefaultListableBeanFactory beanFactory) {
		this.scope = scope;
		this.beanFactory = beanFactory;
	}

	/**
	 * Refuse an argument outside a process here, before its expression fails.
	 */
	@Override
	public @Nullable Object postProcessBeforeInstantiation(Class<?> beanClass, String beanName) {
		if (beanClass.getName().startsWith("org.springframework.") || !this.checked.add(beanName)) {
			return null;
		}
		BeanDefinition definition = this.beanFactory.containsBeanDefinition(beanName)
				? this.beanFactory.getMergedBeanDefinition(beanName) : null;
		if (definition != null && HordeProcess.SCOPE.equals(definition.getScope())) {
			return null;
		}
		Method factoryMethod = (definition instanceof RootBeanDefinition root) ? root.getResolvedFactoryMethod() : null;
		if (factoryMethod != null) {
			if (ArgumentParameter.isPresent(factoryMethod)) {
				throw outsideProcess(beanName);
			}
			return null;
		}
		for (Constructor<?> constructor : beanClass.getDeclaredConstructors()) {
			if (ArgumentParameter.isPresent(constructor)) {
				throw outsideProcess(beanName);
			}
		}
		return null;
	}

	private static ProcessDefinitionException outsideProcess(String beanName) {
		return new ProcessDefinitionException(beanName, "has a @ProcessArgument parameter but is no process",
				"Mark the class or its @Bean method with @HordeProcess(autoStartup = false), or take the annotation"
						+ " away from the parameter.");
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		BoundProcess process = this.scope.bound();
		if (process != null && process.beanName().equals(beanName) && bean instanceof StateHandoff<?> handoff) {
			byte[] state = process.state();
			if (state != null) {
				try {
					takeOver(process, handoff, state);
				}
				catch (RuntimeException | Error ex) {
					// It is initialised, but the factory will never know of it
					this.beanFactory.destroyBean(beanName, bean);
					throw ex;
				}
			}
		}
		return bean;
	}

	@SuppressWarnings("unchecked")
	private static <S> void takeOver(BoundProcess process, StateHandoff<S> handoff, byte[] bytes) {
		Type type = Objects.requireNonNull(DeclaredTypes.argument(handoff.getClass(), StateHandoff.class));
		if (DeclaredTypes.unbound(type) != null) {
			throw new ProcessStartException("Process " + process.context().id() + " of type " + process.beanName()
					+ " can't take its state over: its class must say what S is in StateHandoff<S>", null);
		}
		S state = (S) process.decode("state", bytes, type);
		if (state != null) {
			handoff.takeOver(state);
		}
	}

}
