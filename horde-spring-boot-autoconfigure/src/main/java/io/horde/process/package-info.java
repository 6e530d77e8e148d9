/**
 * What one running process is.
 */
@NullMarked
package io.horde.process;

import org.jspecify.annotations.NullMarked;
