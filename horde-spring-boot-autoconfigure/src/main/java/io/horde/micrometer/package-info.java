/**
 * Meters and observations.
 */
@NullMarked
package io.horde.micrometer;

import org.jspecify.annotations.NullMarked;
