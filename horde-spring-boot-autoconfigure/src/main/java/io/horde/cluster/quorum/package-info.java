/**
 * Voting seats, lease claims and leases.
 */
@Internal
@NullMarked
package io.horde.cluster.quorum;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
