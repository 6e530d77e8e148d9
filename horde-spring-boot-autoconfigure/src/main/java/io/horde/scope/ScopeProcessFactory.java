package io.horde.scope;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.horde.payload.PayloadCodec;
import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.OwnedLifecycle;
import io.horde.process.engine.ProcessCreation;
import io.horde.process.engine.ProcessFactory;
import io.horde.process.engine.ProcessType;
import io.horde.schedule.engine.Schedule;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.util.function.SingletonSupplier;

/**
 * Creates processes as beans of the scope {@code horde}, and destroys them.
 */
public final class ScopeProcessFactory implements ProcessFactory, SmartInitializingSingleton, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(ScopeProcessFactory.class);

	private final ConfigurableApplicationContext context;

	private final ConfigurableListableBeanFactory beanFactory;

	private final ProcessScope scope;

	private final PayloadCodec codec;

	private final Supplier<ProcessTypes> types;

	private final Supplier<TickObserver> tickObserver;

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
		this.types = SingletonSupplier.of(() -> checked(new ProcessTypeReader(this.beanFactory, overrides).read()));
		this.tickObserver = SingletonSupplier
			.of(() -> context.getBeanProvider(TickObserver.class).getIfAvailable(() -> TickObserver.NONE));
	}

	private ProcessTypes checked(ProcessTypes types) {
		CarriedTypes carried = new CarriedTypes(this.codec);
		types.definitions().values().forEach(carried::check);
		return types;
	}

	@Override
	public void afterSingletonsInstantiated() {
		types();
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
		SpringSchedulingExclusion.apply((AbstractBeanFactory) this.beanFactory, this.scope);
		BoundProcess process = new BoundProcess(creation, definition.argument(), this.codec);
		Object bean = this.scope.call(process, () -> this.beanFactory.getBean(definition.name()));
		LocalProcess local = local(creation);
		this.scope.started(local, process);
		try {
			process.ticks(scheduled(definition.name()).bind(bean, this.tickObserver.get()));
		}
		catch (RuntimeException ex) {
			destroy(local);
			throw ex;
		}
		return bean;
	}

	private ScheduledMethods scheduled(String type) {
		return Objects.requireNonNull(all().scheduled().get(type), type);
	}

	@Override
	public List<? extends Schedule> schedules(LocalProcess process) {
		BoundProcess bound = this.scope.started(process);
		return (bound != null) ? bound.ticks() : List.of();
	}

	@Override
	public @Nullable OwnedLifecycle lifecycle(LocalProcess process) {
		return SpringLifecycle.of(process.instance());
	}

	/**
	 * Return Spring's tasks of the scheduled methods of the processes that run on this
	 * node.
	 */
	public Set<ScheduledTask> scheduledTasks() {
		return all().scheduled()
			.values()
			.stream()
			.flatMap(ScheduledMethods::tasks)
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	@Override
	public void destroy(ProcessCreation creation, Object instance) {
		destroy(local(creation));
	}

	/**
	 * Destroy what is left when the context closes although the node did not stop in
	 * order: a bean must not outlive its context.
	 */
	@Override
	public void destroy() {
		for (LocalProcess process : this.scope.all()) {
			if (process.instance() != null) {
				CurrentProcess.run(process, () -> {
					stop(process);
					destroy(process);
				});
			}
		}
	}

	private void stop(LocalProcess process) {
		SpringLifecycle lifecycle = SpringLifecycle.of(process.instance());
		try {
			if (lifecycle != null) {
				lifecycle.stop();
			}
		}
		catch (RuntimeException ex) {
			logger.warn("Process {} failed to stop when its context was closed", process.id(), ex);
		}
	}

	private void destroy(LocalProcess local) {
		BoundProcess process = this.scope.stopped(local);
		if (process == null) {
			return;
		}
		try {
			this.scope.call(process, () -> {
				Runnable destruction = process.destruction();
				if (destruction != null) {
					destruction.run();
				}
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

	private static LocalProcess local(ProcessCreation creation) {
		LocalProcess process = LocalProcess.of(creation.context());
		return (process != null) ? process : Objects.requireNonNull(CurrentProcess.get(), "no process bound");
	}

	private ProcessTypes all() {
		return this.types.get();
	}

}
