package io.horde.scope;

import java.time.Duration;
import java.util.Map;

import io.horde.process.MissedTicks;
import io.horde.process.RestartPolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the properties {@code horde.processes.<type>.*} say about a process type; what is
 * {@code null} is as the annotation says.
 *
 * @param enabled Whether this node can run the type.
 * @param instances Number of instances that start with the cluster.
 * @param restart When a process is started again after its end.
 * @param distribution Distribution strategy: "uniform", "quorum", "random", or the name
 * of a bean.
 * @param shutdownTimeout How long a process may take to stop before it is interrupted.
 * @param missedTicks What becomes of cron ticks that fall due while a process runs
 * nowhere.
 * @param labels Labels that a node must have to run the type.
 */
public record ProcessOverrides(@Nullable Boolean enabled, @Nullable Integer instances, @Nullable RestartPolicy restart,
		@Nullable String distribution, @Nullable Duration shutdownTimeout, @Nullable MissedTicks missedTicks,
		@DefaultValue Map<String, String> labels) {

	static final ProcessOverrides NONE = new ProcessOverrides(null, null, null, null, null, null, Map.of());

}
