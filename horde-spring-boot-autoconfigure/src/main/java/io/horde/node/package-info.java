/**
 * The core of one node, put together.
 */
@Internal
@NullMarked
package io.horde.node;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
