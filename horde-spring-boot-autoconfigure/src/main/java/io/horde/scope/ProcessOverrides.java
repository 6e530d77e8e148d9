package io.horde.scope;

import java.time.Duration;
import java.util.Map;

import io.horde.process.RestartPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What the properties {@code horde.processes.<type>.*} say about a process type; what is
 * {@code null} is as the annotation says.
 *
 * @param enabled whether this node runs the type
 * @param instances how many start with the cluster
 * @param restart the restart policy
 * @param distribution the distribution strategy
 * @param shutdownTimeout how long a stop may take
 * @param labels labels that are required of a node
 */
public record ProcessOverrides(@Nullable Boolean enabled, @Nullable Integer instances, @Nullable RestartPolicy restart,
		@Nullable String distribution, @Nullable Duration shutdownTimeout, Map<String, String> labels) {

	static final ProcessOverrides NONE = new ProcessOverrides(null, null, null, null, null, Map.of());

}
