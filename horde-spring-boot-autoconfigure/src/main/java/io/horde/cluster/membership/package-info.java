/**
 * Members as one node finds them out: candidates, records, failure detection, admission
 * and boot.
 */
@Internal
@NullMarked
package io.horde.cluster.membership;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
