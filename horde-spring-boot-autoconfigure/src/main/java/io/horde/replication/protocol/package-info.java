/**
 * What replicators tell each other, and how deltas look in a frame.
 */
@Internal
@NullMarked
package io.horde.replication.protocol;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
