/**
 * The production transport: isolated Hazelcast members and one client link per peer.
 */
@Internal
@NullMarked
package io.horde.hazelcast;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
