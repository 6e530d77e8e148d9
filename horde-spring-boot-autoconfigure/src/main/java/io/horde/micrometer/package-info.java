/**
 * What Horde lets be observed, and how an application names it. Its meters are listed in
 * the documents.
 */
@NullMarked
package io.horde.micrometer;

import org.jspecify.annotations.NullMarked;
