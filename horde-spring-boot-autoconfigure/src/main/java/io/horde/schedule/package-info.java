/**
 * The schedules of processes: what they have done and will do, and how to pause them.
 */
@NullMarked
package io.horde.schedule;

import org.jspecify.annotations.NullMarked;
