/**
 * A small application to start several times and break by hand.
 */
@NullMarked
package io.horde.sample;

import org.jspecify.annotations.NullMarked;
