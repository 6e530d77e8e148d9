package io.horde.process.engine;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.horde.process.HordeProcess;
import io.horde.process.RestartPolicy;
import org.jspecify.annotations.Nullable;

/**
 * A process type that this node can run.
 *
 * @param name the bean name
 * @param autoStartup whether its children start with the cluster
 * @param instances how many start with the cluster
 * @param restart the restart policy
 * @param distribution the distribution strategy, empty for the supervisor's
 * @param shutdownTimeout how long a stop may take, or {@code null} for the supervisor's
 * @param concurrent whether calls and ticks run at the same time
 * @param api the interfaces that can be called, in a stable order
 * @param labels labels that are required of a node
 * @param argument what an argument is bound to, or {@code null} if there is no parameter
 * for one
 */
public record ProcessType(String name, boolean autoStartup, int instances, RestartPolicy restart, String distribution,
		@Nullable Duration shutdownTimeout, boolean concurrent, List<Class<?>> api, Map<String, String> labels,
		@Nullable Type argument) {

	/**
	 * A type with the defaults of {@link HordeProcess}, started on demand.
	 */
	public static ProcessType onDemand(String name) {
		return new ProcessType(name, false, 1, RestartPolicy.PERMANENT, "", null, false, List.of(), Map.of(),
				Object.class);
	}

	/**
	 * Tell whether there is a parameter for an argument.
	 */
	public boolean acceptsArgument() {
		return this.argument != null;
	}

}
