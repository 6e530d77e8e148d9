/**
 * Meters and observations.
 */
@Internal
@NullMarked
package io.horde.micrometer;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
