package io.horde.supervisor;

import io.horde.process.ProcessState;
import org.jspecify.annotations.Nullable;

/**
 * A child and where it runs, as one node sees it.
 *
 * @param id the id of the child
 * @param type the process type
 * @param name its name, or {@code null}
 * @param node the node that runs it; an empty string while none does
 * @param epoch the epoch of its present run
 * @param state its state
 */
public record ProcessRef(String id, String type, @Nullable String name, String node, long epoch, ProcessState state) {

}
