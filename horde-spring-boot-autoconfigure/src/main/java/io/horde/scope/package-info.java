/**
 * The Spring scope that makes a child a bean.
 */
@Internal
@NullMarked
package io.horde.scope;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
