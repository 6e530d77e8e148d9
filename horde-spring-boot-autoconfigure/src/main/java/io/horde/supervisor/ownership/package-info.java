/**
 * Who runs a child: the replicated state of it, and the decisions that follow from it.
 */
@Internal
@NullMarked
package io.horde.supervisor.ownership;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
