package io.horde.process.engine;

import io.horde.process.ProcessContext;
import org.jspecify.annotations.Nullable;

/**
 * One process that is to be created, or was.
 *
 * @param type its type
 * @param context its view of itself
 * @param argument the encoded argument
 * @param state the encoded state that it takes over
 */
public record ProcessCreation(ProcessType type, ProcessContext context, byte @Nullable [] argument,
		byte @Nullable [] state) {

}
