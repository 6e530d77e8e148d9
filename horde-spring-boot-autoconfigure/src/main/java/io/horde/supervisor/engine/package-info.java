/**
 * Carries out what ownership decides: starts, restarts, moves, terminations and drains.
 */
@Internal
@NullMarked
package io.horde.supervisor.engine;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
