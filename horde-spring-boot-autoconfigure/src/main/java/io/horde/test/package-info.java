/**
 * Simulated event loop and network, and test support for applications.
 */
@NullMarked
package io.horde.test;

import org.jspecify.annotations.NullMarked;
