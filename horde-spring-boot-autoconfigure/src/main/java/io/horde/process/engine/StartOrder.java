package io.horde.process.engine;

import java.time.Duration;
import java.util.Map;

import io.horde.process.StartReason;
import org.jspecify.annotations.Nullable;

/**
 * The order to start one process on this node.
 *
 * @param id the child's id
 * @param type the process type
 * @param name the name under which it is registered
 * @param instance the number of the instance
 * @param epoch the epoch of this run, also the fencing token (O3)
 * @param argument the encoded argument
 * @param state the encoded state that it takes over
 * @param reason why it starts here
 * @param shutdownTimeout how long a stop may take, or {@code null} for the type's
 * @param ticks how long it was to the next ticks when it was handed over, in nanoseconds
 * by the keys of its schedules
 */
public record StartOrder(String id, String type, @Nullable String name, int instance, long epoch,
		byte @Nullable [] argument, byte @Nullable [] state, StartReason reason, @Nullable Duration shutdownTimeout,
		Map<String, Long> ticks) {

}
