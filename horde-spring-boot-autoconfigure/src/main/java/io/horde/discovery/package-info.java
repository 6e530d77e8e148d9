/**
 * Turns discovery clients into candidates for membership.
 */
@Internal
@NullMarked
package io.horde.discovery;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
