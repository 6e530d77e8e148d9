/**
 * When the ticks of a process are due, and what becomes of those that can't begin then.
 */
@Internal
@NullMarked
package io.horde.schedule.engine;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
