/**
 * What every floor of Horde shares: the root of its exceptions and the mark of internal
 * packages.
 */
@NullMarked
package io.horde;

import org.jspecify.annotations.NullMarked;
