/**
 * Links to peers that carry frames in order.
 */
@NullMarked
package io.horde.transport;

import org.jspecify.annotations.NullMarked;
