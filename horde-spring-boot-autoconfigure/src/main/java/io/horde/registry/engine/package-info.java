/**
 * One node's registry, put together.
 */
@Internal
@NullMarked
package io.horde.registry.engine;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
