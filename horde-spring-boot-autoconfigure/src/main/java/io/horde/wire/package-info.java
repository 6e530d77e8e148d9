/**
 * Bounded CBOR frames and the codec for users' values.
 */
@Internal
@NullMarked
package io.horde.wire;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
