/**
 * Pure data: dots, version vectors, the add-wins last-writer-wins map, its deltas and its
 * join.
 */
@Internal
@NullMarked
package io.horde.crdt;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
