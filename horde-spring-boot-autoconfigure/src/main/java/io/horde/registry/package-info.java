/**
 * Names, values, groups, and calls by name.
 */
@NullMarked
package io.horde.registry;

import org.jspecify.annotations.NullMarked;
