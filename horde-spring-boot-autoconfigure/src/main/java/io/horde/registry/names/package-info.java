/**
 * The replicated registrations of names, groups and metadata, and who wins a conflict.
 */
@Internal
@NullMarked
package io.horde.registry.names;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
