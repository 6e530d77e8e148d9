package io.horde.process;

import org.jspecify.annotations.Nullable;

/**
 * A process lost a name to another one, because both had registered it before they could
 * know of each other.
 *
 * @param name the name
 * @param value what the loser had registered with it
 * @param registry the registry
 * @param winner the node of the winner
 */
public record NameConflict(String name, @Nullable Object value, String registry, String winner) {

}
