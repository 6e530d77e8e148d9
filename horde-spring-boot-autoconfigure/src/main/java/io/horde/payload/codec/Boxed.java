package io.horde.payload.codec;

import com.fasterxml.jackson.annotation.JsonFormat;
import org.jspecify.annotations.Nullable;

/**
 * A value as it is written: as the component of a record. So what the declared type says
 * of its subtypes, its keys and its elements holds for a value of its own too, and a
 * subclass is written as what it is.
 *
 * @param <T> the declared type
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
record Boxed<T>(@Nullable T value) {

}
