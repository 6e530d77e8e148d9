/**
 * The wiring.
 */
@Internal
@NullMarked
package io.horde.autoconfigure;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
