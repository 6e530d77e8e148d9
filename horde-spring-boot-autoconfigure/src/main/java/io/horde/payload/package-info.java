/**
 * How users' values are encoded: arguments, results, states, and values of names.
 */
@NullMarked
package io.horde.payload;

import org.jspecify.annotations.NullMarked;
