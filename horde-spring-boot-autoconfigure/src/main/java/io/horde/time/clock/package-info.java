/**
 * Clocks that are computed from the two of an event loop.
 */
@Internal
@NullMarked
package io.horde.time.clock;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
