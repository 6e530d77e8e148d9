/**
 * What members tell each other, and how it looks in a frame.
 */
@Internal
@NullMarked
package io.horde.cluster.protocol;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
