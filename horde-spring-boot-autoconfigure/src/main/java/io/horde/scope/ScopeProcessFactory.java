package io.horde.scope;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.horde.payload.PayloadCodec;
import io.horde.process.HordeProcess;
import io.horde.process.ProcessDefinitionException;
import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessCreation;
import io.horde.process.engine.ProcessFactory;
import io.horde.process.engine.ProcessStartException;
import io.horde.process.engine.ProcessType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.InitDestroyAnnotationBeanPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Creates processes as beans of the scope {@code horde}, and destroys them.
 */
public final class ScopeProcessFactory implements ProcessFactory, SmartInitializingSingleton, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(ScopeProcessFactory.class);

	private final ConfigurableApplicationContext context;

	private final ConfigurableListableBeanFactory beanFactory;

	private final ProcessScope scope;

	private final PayloadCodec codec;

	private final Map<String, ProcessOverrides> overrides;

	private volatile @Nullable ScheduledStart scheduledStart;

	private volatile @Nullable Types types;

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
		this.overrides = Collections.unmodifiableMap(new TreeMap<>(overrides));
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

	private Types all() {
		Types types = this.types;
		if (types == null) {
			types = read();
			this.types = types;
		}
		return types;
	}

	private Types read() {
		Map<String, ProcessDefinition> definitions = new TreeMap<>();
		Map<String, ProcessType> types = new TreeMap<>();
		for (String beanName : this.beanFactory.getBeanDefinitionNames()) {
			ProcessDefinition definition = ProcessDefinition.read(this.beanFactory, beanName);
			if (definition != null) {
				ProcessOverrides overrides = overrides(beanName);
				definitions.put(beanName, definition);
				if (!Boolean.FALSE.equals(overrides.enabled())) {
					types.put(beanName, type(definition, overrides));
				}
			}
		}
		this.overrides.keySet()
			.stream()
			.filter((name) -> definitions.keySet().stream().noneMatch((type) -> matches(name, type)))
			.forEach((name) -> logger.warn(
					"horde.processes.{} has no effect: this application has no process type of that name, only {}",
					name, definitions.keySet()));
		return new Types(Collections.unmodifiableMap(definitions), Collections.unmodifiableMap(types));
	}

	private ProcessOverrides overrides(String type) {
		ProcessOverrides exact = this.overrides.get(type);
		if (exact != null) {
			return exact;
		}
		return this.overrides.entrySet()
			.stream()
			.filter((entry) -> matches(entry.getKey(), type))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElse(ProcessOverrides.NONE);
	}

	private static boolean matches(String property, String type) {
		return property.replace("-", "").equalsIgnoreCase(type.replace("-", ""));
	}

	private ProcessType type(ProcessDefinition definition, ProcessOverrides overrides) {
		HordeProcess annotation = definition.annotation();
		Integer instances = overrides.instances();
		if (instances != null && instances < 1) {
			throw new ProcessDefinitionException(definition.name(),
					"has horde.processes." + definition.name() + ".instances=" + instances,
					"Use at least one, or horde.processes." + definition.name() + ".enabled=false.");
		}
		refuseCheckpoints(definition);
		Duration shutdownTimeout = (overrides.shutdownTimeout() != null) ? overrides.shutdownTimeout()
				: duration(definition.name(), "shutdownTimeout", annotation.shutdownTimeout());
		if (shutdownTimeout != null && shutdownTimeout.isNegative()) {
			throw new ProcessDefinitionException(definition.name(),
					"has the negative shutdown timeout " + shutdownTimeout,
					"Use a positive one, or \"0s\" to interrupt the process at once when it is to stop.");
		}
		return new ProcessType(definition.name(), annotation.autoStartup(),
				(instances != null) ? instances : annotation.instances(),
				(overrides.restart() != null) ? overrides.restart() : annotation.restart(),
				(overrides.distribution() != null) ? overrides.distribution() : resolve(annotation.distribution()),
				shutdownTimeout, annotation.concurrent(), definition.api(),
				Collections.unmodifiableMap(new TreeMap<>(overrides.labels())), definition.argument() != null);
	}

	/**
	 * The attribute is there for a later version. A process that relies on it would lose
	 * its state in silence.
	 */
	private void refuseCheckpoints(ProcessDefinition definition) {
		String checkpoint = resolve(definition.annotation().checkpoint());
		if (!checkpoint.isEmpty()) {
			throw new ProcessDefinitionException(definition.name(),
					"asks for checkpoints (checkpoint = \"" + checkpoint
							+ "\"), which this version of Horde can't make",
					"Take the attribute away: a StateHandoff takes state along when the process moves or its node"
							+ " leaves; to have it after a crash too, keep it in a store.");
		}
	}

	private @Nullable Duration duration(String type, String attribute, String value) {
		String resolved = resolve(value);
		if (resolved.isEmpty()) {
			return null;
		}
		try {
			return DurationStyle.detectAndParse(resolved);
		}
		catch (IllegalArgumentException ex) {
			throw new ProcessDefinitionException(type, "has " + attribute + " = \"" + resolved + "\"",
					"Use a duration like \"10s\" or \"PT10S\".");
		}
	}

	private String resolve(String value) {
		String resolved = this.beanFactory.resolveEmbeddedValue(value);
		return (resolved != null) ? resolved : "";
	}

	/**
	 * The process types of this node and all process definitions, disabled ones included.
	 */
	private record Types(Map<String, ProcessDefinition> definitions, Map<String, ProcessType> types) {

		ProcessDefinition definition(String name) {
			ProcessDefinition definition = this.definitions.get(name);
			if (definition == null) {
				throw new ProcessStartException("There is no process type " + name, null);
			}
			return definition;
		}

	}

}
