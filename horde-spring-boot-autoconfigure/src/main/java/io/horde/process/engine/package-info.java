/**
 * One running process: its life cycle, its mailbox and its ownership.
 */
@Internal
@NullMarked
package io.horde.process.engine;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
