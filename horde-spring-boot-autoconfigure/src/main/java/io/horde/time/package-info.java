/**
 * The only source of time and asynchrony for the core.
 */
@NullMarked
package io.horde.time;

import org.jspecify.annotations.NullMarked;
