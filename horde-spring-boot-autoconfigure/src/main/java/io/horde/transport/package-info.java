/**
 * Links to peers that carry frames in order.
 */
@Internal
@NullMarked
package io.horde.transport;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
