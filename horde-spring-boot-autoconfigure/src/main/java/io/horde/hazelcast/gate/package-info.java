/**
 * What stands before Hazelcast: the listener on the published port, proof of who is
 * there, and a filter for what may pass.
 */
@Internal
@NullMarked
package io.horde.hazelcast.gate;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
