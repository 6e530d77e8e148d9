/**
 * Keeps replicated maps equal on all members: delta push, anti-entropy and joiner
 * snapshots.
 */
@Internal
@NullMarked
package io.horde.replication;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
