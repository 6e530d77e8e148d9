package io.horde.supervisor;

import io.horde.HordeException;
import org.jspecify.annotations.Nullable;

/**
 * Outcome of a start.
 *
 * @param spec what was asked for, with its id
 * @param process the running process; {@code null} if it failed, or asked to be ignored
 * @param created whether this start created the child; {@code false} if its id or name
 * was already taken
 * @param failure why it failed, or {@code null}
 */
public record StartResult(ChildSpec spec, @Nullable ProcessRef process, boolean created,
		@Nullable HordeException failure) {

}
