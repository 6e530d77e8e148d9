package io.horde.registry;

import org.jspecify.annotations.Nullable;

/**
 * Who holds a name.
 *
 * @param node the name of the node
 * @param processId the id of the process, or {@code null} if the node itself holds it
 */
public record Owner(String node, @Nullable String processId) {

}
