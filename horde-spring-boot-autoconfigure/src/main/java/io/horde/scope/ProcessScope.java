package io.horde.scope;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

import io.horde.process.HordeProcess;
import io.horde.process.ProcessContext;
import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.LocalProcess;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.Scope;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.ScopeNotActiveException;

/**
 * The scope {@code horde}: a bean exists from the start of a process to its stop. The
 * thread that starts it carries the process, so that its argument and its context can be
 * mixed with ordinary injection.
 * <p>
 * Registers itself, and makes process definitions no default candidates: otherwise the
 * injection of a collection would fail on every node that doesn't run the process. An
 * application that has {@link HordeProcess} classes needs this bean even where Horde is
 * disabled.
 */
public final class ProcessScope implements Scope, BeanFactoryPostProcessor {

	private final ThreadLocal<@Nullable BoundProcess> bound = new ThreadLocal<>();

	/**
	 * By type.
	 */
	private final Map<String, Map<LocalProcess, BoundProcess>> running = new ConcurrentHashMap<>();

	private Map<String, ProcessDefinition> definitions = Collections.emptyMap();

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		beanFactory.registerScope(HordeProcess.SCOPE, this);
		// Not serializable: the factory would make a proxy of it otherwise
		ObjectFactory<ProcessContext> context = this::context;
		beanFactory.registerResolvableDependency(ProcessContext.class, context);
		DefaultListableBeanFactory factory = (DefaultListableBeanFactory) beanFactory;
		factory.setAutowireCandidateResolver(new ProcessArgumentResolver(this, factory.getAutowireCandidateResolver()));
		beanFactory.addBeanPostProcessor(new ProcessInitialization(this, factory));
		Map<String, ProcessDefinition> definitions = new TreeMap<>();
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			BeanDefinition definition = beanFactory.getBeanDefinition(beanName);
			if (HordeProcess.SCOPE.equals(definition.getScope())) {
				if (definition instanceof AbstractBeanDefinition candidate) {
					candidate.setDefaultCandidate(false);
				}
				ProcessDefinition process = ProcessDefinition.read(beanFactory, beanName);
				if (process != null) {
					definitions.put(beanName, process);
				}
			}
		}
		this.definitions = definitions;
	}

	/**
	 * Return the classes of the processes.
	 * @return the definitions by bean name
	 */
	Map<String, ProcessDefinition> definitions() {
		return this.definitions;
	}

	@Override
	public Object get(String name, ObjectFactory<?> objectFactory) {
		BoundProcess bound = this.bound.get();
		if (bound != null && bound.beanName().equals(name)) {
			Object bean = bound.bean();
			if (bean != null) {
				return bean;
			}
			if (!bound.beginCreation()) {
				bean = objectFactory.getObject();
				bound.bean(bean);
				return bean;
			}
		}
		LocalProcess process = CurrentProcess.get();
		Object instance = (process != null && process.type().name().equals(name)) ? process.instance() : null;
		if (instance != null) {
			return instance;
		}
		throw notActive(name, "'" + name + "' is a process and can't be injected or looked up: call it through"
				+ " HordeRegistry.proxy, or use HordeSupervisor.localInstances for the instances on this node");
	}

	private ProcessContext context() {
		BoundProcess bound = this.bound.get();
		if (bound != null) {
			return bound.context();
		}
		LocalProcess process = CurrentProcess.get();
		if (process != null) {
			return process.context();
		}
		throw notActive("processContext", "A ProcessContext can be injected into a @HordeProcess only, and no process"
				+ " is bound to thread " + Thread.currentThread().getName());
	}

	private static ScopeNotActiveException notActive(String beanName, String message) {
		return new ScopeNotActiveException(beanName, HordeProcess.SCOPE, new IllegalStateException(message));
	}

	@Override
	public @Nullable Object remove(String name) {
		return null;
	}

	@Override
	public void registerDestructionCallback(String name, Runnable callback) {
		BoundProcess bound = this.bound.get();
		if (bound != null && bound.beanName().equals(name)) {
			bound.destruction(callback);
		}
	}

	@Override
	public @Nullable Object resolveContextualObject(String key) {
		return key.equals("hordeProcess") ? this.bound.get() : null;
	}

	@Override
	public @Nullable String getConversationId() {
		BoundProcess bound = this.bound.get();
		if (bound != null) {
			return bound.context().id();
		}
		LocalProcess process = CurrentProcess.get();
		return (process != null) ? process.id() : null;
	}

	@Nullable BoundProcess bound() {
		return this.bound.get();
	}

	<T extends @Nullable Object> T call(BoundProcess process, Callable<T> task) throws Exception {
		BoundProcess before = this.bound.get();
		this.bound.set(process);
		try {
			return task.call();
		}
		finally {
			if (before != null) {
				this.bound.set(before);
			}
			else {
				this.bound.remove();
			}
		}
	}

	void started(LocalProcess process, BoundProcess bound) {
		this.running.computeIfAbsent(bound.beanName(), (type) -> new ConcurrentHashMap<>()).put(process, bound);
	}

	/**
	 * Return what a process was created with.
	 * @return {@code null} if it has no bean
	 */
	@Nullable BoundProcess started(LocalProcess process) {
		return processes(process.type().name()).get(process);
	}

	@Nullable BoundProcess stopped(LocalProcess process) {
		return processes(process.type().name()).remove(process);
	}

	/**
	 * Return the running processes of a type.
	 * @param type the type
	 * @return the processes, sorted by id
	 */
	List<LocalProcess> running(String type) {
		return processes(type).keySet()
			.stream()
			.filter(LocalProcess::isOpen)
			.sorted(Comparator.comparing(LocalProcess::id))
			.toList();
	}

	/**
	 * Return all processes that have a bean.
	 * @return the processes
	 */
	List<LocalProcess> all() {
		return this.running.values().stream().flatMap((processes) -> processes.keySet().stream()).toList();
	}

	private Map<LocalProcess, BoundProcess> processes(String type) {
		return this.running.getOrDefault(type, Collections.emptyMap());
	}

}
