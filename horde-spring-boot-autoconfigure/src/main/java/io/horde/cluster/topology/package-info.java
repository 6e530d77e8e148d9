/**
 * Who is linked with whom: a full mesh, and with more members a sparse overlay.
 */
@Internal
@NullMarked
package io.horde.cluster.topology;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
