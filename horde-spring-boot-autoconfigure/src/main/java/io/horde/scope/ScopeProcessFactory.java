package io.horde.scope;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.horde.payload.PayloadCodec;
import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessCreation;
import io.horde.process.engine.ProcessFactory;
import io.horde.process.engine.ProcessType;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.InitDestroyAnnotationBeanPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Creates processes as beans of the scope {@code horde}, and destroys them.
 */
public final class ScopeProcessFactory implements ProcessFactory, SmartInitializingSingleton, DisposableBean {

	private final ConfigurableApplicationContext context;

	private final ConfigurableListableBeanFactory beanFactory;

	private final ProcessScope scope;

	private final PayloadCodec codec;

	private final ProcessTypeReader reader;

	private volatile @Nullable ScheduledStart scheduledStart;

	private volatile @Nullable ProcessTypes types;

	/**
	 * Creates a factory.
	 * @param context the application context of the processes
	 * @param scope the scope of that context
	 * @param codec decodes arguments and states
	 * @param overrides what properties say about process types, by type; dashes and case
	 * don't matter
	 */
	public ScopeProcessFactory(ConfigurableApplicationContext context, ProcessScope scope, PayloadCodec codec,
			Map<String, ProcessOverrides> overrides) {
		this.context = context;
		this.beanFactory = context.getBeanFactory();
		this.scope = scope;
		this.codec = codec;
		this.reader = new ProcessTypeReader(this.beanFactory, overrides);
	}

	@Override
	public void afterSingletonsInstantiated() {
		types();
		ScheduledStart scheduledStart = new ScheduledStart(this.context);
		this.scheduledStart = scheduledStart;
		this.context.addApplicationListener(scheduledStart);
	}

	@Override
	public Collection<ProcessType> types() {
		return all().types().values();
	}

	@Override
	public @Nullable ProcessType type(String name) {
		return all().types().get(name);
	}

	@Override
	public List<String> typesOf(Class<?> processClass) {
		// Those that this node doesn't run too: it may start them elsewhere
		return all().definitions()
			.values()
			.stream()
			.filter((definition) -> processClass.isAssignableFrom(definition.beanClass()))
			.map(ProcessDefinition::name)
			.toList();
	}

	@Override
	public Object create(ProcessCreation creation) throws Exception {
		ProcessDefinition definition = all().definition(creation.type().name());
		ScheduledStart scheduledStart = this.scheduledStart;
		if (definition.scheduled() && scheduledStart != null) {
			scheduledStart.await();
		}
		BoundProcess process = new BoundProcess(creation, definition.argument(), this.codec);
		Object bean = this.scope.call(process, () -> this.beanFactory.getBean(definition.name()));
		this.scope.started(local(creation), process);
		return bean;
	}

	@Override
	public void destroy(ProcessCreation creation, Object instance) {
		destroy(local(creation), instance);
	}

	/**
	 * Destroy what is left when the context closes although the node did not stop in
	 * order: a bean must not outlive its context.
	 */
	@Override
	public void destroy() {
		for (LocalProcess process : this.scope.all()) {
			Object instance = process.instance();
			if (instance != null) {
				CurrentProcess.run(process, () -> destroy(process, instance));
			}
		}
	}

	private void destroy(LocalProcess local, Object instance) {
		BoundProcess process = this.scope.stopped(local);
		if (process == null) {
			return;
		}
		try {
			this.scope.call(process, () -> {
				destroy(process, instance);
				return null;
			});
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/*
	 * The callback that the bean factory registered knows the raw instance only, which
	 * suits the methods of the process; some post-processors know its proxy only
	 * (scheduled methods would go on for ever).
	 */
	private void destroy(BoundProcess process, Object instance) {
		if (instance != process.raw()) {
			for (BeanPostProcessor candidate : ((AbstractBeanFactory) this.beanFactory).getBeanPostProcessors()) {
				if (candidate instanceof DestructionAwareBeanPostProcessor processor
						&& !(candidate instanceof InitDestroyAnnotationBeanPostProcessor)
						&& processor.requiresDestruction(instance)) {
					processor.postProcessBeforeDestruction(instance, process.beanName());
				}
			}
		}
		Runnable destruction = process.destruction();
		if (destruction != null) {
			destruction.run();
		}
	}

	private static LocalProcess local(ProcessCreation creation) {
		LocalProcess process = LocalProcess.of(creation.context());
		return (process != null) ? process : Objects.requireNonNull(CurrentProcess.get(), "no process bound");
	}

	private ProcessTypes all() {
		ProcessTypes types = this.types;
		if (types == null) {
			types = this.reader.read();
			this.types = types;
		}
		return types;
	}

}
