package io.horde.scope;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

import io.horde.process.HordeProcess;
import io.horde.process.MissedTicks;
import io.horde.process.ProcessDefinitionException;
import io.horde.process.engine.ProcessType;
import io.horde.wire.NameLimits;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.StringValueResolver;

/**
 * Reads the process types of an application: its bean definitions, and what properties
 * say about them.
 */
final class ProcessTypeReader {

	private static final Logger logger = LoggerFactory.getLogger(ProcessTypeReader.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final StringValueResolver resolver;

	private final Map<String, ProcessOverrides> overrides;

	/**
	 * Creates a reader.
	 * @param beanFactory has the definitions
	 * @param overrides what properties say about process types, by type; dashes and case
	 * don't matter
	 */
	ProcessTypeReader(ConfigurableListableBeanFactory beanFactory, Map<String, ProcessOverrides> overrides) {
		this.beanFactory = beanFactory;
		this.resolver = new EmbeddedValueResolver(beanFactory);
		this.overrides = Collections.unmodifiableMap(new TreeMap<>(overrides));
	}

	ProcessTypes read() {
		Map<String, ProcessDefinition> definitions = new TreeMap<>();
		Map<String, ProcessType> types = new TreeMap<>();
		Map<String, ScheduledMethods> scheduled = new TreeMap<>();
		for (String beanName : this.beanFactory.getBeanDefinitionNames()) {
			ProcessDefinition definition = ProcessDefinition.read(this.beanFactory, beanName);
			if (definition != null) {
				ProcessOverrides overrides = overrides(beanName);
				definitions.put(beanName, definition);
				if (!Boolean.FALSE.equals(overrides.enabled())) {
					types.put(beanName, type(definition, overrides));
					scheduled.put(beanName,
							new ScheduledMethods(definition, missedTicks(definition, overrides), this.resolver));
				}
			}
		}
		this.overrides.keySet()
			.stream()
			.filter((name) -> definitions.keySet().stream().noneMatch((type) -> matches(name, type)))
			.forEach((name) -> logger.warn(
					"horde.processes.{} has no effect: this application has no process type of that name, only {}",
					name, definitions.keySet()));
		return new ProcessTypes(Collections.unmodifiableMap(definitions), Collections.unmodifiableMap(types),
				Collections.unmodifiableMap(scheduled));
	}

	private static MissedTicks missedTicks(ProcessDefinition definition, ProcessOverrides overrides) {
		return (overrides.missedTicks() != null) ? overrides.missedTicks() : definition.annotation().missedTicks();
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
		String problem = NameLimits.problem(definition.name());
		if (problem != null) {
			throw new ProcessDefinitionException(definition.name(), "has a name that " + problem,
					"Give the bean another name.");
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
				Collections.unmodifiableMap(new TreeMap<>(overrides.labels())),
				(definition.argument() != null) ? definition.argument().type() : null);
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

}
