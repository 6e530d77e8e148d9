/**
 * What all nodes know of the schedules of the cluster: how far each has come, and which
 * are paused.
 */
@Internal
@NullMarked
package io.horde.schedule.records;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
