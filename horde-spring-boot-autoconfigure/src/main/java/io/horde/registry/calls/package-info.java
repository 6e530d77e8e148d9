/**
 * Calls by name: proxies, the caller's end and the receiver's.
 */
@Internal
@NullMarked
package io.horde.registry.calls;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
