/**
 * Which member a process belongs to.
 */
@NullMarked
package io.horde.distribution;

import org.jspecify.annotations.NullMarked;
