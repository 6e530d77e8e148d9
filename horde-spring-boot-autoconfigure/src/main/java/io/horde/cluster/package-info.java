/**
 * Members of the cluster, failure detection and quorum.
 */
@NullMarked
package io.horde.cluster;

import org.jspecify.annotations.NullMarked;
