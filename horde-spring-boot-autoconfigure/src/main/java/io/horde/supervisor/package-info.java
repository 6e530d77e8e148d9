/**
 * Desired children, their placement, restarts and moves.
 */
@NullMarked
package io.horde.supervisor;

import org.jspecify.annotations.NullMarked;
