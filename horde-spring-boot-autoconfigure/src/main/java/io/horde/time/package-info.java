/**
 * The only source of time and asynchrony for the core.
 */
@Internal
@NullMarked
package io.horde.time;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
