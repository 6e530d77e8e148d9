/**
 * The default codec for users' values, and what it says of their types.
 */
@Internal
@NullMarked
package io.horde.payload.codec;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
