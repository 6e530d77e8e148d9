/**
 * What operators see: endpoint, health and info.
 */
@Internal
@NullMarked
package io.horde.actuate;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
