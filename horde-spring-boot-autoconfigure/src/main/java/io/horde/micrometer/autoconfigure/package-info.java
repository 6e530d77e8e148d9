/**
 * Meters and observations, wired.
 */
@Internal
@NullMarked
package io.horde.micrometer.autoconfigure;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
